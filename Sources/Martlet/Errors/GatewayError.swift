import Dialects

/// Why a request failed, in the gateway's own terms.
///
/// A closed set of kinds decides the HTTP status and how each wire format words it; the message is for a person and
/// never holds a secret.
public struct GatewayError: Error, Sendable, Equatable {
    /// What sort of failure it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// The request cannot be understood.
        case invalidRequest = "invalid_request"
        /// The provider's format cannot say all of the request.
        case untranslatable = "untranslatable_request"
        /// No configured provider or key serves the model.
        case modelNotFound = "model_not_found"
        /// The provider is opened by its callers' own keys, and the request brought none.
        case keyNeeded = "key_needed"
        /// There is no such path.
        case notFound = "not_found"
        /// The path is there, but not for this method.
        case methodNotAllowed = "method_not_allowed"
        /// The request is larger than allowed.
        case requestTooLarge = "request_too_large"
        /// The provider answered with an error; its status is kept.
        case provider = "provider_error"
        /// The provider broke a stream off with an error event.
        case providerStream = "provider_stream_error"
        /// The provider's answer ended before its end.
        case brokenStream = "broken_stream"
        /// The provider could not be reached.
        case unreachable = "provider_unreachable"
        /// The provider's answer cannot be understood, or is too large to hold.
        case badAnswer = "bad_provider_answer"
        /// No connection to the provider in time.
        case connectTimeout = "connect_timeout"
        /// No answer from the provider in time.
        case firstByteTimeout = "first_byte_timeout"
        /// The provider's answer stopped for too long.
        case idleTimeout = "idle_timeout"
        /// The provider's stream is slower than its configuration allows.
        case slowStream = "stream_throughput_below_minimum"
        /// The request took too long as a whole.
        case totalTimeout = "total_timeout"
        /// The provider refused all keys, or their accounts have no money.
        case credentialsExhausted = "upstream_credentials_exhausted"
        /// The credentials for a key cannot be fetched at present.
        case credentialsUnavailable = "upstream_credentials_unavailable"
        /// All keys rest, since the provider asked for fewer requests.
        case keysLimited = "rate_limit_exceeded"
        /// The provider fails, and is left alone for a while.
        case circuitOpen = "circuit_open"
        /// Too many requests to the provider run and wait.
        case overloaded = "overloaded"
        /// The caller left.
        case cancelled = "client_closed_request"
        /// The gateway is stopping.
        case shuttingDown = "shutting_down"
    }

    /// What sort of failure it is.
    public var kind: Kind
    /// What happened and what to do, for a person.
    public var message: String
    /// The member of the request that is at fault.
    public var parameter: String?
    /// The provider's HTTP status, when it gave one.
    public var providerStatus: Int?
    /// What the caller should wait, in seconds.
    public var retryAfter: Int?
    /// Whether the provider may have begun what must not be done twice.
    var isInDoubt = false
    /// What sort of failure the provider named, where it did.
    var failureKind: ProviderFailure.Kind?
    /// The provider's own word for programs.
    var code: String?

    /// An error of this kind.
    public init(
        _ kind: Kind,
        _ message: String,
        parameter: String? = nil,
        providerStatus: Int? = nil,
        retryAfter: Int? = nil
    ) {
        self.kind = kind
        self.message = message
        self.parameter = parameter
        self.providerStatus = providerStatus
        self.retryAfter = retryAfter
    }

    /// The HTTP status that goes with it.
    public var status: Int {
        switch kind {
        case .invalidRequest, .untranslatable: 400
        case .keyNeeded: 401
        case .modelNotFound, .notFound: 404
        case .methodNotAllowed: 405
        case .requestTooLarge: 413
        case .provider: providerStatus ?? 502
        case .cancelled: 499
        case .providerStream, .brokenStream, .unreachable, .badAnswer, .credentialsExhausted, .credentialsUnavailable:
            502
        case .keysLimited: 429
        case .overloaded, .circuitOpen, .shuttingDown, .slowStream: 503
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: 504
        }
    }
}
