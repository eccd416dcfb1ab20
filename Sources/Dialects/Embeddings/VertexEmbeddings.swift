import JSON

/// Requests to Vertex AI for embeddings of Google's models, and what is its own in the answers.
///
/// Format: Google Cloud, "Text embeddings API", for `predict`, and "Method: models.embedContent".
enum VertexEmbeddings {
    /// The body for models that are asked to predict.
    static func prediction(of request: EmbeddingRequest, _ texts: [JSONValue]) -> JSONObject {
        let instances = texts.enumerated().map { index, text -> JSONValue in
            var instance: JSONObject = ["content": text]
            if let task = request.task { instance.append("task_type", .string(task)) }
            if let title = request.title(at: index) { instance.append("title", .string(title)) }
            return .object(instance)
        }
        var body: JSONObject = ["instances": .array(instances)]
        let parameters = shared(by: request)
        if !parameters.isEmpty { body.append("parameters", .object(parameters)) }
        return body
    }

    /// The body for models that embed one content.
    static func content(of request: EmbeddingRequest, _ text: JSONValue) -> JSONObject {
        var settings = JSONObject()
        if let task = request.task { settings.append("taskType", .string(task)) }
        if let title = request.title(at: 0) { settings.append("title", .string(title)) }
        settings.members += shared(by: request).members
        var body: JSONObject = ["content": ["parts": [["text": text]]]]
        if !settings.isEmpty { body.append("embedContentConfig", .object(settings)) }
        return body
    }

    /// What holds for all texts.
    private static func shared(by request: EmbeddingRequest) -> JSONObject {
        var members = JSONObject()
        if let cuts = cutsEnds(request.truncation) { members.append("autoTruncate", .boolean(cuts)) }
        if let dimensions = request.dimensions { members.append("outputDimensionality", .number(dimensions)) }
        return members
    }

    /// Whether texts that are too long lose their ends, or are refused; nil where that is not said, or cannot be.
    ///
    /// - Parameter truncation: Cohere's word.
    static func cutsEnds(_ truncation: String?) -> Bool? {
        switch truncation {
        case "END": true
        case "NONE": false
        default: nil
        }
    }

    /// The tokens of all texts; nil unless they are told for each.
    static func inputTokens(_ answer: JSONValue) -> Int? {
        let predictions = answer["predictions"]?.array ?? []
        return predictions.reduce(0) { sum, prediction in
            let count = prediction["embeddings"]?["statistics"]?["token_count"]
            guard let sum, let number = count?.double, let tokens = Int(exactly: number) else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(max(0, tokens))
            return overflow ? .max : total
        }
    }
}

extension EmbeddingRequest {
    fileprivate func title(at index: Int) -> String? {
        titles.indices.contains(index) ? titles[index] : nil
    }
}
