package import JSON

/// A request for embeddings in no one's wire format.
package struct EmbeddingRequest: Sendable, Equatable {
    /// What is embedded.
    package enum Input: Sendable, Equatable {
        /// A text.
        case text(String)
        /// A text as the numbers of its tokens, which are those of one model.
        case tokens([JSONValue])
        /// A picture as a `data:` URI (RFC 2397).
        case picture(String)
        /// Texts and pictures that are embedded as one, as Cohere has them.
        case content([JSONValue])

        /// Whether it is a picture alone.
        var isPicture: Bool {
            if case .picture = self { true } else { false }
        }
    }

    /// The form that it came in.
    package var source: EmbeddingFormat
    /// At least one.
    package var inputs: [Input]
    /// How many numbers a vector shall have; nil for as many as the model likes.
    package var dimensions: Int?
    /// Whether the vectors are wanted as base64 of little-endian 32-bit numbers.
    package var wantsBase64 = false
    /// The forms in which the vectors are wanted, in Cohere's words: `float`, `base64`, `int8`, `uint8`, `binary`,
    /// `ubinary`; none where the caller's format has no such choice.
    package var vectorTypes: [String] = []
    /// What becomes of inputs that are too long, in Cohere's word: `NONE`, `START` or `END`.
    package var truncation: String?
    /// Most tokens of an input.
    package var maximumTokens: Int?
    /// What the vectors are for, in Gemini's word, such as `RETRIEVAL_QUERY`.
    package var task: String?
    /// What the texts are titled, in their order; none at all where the caller's format has no titles.
    package var titles: [String?] = []
    /// The end user's id.
    package var user: String?
    /// What was not understood, or has no counterpart anywhere else.
    package var unread: [UnreadMember] = []

    package init(source: EmbeddingFormat, inputs: [Input]) {
        self.source = source
        self.inputs = inputs
    }

    /// Reads the body of a request.
    ///
    /// - Throws: ``FormatProblem`` when it is not of that form.
    package init(of body: Span<UInt8>, _ source: EmbeddingFormat) throws(FormatProblem) {
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: body)
        } catch {
            throw FormatProblem("is not valid JSON: \(error.reason.explanation)", at: "")
        }
        switch source {
        case .geminiSingle, .geminiBatch: self = try GeminiEmbeddings.request(of: tree, source)
        case .cohere: self = try CohereEmbeddings.request(of: tree)
        case .openAI, .titan, .bedrockCohere, .vertexTexts, .vertexText, .vertexContent:
            self = try Self.openAI(tree)
        }
    }

    private static func openAI(_ body: JSONValue) throws(FormatProblem) -> EmbeddingRequest {
        var reader = try ObjectReader(body, path: "")
        reader.ignore("model", "fallbacks")
        var request = EmbeddingRequest(source: .openAI, inputs: try openAIInputs(reader.value("input")))
        request.dimensions = try reader.integer("dimensions")
        switch try reader.string("encoding_format") {
        case nil, "float": break
        case "base64": request.wantsBase64 = true
        default: throw FormatProblem("must be float or base64", at: "encoding_format")
        }
        request.user = try reader.string("user")
        request.unread = reader.unread
        return request
    }

    private static func openAIInputs(_ value: JSONValue?) throws(FormatProblem) -> [Input] {
        switch value {
        case nil: throw FormatProblem("is missing", at: "input")
        case .string(let text): return [.text(text.repairedValue)]
        case .array(let elements):
            guard !elements.isEmpty else { throw FormatProblem("must not be empty", at: "input") }
            if elements.allSatisfy({ $0.kind == .number }) { return [.tokens(elements)] }
            var inputs: [Input] = []
            for (index, element) in elements.enumerated() {
                switch element {
                case .string(let text): inputs.append(.text(text.repairedValue))
                case .array(let tokens) where tokens.allSatisfy({ $0.kind == .number }): inputs.append(.tokens(tokens))
                default: throw FormatProblem("must be a text or an array of token numbers", at: "input[\(index)]")
                }
            }
            return inputs
        case let other?:
            throw FormatProblem("must be a string or an array, not \(other.kind.article)", at: "input")
        }
    }

    /// About how many tokens there are, for providers that do not say.
    package var estimatedTokenCount: Int {
        inputs.reduce(0) { $0 + $1.estimatedTokenCount }
    }
}

extension EmbeddingRequest.Input {
    /// About how many tokens it has.
    var estimatedTokenCount: Int {
        switch self {
        case .text(let text): TokenEstimate(text).count
        case .tokens(let tokens): tokens.count
        case .picture: 0
        case .content(let parts): TokenEstimate(parts.compactMap { $0["text"]?.string }.joined()).count
        }
    }
}
