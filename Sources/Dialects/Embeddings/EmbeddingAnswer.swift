package import JSON

/// Embeddings in no one's wire format.
package struct EmbeddingAnswer: Sendable, Equatable {
    /// A vector for each input. Numbers keep their spelling.
    package var vectors: [[JSONValue]]
    /// Tokens of the inputs; nil when the provider did not say.
    package var inputTokens: Int?
    /// The vectors in further forms that the caller asked for.
    package var furtherVectors: [TypedVectors] = []

    /// Vectors in one of Cohere's forms.
    package struct TypedVectors: Sendable, Equatable {
        /// The form, such as `int8`.
        package var type: String
        /// A vector for each input.
        package var vectors: [[JSONValue]]

        package init(type: String, vectors: [[JSONValue]]) {
            self.type = type
            self.vectors = vectors
        }
    }

    package init(vectors: [[JSONValue]], inputTokens: Int? = nil, furtherVectors: [TypedVectors] = []) {
        self.vectors = vectors
        self.inputTokens = inputTokens
        self.furtherVectors = furtherVectors
    }

    /// Reads a provider's answer.
    ///
    /// - Returns: Nil when it is none.
    package init?(of body: Span<UInt8>, _ format: EmbeddingFormat) {
        guard let tree = try? JSONValue(parsing: body) else { return nil }
        let values: [JSONValue]?
        switch format {
        case .openAI:
            let data = tree["data"]?.array ?? []
            let ordered = data.enumerated().sorted {
                ($0.element["index"]?.integer ?? $0.offset) < ($1.element["index"]?.integer ?? $1.offset)
            }
            values = ordered.map { $0.element["embedding"] ?? .null }
            inputTokens = tree["usage"]?["prompt_tokens"]?.integer
        case .geminiSingle, .vertexContent:
            values = [tree["embedding"]?["values"] ?? .null]
            inputTokens = Self.geminiTokens(tree)
        case .geminiBatch:
            values = tree["embeddings"]?.array?.map { $0["values"] ?? .null }
            inputTokens = Self.geminiTokens(tree)
        case .titan:
            values = [tree["embedding"] ?? .null]
            inputTokens = tree["inputTextTokenCount"]?.integer
        case .vertexTexts, .vertexText:
            values = tree["predictions"]?.array?.map { $0["embeddings"]?["values"] ?? .null }
            inputTokens = VertexEmbeddings.inputTokens(tree)
        case .cohere, .bedrockCohere:
            values = CohereEmbeddings.vectors(tree)
            inputTokens = CohereEmbeddings.inputTokens(tree)
            furtherVectors = CohereEmbeddings.furtherVectors(tree)
        }
        vectors = []
        for value in values ?? [] {
            guard let vector = Self.vector(value) else { return nil }
            vectors.append(vector)
        }
        if vectors.isEmpty { return nil }
    }

    private static func geminiTokens(_ tree: JSONValue) -> Int? {
        tree["usageMetadata"]?["promptTokenCount"]?.integer
    }

    /// Some providers send base64 to those who did not ask for it.
    private static func vector(_ value: JSONValue) -> [JSONValue]? {
        if let text = value.string { return EmbeddingVector.numbers(base64: text) }
        guard let elements = value.array, !elements.isEmpty, elements.allSatisfy({ $0.kind == .number }) else {
            return nil
        }
        return elements
    }

    /// The answer for a caller.
    ///
    /// - Parameters:
    ///   - request: The caller's request.
    ///   - model: The model's name in the answer.
    ///   - inputTokens: Tokens of the inputs, counted or estimated.
    ///   - requestID: The request's id in the gateway's log, which Cohere's callers are told.
    package func body(
        for request: EmbeddingRequest,
        model: String,
        inputTokens: Int,
        requestID: String
    ) -> [UInt8] {
        let answer: JSONValue
        switch request.source {
        case .geminiSingle:
            answer = ["embedding": ["values": .array(vectors.first ?? [])]]
        case .geminiBatch:
            answer = ["embeddings": .array(vectors.map { ["values": .array($0)] })]
        case .cohere:
            answer = CohereEmbeddings.answer(self, to: request, inputTokens: inputTokens, id: requestID)
        case .openAI, .titan, .bedrockCohere, .vertexTexts, .vertexText, .vertexContent:
            let data = vectors.enumerated().map { index, vector -> JSONValue in
                let value: JSONValue =
                    request.wantsBase64 ? .string(EmbeddingVector.base64(vector)) : .array(vector)
                return ["object": "embedding", "index": .number(index), "embedding": value]
            }
            answer = [
                "object": "list", "data": .array(data), "model": .string(model),
                "usage": ["prompt_tokens": .number(inputTokens), "total_tokens": .number(inputTokens)],
            ]
        }
        return JSONWriter().write(answer)
    }
}

/// Vectors as base64 of little-endian 32-bit floating-point numbers (IEEE 754).
enum EmbeddingVector {
    static func base64(_ numbers: [JSONValue]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 4)
        for number in numbers {
            let bits = Float(number.double ?? 0).bitPattern
            for shift: UInt32 in [0, 8, 16, 24] {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return Base64.encoded(bytes)
    }

    /// - Returns: Nil for what is no such text, and for numbers that JSON cannot write.
    static func numbers(base64: String) -> [JSONValue]? {
        guard let bytes = Base64.decoded(base64), !bytes.isEmpty, bytes.count % 4 == 0 else { return nil }
        var numbers: [JSONValue] = []
        numbers.reserveCapacity(bytes.count / 4)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var bits: UInt32 = 0
            for offset in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[start + offset]) }
            let value = Float(bitPattern: bits)
            // The shortest spelling of the small number, not of the large one that it becomes.
            guard value.isFinite, let number = JSONNumber(spelling: value.description) else { return nil }
            numbers.append(.number(number))
        }
        return numbers
    }
}
