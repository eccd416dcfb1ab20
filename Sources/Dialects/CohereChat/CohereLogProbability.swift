import JSON

/// How likely the tokens of a piece of text were.
///
/// Format: Cohere API reference, "Chat", `logprobs`: a text with the numbers of its tokens and a probability of each.
enum CohereLogProbability {
    /// The piece as one token, as likely as all of its tokens together; nil for what is none.
    static func entry(_ value: JSONValue) -> TokenLogProbability? {
        guard let numbers = value["logprobs"]?.array, !numbers.isEmpty else { return nil }
        let probability: JSONNumber?
        if numbers.count == 1, case .number(let number) = numbers[0] {
            probability = number
        } else {
            probability = JSONNumber(numbers.reduce(0) { $0 + ($1.double ?? 0) })
        }
        guard let probability else { return nil }
        let token = value["text"]?.string ?? ""
        return TokenLogProbability(chosen: .init(token: token, logProbability: probability), top: [])
    }
}
