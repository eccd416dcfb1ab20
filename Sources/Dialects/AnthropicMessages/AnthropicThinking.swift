import JSON

/// How much the model thinks, and the length that follows from it.
///
/// Anthropic documentation, "Thinking", "Extended thinking" and "Effort". A budget has 1,024 tokens at least and is
/// less than `max_tokens`.
struct AnthropicThinking {
    /// The member `thinking`; nil for the model's own way.
    private(set) var value: JSONValue?
    /// The member `output_config.effort`.
    private(set) var effort: String?
    /// The member `max_tokens`.
    private(set) var maximumTokens: Int
    /// Whether the model thinks before it answers.
    private(set) var isOn = false

    private static let leastBudget = 1024
    /// What every Claude gives.
    private static let guessedLength = 4096
    /// Whether the length may not be raised: it is the caller's, or the most that the model gives.
    private let isLengthFixed: Bool

    init(
        _ conversation: Conversation,
        _ options: RequestOptions,
        _ messages: [AnthropicMessage],
        _ encoding: inout AnthropicEncoding
    ) {
        // Elsewhere an answer without a limit is as long as the model makes it, so its own most loses nothing. The API
        // takes any length for an answer that is not streamed; only Anthropic's own software kits refuse to ask for
        // one that may take over ten minutes.
        let said = conversation.sampling.maximumTokens
        let takesOwn = said == nil && options.defaultMaximumTokens == nil
        let fixed = takesOwn ? Self.ownLength(encoding.model, conversation) : said
        isLengthFixed = fixed != nil
        maximumTokens = fixed ?? options.defaultMaximumTokens ?? Self.guessedLength
        if !isLengthFixed { encoding.report.note(.maximumTokens, at: "") }
        let wish = conversation.reasoning ?? ReasoningOptions()
        if wish.summary == "concise" || wish.summary == "detailed" {
            encoding.report.note(.reasoningVisibility, at: "")
        }
        let wanted = Self.wants(wish, conversation.source)
        chooseEffort(wish, &encoding)
        if wanted == false {
            turnOff(wish, &encoding)
        } else if wanted == true || encoding.model.thinksUnlessTold {
            turnOn(wish, isAsked: wanted == true, conversation, messages, &encoding)
        }
        if !isOn, wish.includesThoughts == true { encoding.report.note(.reasoningVisibility, at: "") }
    }

    /// The most that the model gives, or what the prompt leaves of a window that prompt and length must fit together.
    private static func ownLength(_ model: AnthropicModel, _ conversation: Conversation) -> Int? {
        guard let most = model.maximumTokens, let window = model.contextWindow else { return model.maximumTokens }
        let estimate = TokenEstimate(conversation).count
        // What is too long by itself is refused anyway, unless the caller asked for a larger window.
        guard estimate < window else { return most }
        let margin = estimate / 4
        return min(most, max(window - estimate - margin, guessedLength))
    }

    /// Whether the caller wants thinking; nil when not said. In Claude's own formats effort alone is no such wish.
    private static func wants(_ wish: ReasoningOptions, _ source: WireFormat) -> Bool? {
        if let isEnabled = wish.isEnabled { return isEnabled }
        if let budget = wish.budgetTokens { return budget != 0 }
        guard let effort = wish.effort, source != .anthropicMessages, source != .bedrockConverse else { return nil }
        return effort != "none"
    }

    // MARK: Effort

    private static let strengths = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

    private mutating func chooseEffort(_ wish: ReasoningOptions, _ encoding: inout AnthropicEncoding) {
        guard let word = wish.effort, word != "none" else { return }
        let efforts = encoding.model.efforts
        if efforts.contains(word) {
            effort = word
        } else if !efforts.isEmpty {
            encoding.report.note(.reasoningEffort, at: "")
            effort = Self.nearest(to: word, in: efforts)
        } else if encoding.model.thinking == .none || wish.isEnabled == false
            || Self.wants(wish, encoding.source) == nil
        {
            encoding.report.note(.reasoningEffort, at: "")
        }
    }

    /// The strongest that is not stronger, or the weakest; nil for a word that nobody knows.
    private static func nearest(to word: String, in efforts: [String]) -> String? {
        guard let strength = strengths.firstIndex(of: word) else { return nil }
        return efforts.last { strengths.firstIndex(of: $0).map { $0 <= strength } == true } ?? efforts.first
    }

    private static func budget(of effort: String) -> Int {
        switch effort {
        case "minimal": leastBudget
        case "low": 2048
        case "high": 16384
        case "xhigh", "max": 32000
        default: 8192
        }
    }

    // MARK: On and off

    private mutating func turnOff(_ wish: ReasoningOptions, _ encoding: inout AnthropicEncoding) {
        switch encoding.model.off {
        case .omitted:
            break
        case .disabled, .betweenTools:
            value = ["type": encoding.model.off == .disabled ? "disabled" : "between_tools"]
            if effort == "xhigh" || effort == "max" {
                // More goes together with thinking only.
                encoding.report.note(.reasoningEffort, at: "")
                effort = "high"
            }
        case .never:
            encoding.report.note(.reasoningEffort, at: "")
            effort = encoding.model.efforts.first
            isOn = true
        }
    }

    private mutating func turnOn(
        _ wish: ReasoningOptions,
        isAsked: Bool,
        _ conversation: Conversation,
        _ messages: [AnthropicMessage],
        _ encoding: inout AnthropicEncoding
    ) {
        let hasBudget = wish.budgetTokens.map { $0 > 0 } == true
        switch encoding.model.thinking {
        case .none:
            encoding.report.note(hasBudget ? .reasoningBudget : .reasoningEffort, at: "")
            return
        case .budget:
            return turnOnWithBudget(wish, conversation.source, messages, &encoding)
        case .budgetOrAdaptive where hasBudget && wish.effort == nil:
            return turnOnWithBudget(wish, conversation.source, messages, &encoding)
        case .budgetOrAdaptive, .adaptive:
            if hasBudget { encoding.report.note(.reasoningBudget, at: "") }
        }
        isOn = true
        let showsThoughts = Self.showsThoughts(wish)
        guard isAsked || showsThoughts != nil else { return }
        value = Self.value("adaptive", budget: nil, showsThoughts)
    }

    private mutating func turnOnWithBudget(
        _ wish: ReasoningOptions,
        _ source: WireFormat,
        _ messages: [AnthropicMessage],
        _ encoding: inout AnthropicEncoding
    ) {
        let said = wish.budgetTokens.flatMap { $0 > 0 ? $0 : nil }
        if wish.effort != nil, effort == nil, said == nil { encoding.report.note(.reasoningEffort, at: "") }
        let element: ConversationElement = said == nil ? .reasoningEffort : .reasoningBudget
        guard !Self.continuesWithoutThoughts(messages) else {
            encoding.report.note(element, at: "")
            return
        }
        let wanted = max(said ?? Self.budget(of: wish.effort ?? "medium"), Self.leastBudget)
        if !isLengthFixed, wanted >= maximumTokens {
            let (sum, overflow) = maximumTokens.addingReportingOverflow(wanted)
            maximumTokens = overflow ? .max : sum
        }
        guard maximumTokens > Self.leastBudget else {
            encoding.report.note(element, at: "")
            return
        }
        // Room for the answer stays where the caller named no number.
        let most = said == nil ? max(maximumTokens / 2, Self.leastBudget) : maximumTokens - 1
        let budget = min(wanted, most)
        if let said, budget != said { encoding.report.note(.reasoningBudget, at: "") }
        isOn = true
        value = Self.value("enabled", budget: budget, displayWithBudget(wish, source, &encoding))
    }

    /// Models that know nothing but budgets show their thoughts, and only their own callers ask them for less.
    private func displayWithBudget(
        _ wish: ReasoningOptions,
        _ source: WireFormat,
        _ encoding: inout AnthropicEncoding
    ) -> Bool? {
        let showsThoughts = Self.showsThoughts(wish)
        guard encoding.model.thinking == .budget, source != .anthropicMessages else { return showsThoughts }
        if showsThoughts == false { encoding.report.note(.reasoningVisibility, at: "") }
        return nil
    }

    /// Whether the model is about to go on behind results of calls that it made without a thought, or whose thoughts
    /// nobody kept: with a budget it then refuses to think.
    private static func continuesWithoutThoughts(_ messages: [AnthropicMessage]) -> Bool {
        guard let last = messages.last(where: { $0.role != .system }), last.role == .user, last.hasResults,
            let calls = messages.last(where: { $0.role == .assistant })
        else { return false }
        let first = calls.blocks.first?["type"]
        return first != "thinking" && first != "redacted_thinking"
    }

    private static func showsThoughts(_ wish: ReasoningOptions) -> Bool? {
        wish.includesThoughts ?? (wish.summary == nil ? nil : true)
    }

    private static func value(_ type: String, budget: Int?, _ showsThoughts: Bool?) -> JSONValue {
        var value: JSONObject = ["type": .string(type)]
        if let budget { value.append("budget_tokens", .number(budget)) }
        if let showsThoughts { value.append("display", showsThoughts ? "summarized" : "omitted") }
        return .object(value)
    }
}
