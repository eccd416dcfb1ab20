import JSON

/// Gemini's requests for embeddings: one text, or several in a request each.
package enum GeminiEmbeddings {
    static func request(of body: JSONValue, _ source: EmbeddingFormat) throws(FormatProblem) -> EmbeddingRequest {
        var reader = try GeminiReader(body, path: "")
        guard source == .geminiBatch else { return try single(&reader) }
        guard let requests = try reader.array("requests"), !requests.isEmpty else {
            throw FormatProblem("is missing", at: "requests")
        }
        var whole = EmbeddingRequest(source: source, inputs: [])
        for (index, request) in requests.enumerated() {
            var reader = try GeminiReader(request, path: "requests[\(index)]")
            let one = try single(&reader)
            if index > 0, one.dimensions != whole.dimensions || one.task != whole.task {
                throw FormatProblem("must ask for the same as the first for this provider", at: "requests[\(index)]")
            }
            whole.inputs += one.inputs
            whole.titles += one.titles
            whole.dimensions = one.dimensions
            whole.task = one.task
            whole.unread += one.unread
        }
        whole.unread += reader.unread
        return whole
    }

    private static func single(_ reader: inout GeminiReader) throws(FormatProblem) -> EmbeddingRequest {
        // The address names the model.
        _ = reader.value("model")
        guard var content = try reader.reader("content") else {
            throw FormatProblem("is missing", at: reader.path(of: "content"))
        }
        let path = content.path(of: "parts")
        var text = ""
        for (index, part) in (try content.array("parts") ?? []).enumerated() {
            var part = try GeminiReader(part, path: "\(path)[\(index)]")
            guard let piece = try part.string("text") else {
                throw FormatProblem("must be text for this provider", at: "\(path)[\(index)]")
            }
            text += piece
        }
        _ = content.value("role")
        var request = EmbeddingRequest(source: .geminiSingle, inputs: [.text(text)])
        request.task = try reader.string("taskType")
        request.dimensions = try reader.integer("outputDimensionality")
        request.titles = [try reader.string("title")]
        request.unread = content.unread + reader.unread
        return request
    }

    /// The body of a request that stays in Gemini's format: several requests, each with the model's name.
    ///
    /// - Returns: Nil when it is no such request.
    package static func passedBody(of body: Span<UInt8>, _ source: EmbeddingFormat, model: String) -> [UInt8]? {
        guard let tree = try? JSONValue(parsing: body) else { return nil }
        let requests = source == .geminiSingle ? [tree] : tree["requests"]?.array ?? []
        var named: [JSONValue] = []
        for request in requests {
            guard var object = request.object else { return nil }
            object.set("model", to: .string("models/\(model)"))
            named.append(.object(object))
        }
        return named.isEmpty ? nil : JSONWriter().write(["requests": .array(named)])
    }

    /// The answer to one text out of the answer to several.
    ///
    /// - Returns: Nil when it has none.
    package static func passedAnswer(of body: Span<UInt8>) -> [UInt8]? {
        guard let tree = try? JSONValue(parsing: body), let embedding = tree["embeddings"]?[0] else { return nil }
        var answer: JSONObject = ["embedding": embedding]
        if let usage = tree["usageMetadata"] { answer.append("usageMetadata", usage) }
        return JSONWriter().write(.object(answer))
    }
}
