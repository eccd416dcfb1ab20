import JSON

/// Probabilities of tokens.
///
/// Format: Gemini API reference, "LogprobsResult".
enum GeminiLogProbabilities {
    static func entries(_ result: JSONValue?) -> [TokenLogProbability] {
        guard let chosen = result?["chosenCandidates"]?.array else { return [] }
        let top = result?["topCandidates"]?.array ?? []
        var entries: [TokenLogProbability] = []
        for (index, value) in chosen.enumerated() {
            guard let candidate = candidate(value) else { continue }
            let others = index < top.count ? top[index]["candidates"]?.array ?? [] : []
            entries.append(TokenLogProbability(chosen: candidate, top: others.compactMap(Self.candidate)))
        }
        return entries
    }

    private static func candidate(_ value: JSONValue) -> TokenLogProbability.Candidate? {
        guard case .string(let token)? = value["token"] else { return nil }
        // Protobuf leaves out a zero.
        var number: JSONNumber = 0
        if case .number(let given)? = value["logProbability"] { number = given }
        return TokenLogProbability.Candidate(token: token.repairedValue, logProbability: number)
    }

    static func value(_ entries: [TokenLogProbability]) -> JSONValue {
        let top: [JSONValue] = entries.map { ["candidates": .array($0.top.map(value))] }
        return ["topCandidates": .array(top), "chosenCandidates": .array(entries.map { value($0.chosen) })]
    }

    private static func value(_ candidate: TokenLogProbability.Candidate) -> JSONValue {
        ["token": .string(candidate.token), "logProbability": .number(candidate.logProbability)]
    }
}
