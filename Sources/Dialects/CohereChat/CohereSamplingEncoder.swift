import JSON

/// Writes lengths and probabilities.
///
/// Format: Cohere API reference, "Chat", from `max_tokens` to `logprobs`.
struct CohereSamplingEncoder {
    private var report: LossReport
    private var body = JSONObject()

    /// The members of a request, in order.
    static func members(of sampling: Sampling, _ report: inout LossReport) -> JSONObject {
        var encoder = CohereSamplingEncoder(report: report)
        encoder.write(sampling)
        report = encoder.report
        return encoder.body
    }

    private init(report: LossReport) {
        self.report = report
    }

    private mutating func write(_ sampling: Sampling) {
        if let most = sampling.maximumTokens { body.append("max_tokens", .number(most)) }
        write("temperature", sampling.temperature, from: "0", .temperature)
        write("p", sampling.topP, from: "0.01", to: "0.99", .topP)
        if let topK = sampling.topK {
            if topK.integer == nil { report.note(.topK, at: "") } else { write("k", topK, from: "0", to: "500", .topK) }
        }
        if let seed = sampling.seed {
            if seed.integer ?? -1 < 0 { report.note(.seed, at: "") } else { body.append("seed", .number(seed)) }
        }
        writePenalties(sampling)
        writeStopSequences(sampling.stopSequences)
        if sampling.choiceCount ?? 1 != 1 { report.note(.choiceCount, at: "") }
        if sampling.wantsLogProbabilities == true { body.append("logprobs", true) }
        if sampling.topLogProbabilities ?? 0 > 0 { report.note(.logProbabilities, at: "") }
    }

    /// Many models take one of the two.
    private mutating func writePenalties(_ sampling: Sampling) {
        let frequency = sampling.frequencyPenalty.flatMap { $0.double == 0 ? nil : $0 }
        let presence = sampling.presencePenalty.flatMap { $0.double == 0 ? nil : $0 }
        write("frequency_penalty", frequency, from: "0", to: "1", .frequencyPenalty)
        if frequency != nil, presence != nil {
            report.note(.presencePenalty, at: "")
        } else {
            write("presence_penalty", presence, from: "0", to: "1", .presencePenalty)
        }
    }

    private mutating func writeStopSequences(_ wanted: [String]) {
        let taken = wanted.filter { !$0.isEmpty }.prefix(5)
        if taken.count < wanted.count { report.note(.stopSequences, at: "") }
        if !taken.isEmpty { body.append("stop_sequences", .array(taken.map { .string($0) })) }
    }

    private mutating func write(
        _ name: String,
        _ number: JSONNumber?,
        from lowest: String,
        to highest: String? = nil,
        _ element: ConversationElement
    ) {
        guard let number else { return }
        // A number that no Double holds is beyond every range.
        let value = number.double ?? (number.spelling.hasPrefix("-") ? -.infinity : .infinity)
        var taken = number
        if let lower = Double(lowest), value < lower {
            taken = JSONNumber(spelling: lowest) ?? number
        } else if let highest, let upper = Double(highest), value > upper {
            taken = JSONNumber(spelling: highest) ?? number
        }
        if taken != number { report.note(element, at: "") }
        body.append(name, .number(taken))
    }
}
