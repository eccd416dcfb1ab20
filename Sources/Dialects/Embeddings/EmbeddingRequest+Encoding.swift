import JSON

extension EmbeddingRequest {
    /// The request in a provider's form, and what that form cannot say.
    ///
    /// - Parameter model: The model as the provider names it.
    /// - Throws: ``FormatProblem`` when the provider cannot be asked for this.
    package func encoded(
        for target: EmbeddingFormat,
        model: String
    ) throws(FormatProblem) -> (body: [UInt8], losses: [Loss]) {
        let texts = try texts(for: target)
        var losses = unread.map { Loss($0.element, .dropped, path: $0.path, reason: Self.reason(target)) }
        let body: JSONObject
        switch target {
        case .openAI:
            body = openAI(texts, model: model)
            note(task, .unknownMember, at: "taskType", target, &losses)
        case .geminiSingle, .geminiBatch:
            body = gemini(texts, model: model)
            note(user, .user, at: "user", target, &losses)
        case .titan:
            body = try titan(texts)
            note(task, .unknownMember, at: "taskType", target, &losses)
            note(user, .user, at: "user", target, &losses)
        case .cohere:
            body = cohere(texts)
            note(user, .user, at: "user", target, &losses)
        }
        return (JSONWriter().write(.object(body)), losses)
    }

    private static func reason(_ target: EmbeddingFormat) -> String {
        "\(target.title) has no place for it."
    }

    private func note(
        _ value: String?,
        _ element: ConversationElement,
        at path: String,
        _ target: EmbeddingFormat,
        _ losses: inout [Loss]
    ) {
        guard value != nil else { return }
        losses.append(Loss(element, .dropped, path: path, reason: Self.reason(target)))
    }

    private func texts(for target: EmbeddingFormat) throws(FormatProblem) -> [JSONValue] {
        var texts: [JSONValue] = []
        for input in inputs {
            switch input {
            case .text(let text): texts.append(.string(text))
            case .tokens(let tokens) where target == .openAI: texts.append(.array(tokens))
            case .tokens: throw FormatProblem("must be text: token numbers are those of one model", at: "input")
            }
        }
        return texts
    }

    private func openAI(_ texts: [JSONValue], model: String) -> JSONObject {
        var body: JSONObject = ["model": .string(model), "input": .array(texts), "encoding_format": "float"]
        if let dimensions { body.append("dimensions", .number(dimensions)) }
        if let user { body.append("user", .string(user)) }
        return body
    }

    private func gemini(_ texts: [JSONValue], model: String) -> JSONObject {
        let requests = texts.map { text -> JSONValue in
            var request: JSONObject = [
                "model": .string("models/\(model)"), "content": ["parts": [["text": text]]],
            ]
            if let task { request.append("taskType", .string(task)) }
            if let dimensions { request.append("outputDimensionality", .number(dimensions)) }
            return .object(request)
        }
        return ["requests": .array(requests)]
    }

    private func titan(_ texts: [JSONValue]) throws(FormatProblem) -> JSONObject {
        guard texts.count == 1, let text = texts.first else {
            let path = source == .openAI ? "input" : "requests"
            throw FormatProblem("must hold one text for this model; send a request for each", at: path)
        }
        var body: JSONObject = ["inputText": text]
        if let dimensions { body.append("dimensions", .number(dimensions)) }
        return body
    }

    private func cohere(_ texts: [JSONValue]) -> JSONObject {
        // Cohere must be told what for; a text to be found later is what most are.
        let type =
            switch task {
            case "RETRIEVAL_QUERY", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY": "search_query"
            case "CLASSIFICATION": "classification"
            case "CLUSTERING", "SEMANTIC_SIMILARITY": "clustering"
            default: "search_document"
            }
        var body: JSONObject = ["texts": .array(texts), "input_type": .string(type), "embedding_types": ["float"]]
        if let dimensions { body.append("output_dimension", .number(dimensions)) }
        return body
    }
}
