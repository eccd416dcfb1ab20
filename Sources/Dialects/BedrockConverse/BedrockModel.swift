/// What the models behind Bedrock take, as far as a request must know it: the API is one, the models are not.
///
/// Format: Bedrock user guide, "Supported models and model features", "Prompt caching", "Adaptive thinking",
/// "Structured outputs"; Amazon Nova user guides, "Using the Converse API"; all told apart by the model's id.
struct BedrockModel: Sendable, Equatable {
    enum Family: Sendable, Equatable {
        /// Anthropic's, with its version in tenths: 37 for Claude 3.7, 45 for Claude Opus 4.5.
        case claude(version: Int)
        /// Amazon's, with its generation.
        case nova(generation: Int)
        /// OpenAI's open models.
        case gptOSS
        case mistral
        case deepSeek
        /// Meta, Cohere, AI21, Titan and whatever is new.
        case other
        /// An id that tells nothing, as that of an application's inference profile: everything is tried.
        case unknown
    }

    /// How a Claude is told to think.
    enum Thinking: Sendable, Equatable {
        case none
        /// By a number of tokens.
        case budget
        /// By a number of tokens or by effort.
        case budgetOrEffort
        /// By effort alone.
        case effort
    }

    let family: Family

    init(_ id: String) {
        let id = id.lowercased()
        if id.contains("claude") {
            family = .claude(version: Self.claudeVersion(id))
        } else if id.contains("nova-2") {
            family = .nova(generation: 2)
        } else if id.contains("amazon.nova") {
            family = .nova(generation: 1)
        } else if id.contains("gpt-oss") {
            family = .gptOSS
        } else if id.contains("mistral") || id.contains("mixtral") {
            family = .mistral
        } else if id.contains("deepseek") {
            family = .deepSeek
        } else {
            family = id.hasPrefix("arn:") && !id.contains("foundation-model/") ? .unknown : .other
        }
    }

    /// The first one or two short numbers behind `claude`: in `claude-3-7-sonnet-20250219-v1:0` as in
    /// `claude-opus-4-6-v1`. Ids without one are of the newest kind.
    private static func claudeVersion(_ id: String) -> Int {
        guard let start = id.ranges(of: "claude").last?.upperBound else { return newestVersion }
        let words = id[start...].split { $0 == "-" || $0 == ":" || $0 == "." || $0 == "/" }
        if words.contains("instant") { return 10 }
        var numbers: [Int] = []
        for word in words {
            if word.count <= 2, let number = Int(word) {
                numbers.append(number)
            } else if word == "v2" {
                numbers.append(2)
            } else if !numbers.isEmpty {
                break
            }
        }
        guard let major = numbers.first else { return newestVersion }
        return major * 10 + (numbers.count > 1 ? min(numbers[1], 9) : 0)
    }

    private static let newestVersion = 50

    var isNova: Bool {
        if case .nova = family { true } else { false }
    }

    /// At least this Claude, or one that may be it.
    func isClaude(from version: Int) -> Bool {
        switch family {
        case .claude(let found): found >= version
        case .unknown: true
        default: false
        }
    }

    var isClaudeOrUnknown: Bool { isClaude(from: 0) }

    var thinking: Thinking {
        guard case .claude(let version) = family else { return .none }
        return switch version {
        case ..<37: .none
        case ..<46: .budget
        case 46: .budgetOrEffort
        default: .effort
        }
    }

    var takesCachePoints: Bool { isClaudeOrUnknown || isNova }
    var takesToolCachePoints: Bool { isClaudeOrUnknown }
    var takesRequiredToolChoice: Bool { isClaudeOrUnknown || isNova || family == .mistral }
    var takesNamedToolChoice: Bool { isClaudeOrUnknown || isNova }
    var takesToolStatus: Bool { isClaudeOrUnknown || isNova }
    var takesToolResultMedia: Bool { isClaudeOrUnknown || isNova }
    var takesStrictTools: Bool { isClaude(from: 45) }
    var takesCitations: Bool { isClaudeOrUnknown }
    var takesSearchResults: Bool { isClaude(from: 37) }
    /// Whether the last turn may be an assistant's, which the model goes on with.
    var takesPrefill: Bool {
        switch family {
        case .claude(let version): version < 46
        case .nova(let generation): generation == 1
        default: false
        }
    }
    var takesOutputSchema: Bool {
        switch family {
        case .claude(let version): version >= 45
        case .gptOSS, .mistral, .deepSeek, .unknown: true
        case .nova, .other: false
        }
    }
    /// Whether thoughts without a signature may come back. Nova and OpenAI's open models sign nothing.
    var takesUnsignedReasoning: Bool { family == .nova(generation: 2) || family == .gptOSS }
}
