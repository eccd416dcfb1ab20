import Dialects
import Transport

/// Where a path leads.
struct Route: Equatable {
    /// What is asked for.
    enum Operation: Equatable {
        /// An answer of a model, in a format; what the address says of it.
        case inference(WireFormat, RequestCall, streamsAsArray: Bool)
        /// How many tokens a request would have, in a format; what the address says of it.
        case tokenCount(WireFormat, RequestCall)
        /// Vectors for texts, in a form; what the address says of it.
        case embedding(EmbeddingFormat, RequestCall)
        /// The list of models, in a format's shape.
        case models(WireFormat)
        /// One model, in a format's shape.
        case model(String, WireFormat)
        /// Where a request in a format would go; what the address says of it.
        case explanation(WireFormat, RequestCall)
        /// Whether the gateway is well.
        case health
        /// The figures for Prometheus.
        case metrics
    }

    /// The interface that the caller uses.
    let surface: Surface
    /// What is asked for.
    let operation: Operation

    /// Its name in logs and metrics: one for all forms of its path.
    var name: StaticString {
        switch operation {
        case .inference(.openAIChat, _, _): "/v1/chat/completions"
        case .inference(.cohereChat, _, _): "/v2/chat"
        case .inference(.openAIResponses, _, _): "/v1/responses"
        case .inference(.openAICompletions, _, _): "/v1/completions"
        case .inference(.anthropicMessages, _, _): "/v1/messages"
        case .inference(.gemini, _, _): "/v1beta/models:generateContent"
        case .inference(.bedrockConverse, _, _): "/model/converse"
        case .tokenCount(.openAIResponses, _): "/v1/responses/input_tokens"
        case .tokenCount(.gemini, _): "/v1beta/models:countTokens"
        case .tokenCount: "/v1/messages/count_tokens"
        case .embedding(.geminiSingle, _): "/v1beta/models:embedContent"
        case .embedding(.geminiBatch, _): "/v1beta/models:batchEmbedContents"
        case .embedding(.cohere, _): "/v2/embed"
        case .embedding: "/v1/embeddings"
        case .models: "/v1/models"
        case .model: "/v1/models/{model}"
        case .explanation: "/v1/explain"
        case .health: "/health"
        case .metrics: "/metrics"
        }
    }

    /// The method that it takes.
    var method: HTTPMethod {
        operation.requestFormat == nil ? .get : .post
    }

    /// The value of `Allow` for a request with another method.
    var allowField: StaticString {
        method == .post ? "POST" : "GET, HEAD"
    }

    /// The provider of models that name none: the interface's own, and where it is no provider's, the one whose format
    /// the request has.
    var defaultProvider: String? {
        guard surface.defaultProvider == nil, let format = operation.requestFormat else {
            return surface.defaultProvider
        }
        return switch format {
        case .openAIChat, .openAIResponses, .openAICompletions, .cohereChat: nil
        case .anthropicMessages: Surface.anthropic.defaultProvider
        case .gemini: Surface.gemini.defaultProvider
        case .bedrockConverse: Surface.bedrock.defaultProvider
        }
    }

    /// The format of its errors.
    var errorFormat: WireFormat {
        switch operation {
        case .models(let format), .model(_, let format): format
        default: operation.requestFormat ?? surface.format
        }
    }

    func allows(_ method: HTTPMethod) -> Bool {
        method == self.method || (self.method == .get && method == .head)
    }
}

extension Route.Operation {
    /// The format of a request that concerns a provider; nil for what the gateway answers by itself.
    var requestFormat: WireFormat? {
        switch self {
        case .inference(let format, _, _), .tokenCount(let format, _), .explanation(let format, _): format
        case .embedding(.geminiSingle, _), .embedding(.geminiBatch, _): .gemini
        case .embedding(.cohere, _): .cohereChat
        case .embedding: .openAIChat
        case .models, .model, .health, .metrics: nil
        }
    }
}
