import JSON

/// Cohere's requests for embeddings and the answers to them, at Cohere and at Bedrock.
///
/// Format: Cohere API reference, version 2, "Embed"; Amazon Bedrock User Guide, "Cohere Embed".
enum CohereEmbeddings {
    /// The forms of vectors.
    private static let types: Set<String> = ["float", "int8", "uint8", "binary", "ubinary", "base64"]

    // MARK: Requests

    static func request(of body: JSONValue) throws(FormatProblem) -> EmbeddingRequest {
        var reader = try ObjectReader(body, path: "")
        reader.ignore("model", "fallbacks")
        var request = EmbeddingRequest(source: .cohere, inputs: try inputs(&reader))
        request.task = task(try reader.string("input_type"))
        request.dimensions = try reader.integer("output_dimension")
        request.maximumTokens = try reader.integer("max_tokens")
        request.truncation = try reader.string("truncate")
        request.vectorTypes = try reader.strings("embedding_types") ?? []
        for (index, type) in request.vectorTypes.enumerated() where !types.contains(type) {
            let words = types.sorted().joined(separator: ", ")
            throw FormatProblem("must be one of \(words)", at: "embedding_types[\(index)]")
        }
        request.unread = reader.unread
        return request
    }

    private static func inputs(_ reader: inout ObjectReader) throws(FormatProblem) -> [EmbeddingRequest.Input] {
        let texts = try reader.strings("texts")
        let pictures = try reader.strings("images")
        let mixed = try reader.array("inputs")
        guard [texts != nil, pictures != nil, mixed != nil].count(where: \.self) < 2 else {
            throw FormatProblem("must stand alone: there may be one of texts, images and inputs", at: "texts")
        }
        var inputs = texts?.map { EmbeddingRequest.Input.text($0) } ?? []
        inputs += pictures?.map { .picture($0) } ?? []
        for (index, input) in (mixed ?? []).enumerated() {
            inputs.append(try self.input(input, at: "inputs[\(index)]"))
        }
        guard !inputs.isEmpty else { throw FormatProblem("must hold something to embed", at: "texts") }
        return inputs
    }

    private static func input(_ value: JSONValue, at path: String) throws(FormatProblem) -> EmbeddingRequest.Input {
        guard let parts = value["content"]?.array, !parts.isEmpty else {
            throw FormatProblem("must be an array of texts and pictures", at: "\(path).content")
        }
        let texts = parts.compactMap { $0["text"]?.string }
        return texts.count == parts.count ? .text(texts.joined()) : .content(parts)
    }

    /// What the vectors are for, in Gemini's word; nil for pictures, which are for nothing else.
    private static func task(_ type: String?) -> String? {
        switch type {
        case "search_document": "RETRIEVAL_DOCUMENT"
        case "search_query": "RETRIEVAL_QUERY"
        case "classification": "CLASSIFICATION"
        case "clustering": "CLUSTERING"
        default: nil
        }
    }

    /// The body for a provider.
    ///
    /// - Parameter model: The model's name; nil where the address has it.
    static func body(of request: EmbeddingRequest, model: String?) throws(FormatProblem) -> JSONObject {
        var body = JSONObject()
        if let model { body.append("model", .string(model)) }
        let arePictures = request.inputs.allSatisfy(\.isPicture)
        try append(request.inputs, arePictures: arePictures, to: &body)
        body.append("input_type", .string(inputType(of: request.task, arePictures: arePictures)))
        // The others are made of these.
        let further = request.vectorTypes.filter { $0 != "float" && $0 != "base64" }
        body.append("embedding_types", .array((["float"] + further).map { .string($0) }))
        if let dimensions = request.dimensions { body.append("output_dimension", .number(dimensions)) }
        if let most = request.maximumTokens { body.append("max_tokens", .number(most)) }
        if let truncation = request.truncation { body.append("truncate", .string(truncation)) }
        return body
    }

    private static func append(
        _ inputs: [EmbeddingRequest.Input],
        arePictures: Bool,
        to body: inout JSONObject
    ) throws(FormatProblem) {
        var texts: [JSONValue] = []
        var mixed: [JSONValue] = []
        for input in inputs {
            switch input {
            case .text(let text):
                texts.append(.string(text))
                mixed.append(["content": [["type": "text", "text": .string(text)]]])
            case .picture(let url):
                let picture: JSONValue = ["type": "image_url", "image_url": ["url": .string(url)]]
                mixed.append(["content": [picture]])
                if arePictures { texts.append(.string(url)) }
            case .content(let parts):
                mixed.append(["content": .array(parts)])
            case .tokens:
                throw FormatProblem("must be text: token numbers are those of one model", at: "input")
            }
        }
        if arePictures {
            body.append("images", .array(texts))
        } else if texts.count == inputs.count {
            body.append("texts", .array(texts))
        } else {
            body.append("inputs", .array(mixed))
        }
    }

    /// Cohere must be told what for; a text to be found later is what most are.
    private static func inputType(of task: String?, arePictures: Bool) -> String {
        switch task {
        case "RETRIEVAL_QUERY", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY": "search_query"
        case "CLASSIFICATION": "classification"
        case "CLUSTERING", "SEMANTIC_SIMILARITY": "clustering"
        case nil where arePictures: "image"
        default: "search_document"
        }
    }

    // MARK: Answers

    /// The vectors of floating-point numbers.
    static func vectors(_ answer: JSONValue) -> [JSONValue]? {
        let embeddings = answer["embeddings"]
        return embeddings?.array ?? embeddings?["float"]?.array ?? embeddings?["base64"]?.array
    }

    static func inputTokens(_ answer: JSONValue) -> Int? {
        answer["meta"]?["billed_units"]?["input_tokens"]?.integer
    }

    /// The vectors in other forms; a form with anything but vectors of numbers is left out.
    static func furtherVectors(_ answer: JSONValue) -> [EmbeddingAnswer.TypedVectors] {
        var further: [EmbeddingAnswer.TypedVectors] = []
        for member in answer["embeddings"]?.object?.members ?? [] {
            let type = member.name.repairedValue
            guard type != "float", type != "base64", types.contains(type), let values = member.value.array else {
                continue
            }
            let vectors = values.compactMap(\.array).filter { $0.allSatisfy { $0.kind == .number } }
            guard vectors.count == values.count else { continue }
            further.append(EmbeddingAnswer.TypedVectors(type: type, vectors: vectors))
        }
        return further
    }

    /// The answer for a caller.
    static func answer(
        _ answer: EmbeddingAnswer,
        to request: EmbeddingRequest,
        inputTokens: Int,
        id: String
    ) -> JSONValue {
        var embeddings = JSONObject()
        for type in request.vectorTypes.isEmpty ? ["float"] : request.vectorTypes where embeddings[type] == nil {
            switch type {
            case "float": embeddings.append(type, .array(answer.vectors.map(JSONValue.array)))
            case "base64":
                embeddings.append(type, .array(answer.vectors.map { .string(EmbeddingVector.base64($0)) }))
            default:
                guard let further = answer.furtherVectors.first(where: { $0.type == type }) else { continue }
                embeddings.append(type, .array(further.vectors.map(JSONValue.array)))
            }
        }
        let texts = request.inputs.compactMap { input -> JSONValue? in
            if case .text(let text) = input { .string(text) } else { nil }
        }
        return [
            "id": .string(id), "embeddings": .object(embeddings), "texts": .array(texts),
            "meta": ["api_version": ["version": "2"], "billed_units": ["input_tokens": .number(inputTokens)]],
            "response_type": "embeddings_by_type",
        ]
    }
}
