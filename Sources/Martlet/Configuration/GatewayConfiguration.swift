package import Dialects

/// Everything that a gateway is told at its start: one validated, immutable value.
///
/// Each front end (Bifrost's `config.json`, the environment, an embedding application) builds the same value.
public struct GatewayConfiguration: Sendable, Equatable {
    /// The providers, in the order in which they were given.
    public var providers: [ProviderConfiguration]
    /// The provider of model names that name none; by default `openai` where it is configured, else the first one.
    public var defaultProvider: String?
    /// Where requests go beyond the provider that their model names.
    public var routing = RoutingConfiguration()
    /// How failing providers are dealt with.
    package var reliability = ReliabilitySettings()
    /// Whether a request is refused at once when its provider's queue is full, instead of waiting for space in it.
    public var dropsExcessRequests = false
    /// Largest request body accepted, in bytes.
    public var maximumRequestByteCount = 100 << 20
    /// Largest answer held in memory as a whole, in bytes; streams are not held and have no limit.
    public var maximumAnswerByteCount = 64 << 20
    /// Whether requests that bring a key of their own for the provider use that one instead of the gateway's.
    public var allowsDirectKeys = false
    /// Which header fields callers may send on to providers.
    public var headerFilter = HeaderFilter()
    /// Whether a line is written for each request.
    public var logsRequests = true
    /// Whether a request is refused when the provider's format cannot say all of it. Callers can ask for the same.
    public var refusesLoss = false
    /// Whether pictures and PDF files that a request has by their address are fetched for providers that take bytes
    /// only, such as Bedrock. They come from public addresses alone.
    public var allowsMediaFetching = true
    /// How they are fetched.
    package var mediaFetching = MediaFetchingRules()

    /// A gateway with these providers.
    public init(providers: [ProviderConfiguration], defaultProvider: String? = nil) {
        self.providers = providers
        self.defaultProvider = defaultProvider
    }
}

/// One provider: where it is, what opens it and how patient to be with it.
public struct ProviderConfiguration: Sendable, Equatable {
    /// The name in front of the slash in `provider/model`.
    public var name: String
    /// Where requests go. The path of an operation is appended to its path.
    public var baseURL: BaseURL
    /// How it is spoken to.
    public var kind: ProviderKind
    /// Whether it is asked for chats in the format of its kind.
    public var servesChat = true
    /// The path of chats below `baseURL`, in the format of its kind; `{model}` stands for the model.
    public var chatCompletionsPath: String
    /// The path of OpenAI's Responses below `baseURL`; nil when it has none.
    public var responsesPath: String?
    /// The path of embeddings below `baseURL`, `{model}` standing for the model; nil when it has none.
    public var embeddingsPath: String?
    /// The path of the list of models below `baseURL`.
    public var modelsPath: String
    /// What it knows of Chat Completions, where it is spoken to in them.
    package var chatAbilities = OpenAIChatAbilities.openAI
    /// The keys that requests are spread over.
    public var keys: [ProviderKey] = []
    /// Whether requests go out without a key.
    public var isKeyless = false
    /// Header fields added to each request.
    public var extraHeaders: [HeaderField] = []
    /// Which of Anthropic's features in beta it is asked for, by how their names begin, as in `context-1m-`; those that
    /// none fits are asked for.
    public var betaFeatures: [String: Bool] = [:]
    /// When a request is given up.
    public var timeouts = TimeoutConfiguration()
    /// The same for some models; the first that fits counts.
    public var modelTimeouts: [ModelTimeouts] = []
    /// What is tried again.
    public var retries = RetryConfiguration()
    /// How quick its streams must be; nil for any pace.
    public var throughput: ThroughputConfiguration?
    /// How many requests run and wait at once; nil for no limit.
    public var concurrency: ConcurrencyConfiguration?
    /// The proxy on the way; nil for none.
    public var proxy: ProxyConfiguration?
    /// How the provider's certificate is checked.
    public var tls = TLSConfiguration()
    /// Connections open at once, for each event loop; nil for no limit.
    public var maximumConnectionCount: Int?

    /// A provider without keys.
    public init(name: String, baseURL: BaseURL, kind: ProviderKind = .openAI) {
        self.name = name
        self.baseURL = baseURL
        self.kind = kind
        chatCompletionsPath = kind.chatPath
        embeddingsPath = kind.embeddingsPath
        modelsPath = kind.modelsPath
    }
}

/// A header field that is added to requests.
public struct HeaderField: Sendable, Equatable {
    /// The field's name (RFC 9110, 5.1).
    public var name: String
    /// The field's value; may be a secret.
    public var value: String

    /// A field of this name and value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// When a request to a provider is given up. All in seconds.
public struct TimeoutConfiguration: Sendable, Equatable {
    /// From the wish for a connection to one that is ready.
    public var connect = 10.0
    /// From the request's departure to the first byte of its answer. Without streaming this is the time in which the
    /// model thinks and writes, hence minutes.
    public var firstByte = 300.0
    /// Between two reads of an answer.
    public var idle = 60.0
    /// For the request as a whole; nil for no such limit, because a long stream is not a fault.
    public var total: Double?
    /// For what may still come behind a stream that is complete but for a mark of its end; nil for the usual moment.
    package var trailing: Double?

    /// The default times.
    public init() {}
}

/// When requests for some models are given up.
public struct ModelTimeouts: Sendable, Equatable {
    /// The model as the provider knows it; a `*` in it stands for any text.
    public var model: String
    /// The times.
    public var timeouts: TimeoutConfiguration

    /// Times for a model.
    public init(model: String, timeouts: TimeoutConfiguration) {
        self.model = model
        self.timeouts = timeouts
    }
}

/// What is tried again when a provider fails, and when.
public struct RetryConfiguration: Sendable, Equatable {
    /// Further attempts after the first.
    public var maximumRetryCount = 0
    /// The wait before the first retry, in seconds; it doubles with each one.
    public var initialBackoff = 0.5
    /// The longest wait, in seconds; also for what a provider asks for in `Retry-After`.
    public var maximumBackoff = 5.0

    /// No retries.
    public init() {}
}

/// How quick a stream must begin to be kept. What it says meanwhile is held back from the caller, so that another target
/// can take its place.
public struct ThroughputConfiguration: Sendable, Equatable {
    /// Fewest characters of text, thoughts and calls in a second.
    public var minimumCharactersPerSecond: Double
    /// How long is counted, in seconds from the first character.
    public var window = 5.0

    /// A minimum that is looked at for five seconds.
    public init(minimumCharactersPerSecond: Double) {
        self.minimumCharactersPerSecond = minimumCharactersPerSecond
    }
}

/// How many requests to one provider run and wait.
public struct ConcurrencyConfiguration: Sendable, Equatable {
    /// Requests that run at once, streams included.
    public var limit: Int
    /// Requests that wait for their turn.
    public var queueLimit: Int

    /// - Parameters:
    ///   - limit: Requests that run at once.
    ///   - queueLimit: Requests that wait.
    public init(limit: Int, queueLimit: Int) {
        self.limit = limit
        self.queueLimit = queueLimit
    }
}

/// A proxy on the way to a provider.
public struct ProxyConfiguration: Sendable, Equatable {
    /// How the proxy is spoken to.
    public enum Scheme: String, Sendable {
        /// `CONNECT` over TCP.
        case http
        /// `CONNECT` over TLS.
        case https
        /// SOCKS 5.
        case socks5
    }

    /// How the proxy is spoken to.
    public var scheme: Scheme
    /// Its name or address.
    public var host: String
    /// Its TCP port.
    public var port: Int
    /// The user name that it asks for.
    public var username: String?
    /// The password that it asks for.
    public var password: String?
    /// Certificates, in PEM, that a TLS proxy's certificate may be signed by, besides the system's.
    public var certificateAuthorityPEM: String?

    /// A proxy without credentials.
    public init(scheme: Scheme, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }
}

/// How a provider's certificate is checked.
public struct TLSConfiguration: Sendable, Equatable {
    /// Certificates, in PEM, that are trusted besides the system's.
    public var certificateAuthorityPEM: String?
    /// Whether any certificate is accepted. For tests alone: it gives up what TLS is for.
    public var skipsVerification = false

    /// The system's trust store.
    public init() {}
}
