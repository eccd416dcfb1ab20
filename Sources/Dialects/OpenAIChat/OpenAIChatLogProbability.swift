import JSON

/// Probabilities of tokens.
///
/// Format: OpenAI API reference, "The chat completion object", `logprobs`.
enum OpenAIChatLogProbability {
    static func candidate(_ value: JSONValue) -> TokenLogProbability.Candidate? {
        guard let token = OpenAIChatChoiceReader.text(value["token"]), case .number(let number) = value["logprob"]
        else { return nil }
        let bytes = value["bytes"]
        return TokenLogProbability.Candidate(
            token: token,
            logProbability: number,
            bytes: bytes == .null ? nil : bytes
        )
    }

    /// The `logprobs` member of a choice.
    static func value(_ entries: [TokenLogProbability]) -> JSONValue {
        let content = entries.map { entry in
            var object = member(entry.chosen)
            object.append("top_logprobs", .array(entry.top.map { .object(member($0)) }))
            return JSONValue.object(object)
        }
        return ["content": .array(content), "refusal": nil]
    }

    private static func member(_ candidate: TokenLogProbability.Candidate) -> JSONObject {
        [
            "token": .string(candidate.token),
            "logprob": .number(candidate.logProbability),
            "bytes": candidate.bytes ?? .null,
        ]
    }
}
