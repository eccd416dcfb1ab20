import JSON

extension Annotation {
    /// Reads an annotation of an output text; nil for what is no object.
    init?(responses value: JSONValue) {
        guard value.object != nil else { return nil }
        var range: Range<Int>?
        if let start = value["start_index"]?.integer, let end = value["end_index"]?.integer, start >= 0, end >= start {
            range = start..<end
        }
        self.init(
            url: value["url"]?.string,
            title: value["title"]?.string ?? value["filename"]?.string,
            range: range,
            value: value,
            format: .openAIResponses
        )
    }

    /// The annotation in an output text; nil when its source has no address.
    ///
    /// - Parameter length: The length of the text, in characters: a source with no place of its own is of all of it.
    func responsesValue(length: Int) -> JSONValue? {
        if format == .openAIResponses { return value }
        guard let url else { return nil }
        let range = range ?? 0..<max(0, length)
        return [
            "type": "url_citation", "start_index": .number(range.lowerBound), "end_index": .number(range.upperBound),
            "url": .string(url), "title": .string(title ?? url),
        ]
    }
}

extension TokenLogProbability {
    /// Reads the `logprobs` of an output text. What is malformed is left out.
    static func entries(responses value: JSONValue?) -> [TokenLogProbability] {
        (value?.array ?? []).compactMap { entry in
            guard let chosen = candidate(entry) else { return nil }
            return TokenLogProbability(chosen: chosen, top: (entry["top_logprobs"]?.array ?? []).compactMap(candidate))
        }
    }

    /// The entry in the `logprobs` of an output text.
    var responsesValue: JSONValue {
        var object = Self.object(chosen)
        object.append("top_logprobs", .array(top.map { .object(Self.object($0)) }))
        return .object(object)
    }

    private static func candidate(_ value: JSONValue) -> Candidate? {
        guard case .string(let token)? = value["token"], case .number(let number)? = value["logprob"] else {
            return nil
        }
        let bytes = value["bytes"].flatMap { $0 == .null ? nil : $0 }
        return Candidate(token: token.repairedValue, logProbability: number, bytes: bytes)
    }

    private static func object(_ candidate: Candidate) -> JSONObject {
        let bytes = candidate.bytes ?? .array(candidate.token.utf8.map { .number(Int($0)) })
        return ["token": .string(candidate.token), "bytes": bytes, "logprob": .number(candidate.logProbability)]
    }
}
