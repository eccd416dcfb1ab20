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
        let isCohere = target == .cohere || target == .bedrockCohere
        let texts = isCohere ? [] : try texts(for: target)
        var losses = unread.map { Loss($0.element, .dropped, path: $0.path, reason: Self.reason(target)) }
        let body: JSONObject
        switch target {
        case .openAI:
            body = openAI(texts, model: model)
            note(task, .unknownMember, at: taskPath, target, &losses)
        case .geminiSingle, .geminiBatch:
            body = gemini(texts, model: model)
            note(user, .user, at: "user", target, &losses)
        case .titan:
            body = try titan(texts)
            note(task, .unknownMember, at: taskPath, target, &losses)
            note(user, .user, at: "user", target, &losses)
        case .vertexTexts, .vertexText:
            body = VertexEmbeddings.prediction(of: self, texts)
            note(user, .user, at: "user", target, &losses)
        case .vertexContent:
            body = VertexEmbeddings.content(of: self, try only(texts))
            note(user, .user, at: "user", target, &losses)
        case .cohere, .bedrockCohere:
            body = try CohereEmbeddings.body(of: self, model: target == .cohere ? model : nil)
            note(user, .user, at: "user", target, &losses)
        }
        if !isCohere { try noteCohereMembers(target, &losses) }
        if !target.hasTitles { noteTitles(target, &losses) }
        return (JSONWriter().write(.object(body)), losses)
    }

    private static func reason(_ target: EmbeddingFormat) -> String {
        "\(target.title) has no place for it."
    }

    /// Where the caller says what the vectors are for.
    private var taskPath: String { source == .cohere ? "input_type" : "taskType" }

    /// Where the caller has what is embedded.
    private var inputPath: String {
        switch source {
        case .openAI, .titan, .bedrockCohere, .vertexTexts, .vertexText, .vertexContent: "input"
        case .geminiSingle, .geminiBatch: "requests"
        case .cohere: "texts"
        }
    }

    /// Others have vectors of floating-point numbers, of which base64 is a spelling.
    private func noteCohereMembers(_ target: EmbeddingFormat, _ losses: inout [Loss]) throws(FormatProblem) {
        let kept = ["float", "base64"]
        guard vectorTypes.isEmpty || vectorTypes.contains(where: kept.contains) else {
            throw FormatProblem("must name float or base64 for this provider", at: "embedding_types")
        }
        for (index, type) in vectorTypes.enumerated() where !kept.contains(type) {
            note(type, .unknownMember, at: "embedding_types[\(index)]", target, &losses)
        }
        if !target.hasTitles || VertexEmbeddings.cutsEnds(truncation) == nil {
            note(truncation, .unknownMember, at: "truncate", target, &losses)
        }
        note(maximumTokens.map(String.init), .unknownMember, at: "max_tokens", target, &losses)
    }

    private func noteTitles(_ target: EmbeddingFormat, _ losses: inout [Loss]) {
        for (index, title) in titles.enumerated() {
            let path = source == .geminiSingle ? "title" : "requests[\(index)].title"
            note(title, .unknownMember, at: path, target, &losses)
        }
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
            case .picture: throw FormatProblem("must be text for this provider", at: "images")
            case .content: throw FormatProblem("must be text for this provider", at: "inputs")
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
        var body: JSONObject = ["inputText": try only(texts)]
        if let dimensions { body.append("dimensions", .number(dimensions)) }
        return body
    }

    private func only(_ texts: [JSONValue]) throws(FormatProblem) -> JSONValue {
        guard texts.count == 1, let text = texts.first else {
            throw FormatProblem("must hold one text for this model; send a request for each", at: inputPath)
        }
        return text
    }
}
