/// What a model's name tells about its interface.
struct GeminiModel {
    /// 3 for `gemini-3.1-pro-preview`; nil when the name tells none.
    let major: Int?
    /// 1 for `gemini-3.1-pro-preview`.
    let minor: Int

    private let isPro: Bool
    private let isLite: Bool
    /// Whether the name is that of whatever model is the newest: `gemini-flash-latest`.
    private let isLatest: Bool

    init(_ name: String) {
        let last = name.lowercased().split(separator: "/").last ?? ""
        isPro = last.contains("-pro")
        isLite = last.contains("-lite")
        isLatest = last.hasSuffix("-latest")
        let prefix = "gemini-"
        guard last.hasPrefix(prefix) else {
            major = nil
            minor = 0
            return
        }
        let version = last.dropFirst(prefix.count).prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let numbers = version.split(separator: ".").map { Int($0) }
        major = numbers.first.flatMap { $0 } ?? (isLatest ? 3 : nil)
        minor = numbers.count > 1 ? numbers[1] ?? 0 : 0
    }

    /// Version 3 and later: levels of thinking, media in results of tools, output formats beside tools, and the
    /// validation of signatures.
    var isVersion3: Bool { (major ?? 0) >= 3 }

    /// Version 2.5: budgets of thinking.
    var isVersion2AndHalf: Bool { major == 2 && minor >= 5 }

    /// The tokens that may be spent on thinking (Gemini API documentation, "Thinking", table of budgets).
    var thinkingBudgets: ClosedRange<Int> {
        if isPro { return 128...32_768 }
        return isLite ? 512...24_576 : 1...24_576
    }

    /// Whether thinking can be turned off.
    var canStopThinking: Bool { isVersion2AndHalf && !isPro }

    /// Whether the least level is `minimal` and not `low`: the lite models and Flash before 3.7.
    private var hasMinimalLevel: Bool {
        isLite || !isPro && !isLatest && major == 3 && minor < 7
    }

    /// The level of thinking for an effort, and whether it is that one (Gemini API documentation, "Thinking", table
    /// of levels).
    func thinkingLevel(ofEffort effort: String) -> (level: String, isExact: Bool)? {
        switch effort {
        case "none": (hasMinimalLevel ? "minimal" : "low", false)
        case "minimal": hasMinimalLevel ? ("minimal", true) : ("low", false)
        case "low", "high": (effort, true)
        case "medium": isPro && major == 3 && minor == 0 ? ("high", false) : ("medium", true)
        case "xhigh", "max": ("high", false)
        default: nil
        }
    }

    /// The budget for an effort (Gemini API documentation, "OpenAI compatibility", table of efforts); nil for one
    /// that is not known.
    func thinkingBudget(ofEffort effort: String) -> Int? {
        switch effort {
        case "none": 0
        case "minimal", "low": 1024
        case "medium": 8192
        case "high": 24_576
        case "xhigh", "max": thinkingBudgets.upperBound
        default: nil
        }
    }
}
