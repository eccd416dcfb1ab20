import JSON

/// What each family of models is told about thinking, in `additionalModelRequestFields`.
///
/// Format: Bedrock user guide, "Extended thinking" and "Adaptive thinking" for Claude, "OpenAI models" for gpt-oss;
/// Amazon Nova 2 user guide, "Using reasoning".
struct BedrockReasoningEncoder {
    let model: BedrockModel
    var report: LossReport
    private(set) var fields: JSONObject = [:]
    /// Whether Claude is told to think, when it takes no other sampling than its own.
    private(set) var isClaudeThinking = false
    /// Whether Nova is told to think at its most, when it takes no lengths and probabilities.
    private(set) var isNovaAtMost = false

    init(_ model: BedrockModel, _ report: LossReport) {
        self.model = model
        self.report = report
    }

    /// - Parameter canThink: Whether the conversation's end lets Claude think by a number of tokens.
    mutating func encode(_ options: ReasoningOptions?, maximumTokens: Int?, canThink: Bool) {
        guard let options else { return }
        guard Self.isWanted(options) else {
            encodeOff()
            return
        }
        switch model.family {
        case .claude:
            encodeClaude(options, maximumTokens: maximumTokens, canThink: canThink)
        case .nova(generation: 2):
            let effort = level(options) ?? "medium"
            isNovaAtMost = effort == "high"
            fields.append("reasoningConfig", ["type": "enabled", "maxReasoningEffort": .string(effort)])
        case .gptOSS:
            if let effort = level(options) { fields.append("reasoning_effort", .string(effort)) }
        case .nova, .mistral, .deepSeek, .other, .unknown:
            if options.budgetTokens != nil { report.note(.reasoningBudget, at: "") }
            if options.budgetTokens == nil || options.effort != nil { report.note(.reasoningEffort, at: "") }
        }
        if options.includesThoughts == false, fields["thinking"]?["display"] == nil {
            report.note(.reasoningVisibility, at: "")
        }
    }

    /// Whether the model shall think: it says so, or how much.
    static func isWanted(_ options: ReasoningOptions) -> Bool {
        guard options.effort != "none" else { return false }
        return options.isEnabled ?? (options.budgetTokens != nil || options.effort != nil)
    }

    /// Claude and Nova do not think unless they are told to; the open models always do.
    private mutating func encodeOff() {
        switch model.family {
        case .gptOSS:
            report.note(.reasoningEffort, at: "")
            fields.append("reasoning_effort", "low")
        case .nova(generation: 2):
            fields.append("reasoningConfig", ["type": "disabled"])
        case .deepSeek, .unknown: report.note(.reasoningEffort, at: "")
        case .claude(let version) where version >= 50: report.note(.reasoningEffort, at: "")
        case .claude, .nova, .mistral, .other: break
        }
    }

    /// The nearest of `low`, `medium` and `high`.
    private mutating func level(_ options: ReasoningOptions) -> String? {
        if let effort = options.effort {
            if options.budgetTokens != nil { report.note(.reasoningBudget, at: "") }
            switch effort {
            case "low", "medium", "high": return effort
            case "minimal": report.note(.reasoningEffort, at: "")
            default:
                report.note(.reasoningEffort, at: "")
                return "high"
            }
            return "low"
        }
        guard let budget = options.budgetTokens else { return nil }
        report.note(.reasoningBudget, at: "")
        return budget <= 4096 ? "low" : budget <= 16384 ? "medium" : "high"
    }

    // MARK: Claude

    private mutating func encodeClaude(_ options: ReasoningOptions, maximumTokens: Int?, canThink: Bool) {
        switch model.thinking {
        case .none:
            report.note(options.budgetTokens == nil ? .reasoningEffort : .reasoningBudget, at: "")
        case .budget:
            encodeBudget(options, maximumTokens: maximumTokens, canThink: canThink)
        case .budgetOrEffort:
            if options.budgetTokens != nil, options.effort == nil {
                encodeBudget(options, maximumTokens: maximumTokens, canThink: canThink)
            } else {
                encodeEffort(options, knowsXHigh: false)
            }
        case .effort:
            encodeEffort(options, knowsXHigh: true)
        }
    }

    private mutating func encodeBudget(_ options: ReasoningOptions, maximumTokens: Int?, canThink: Bool) {
        let element: ConversationElement = options.budgetTokens == nil ? .reasoningEffort : .reasoningBudget
        let wanted = options.budgetTokens ?? Self.budget(ofEffort: options.effort)
        let most = maximumTokens.map { max(0, $0 - 1) } ?? .max
        guard canThink, most >= Self.smallestBudget else {
            report.note(element, at: "")
            return
        }
        let budget = min(max(wanted, Self.smallestBudget), most)
        if budget != options.budgetTokens {
            report.note(element, at: "")
        }
        isClaudeThinking = true
        fields.append("thinking", ["type": "enabled", "budget_tokens": .number(budget)])
    }

    private static let smallestBudget = 1024

    private static func budget(ofEffort effort: String?) -> Int {
        switch effort {
        case "minimal", "low": 1024
        case "high": 16384
        case "xhigh", "max": 32000
        default: 4096
        }
    }

    private mutating func encodeEffort(_ options: ReasoningOptions, knowsXHigh: Bool) {
        isClaudeThinking = true
        if options.budgetTokens != nil {
            report.note(.reasoningBudget, at: "")
        }
        var thinking: JSONObject = ["type": "adaptive"]
        if knowsXHigh, let isVisible = options.includesThoughts {
            thinking.append("display", isVisible ? "summarized" : "omitted")
        }
        fields.append("thinking", .object(thinking))
        guard let effort = options.effort else { return }
        var known: Set = ["low", "medium", "high", "max"]
        if knowsXHigh { known.insert("xhigh") }
        if !known.contains(effort) {
            report.note(.reasoningEffort, at: "")
        }
        let nearest = effort == "minimal" ? "low" : "high"
        fields.append("output_config", ["effort": .string(known.contains(effort) ? effort : nearest)])
    }
}
