package import Dialects

/// What a request's way depends on.
///
/// Everything below `operation` may be left out where ``Router/neededFacts`` does not ask for it.
package struct RequestFacts: Sendable, Equatable {
    /// The model as the caller names it.
    package var model: String
    /// What the request is in.
    package var format: WireFormat
    /// What is asked for.
    package var operation: InferenceOperation
    /// Whether the answer is to be a stream.
    package var isStream = false
    /// The provider of a model that names none, where it is configured; nil for the default one.
    package var preferredProvider: String?
    /// The size of the body, in bytes.
    package var byteCount = 0
    /// What the caller wants to be tried after its model fails.
    package var fallbacks: [RequestedFallback] = []
    /// The name of the caller's key; empty without one.
    package var callerKey = ""
    /// The application's id of its user; empty without one.
    package var user = ""
    /// Header fields by their names in lower case.
    package var headers: [String: String] = [:]
    /// The application's labels.
    package var metadata: [String: String] = [:]
    /// What is in the body.
    package var content = RequestContent()

    /// Facts of a request of which no more is known.
    package init(model: String, format: WireFormat = .openAIChat, operation: InferenceOperation = .generation) {
        self.model = model
        self.format = format
        self.operation = operation
    }

    /// About how many tokens the request has.
    package var tokenCount: Int {
        // The same measure as that of `TokenEstimate`; pictures in base64 count far too much by it.
        content.tokenCount ?? (byteCount / 4 + (byteCount % 4 == 0 ? 0 : 1))
    }
}

/// What a request holds, by number.
package struct RequestContent: Sendable, Equatable {
    /// Tools that may be called.
    package var toolCount = 0
    /// Pictures.
    package var imageCount = 0
    /// Documents such as PDF files.
    package var documentCount = 0
    /// About how many tokens there are; nil to take a quarter of the bytes.
    package var tokenCount: Int?
    /// How many tokens the answer may have; nil when not said.
    package var maximumTokenCount: Int?

    /// Nothing.
    package init() {}
}

/// The facts that a router's configuration makes a difference of. What is not needed need not be looked for.
package struct NeededFacts: Sendable, Equatable {
    /// Names of header fields, in lower case, sorted.
    package var headers: [String] = []
    /// Names of the application's labels, sorted.
    package var metadata: [String] = []
    /// Whether the id of the application's user is.
    package var user = false
    /// Whether what is in the body is.
    package var content = false

    /// No facts.
    package init() {}
}

extension InferenceOperation {
    /// How rules call it.
    var ruleName: String {
        switch self {
        case .generation: "generation"
        case .tokenCount: "token_count"
        case .embedding: "embedding"
        }
    }

    /// All names for rules.
    static let ruleNames = [generation, tokenCount, embedding].map(\.ruleName)
}
