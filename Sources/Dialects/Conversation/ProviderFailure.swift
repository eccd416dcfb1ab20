/// A provider's error, as all formats can say it.
package struct ProviderFailure: Error, Sendable, Equatable {
    /// What sort of error it is. The formats have a word for each.
    package enum Kind: String, Sendable, CaseIterable {
        /// The request is at fault.
        case invalidRequest
        /// The key is missing or wrong.
        case authentication
        /// The account has no more money.
        case billing
        /// The key may not do this.
        case permission
        /// There is no such model or thing.
        case notFound
        /// The request is too large.
        case requestTooLarge
        /// The conversation does not fit into the model's window.
        case contextLength
        /// The provider's filters refuse the request.
        case contentPolicy
        /// Too many requests.
        case rateLimit
        /// The provider is overloaded or not there.
        case overloaded
        /// It took too long.
        case timeout
        /// Anything else at the provider.
        case server
    }

    /// What sort of error it is.
    package var kind: Kind
    /// For a person.
    package var message: String
    /// HTTP status; nil for an error in a stream that gave none.
    package var status: Int?
    /// The provider's own word for the class.
    package var type: String?
    /// The provider's own word for programs.
    package var code: String?
    /// The part of the request that is at fault.
    package var parameter: String?

    package init(
        _ kind: Kind,
        _ message: String,
        status: Int? = nil,
        type: String? = nil,
        code: String? = nil,
        parameter: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.parameter = parameter
    }

    /// The kind that an HTTP status tells where nothing else does.
    package static func kind(ofStatus status: Int) -> Kind {
        switch status {
        case 401: .authentication
        case 402: .billing
        case 403: .permission
        case 404: .notFound
        case 408, 504: .timeout
        case 413: .requestTooLarge
        case 429: .rateLimit
        case 503, 529: .overloaded
        case 400..<500: .invalidRequest
        default: .server
        }
    }
}

/// Why a body is not a request, or not an answer, of its format.
package struct FormatProblem: Error, Sendable, Equatable {
    /// Where, as in `messages[2].role`; empty for the body as a whole.
    package var path: String
    /// What is wrong and what it should be, for a person.
    package var message: String

    package init(_ message: String, at path: String) {
        self.path = path
        self.message = message
    }
}
