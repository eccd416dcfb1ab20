/// What a model of Claude takes, by its name.
///
/// Anthropic documentation, "Troubleshooting thinking" (table of thinking by model), "Effort", "Structured outputs",
/// "Mid-conversation system messages", and the migration guides to 4.6, 4.7, 5 and 5.5:
///
/// | Models        | Thinking           | Turned off by    | Efforts             | Sampling      | Forced tools |
/// |---------------|--------------------|------------------|---------------------|---------------|--------------|
/// | to 3.5        | none               | –                | –                   | all           | yes          |
/// | 3.7 to 4.5    | budget             | leaving it out   | 4.5 Opus: to high   | one from 4.1  | yes          |
/// | 4.6           | budget or adaptive | leaving it out   | to high, max        | one           | yes          |
/// | 4.7, 4.8      | adaptive           | leaving it out   | to high, xhigh, max | none          | yes          |
/// | 5             | adaptive, always on| `disabled`; never with Fable and Mythos | as 4.7 | none   | yes          |
/// | 5.1 and later | adaptive, always on| never; Haiku `disabled`, Sonnet `between_tools` | as 4.7 | none | no       |
struct AnthropicModel: Equatable {
    enum Thinking: Equatable { case none, budget, budgetOrAdaptive, adaptive }
    enum Off: Equatable { case omitted, disabled, betweenTools, never }

    var thinking = Thinking.budget
    var thinksUnlessTold = false
    var off = Off.omitted
    /// In the order of strength.
    var efforts: [String] = []
    var takesSampling = true
    var takesTemperatureWithTopP = true
    var takesForcedTools = true
    var hasStructuredOutput = false
    var takesLaterInstructions = false
    /// The longest answer, in tokens; nil where the documents do not say.
    var maximumTokens: Int?
    /// Most tokens of prompt and answer together, where longer sums are refused; nil where the answer is cut instead,
    /// and for models that are not known.
    var contextWindow: Int?

    /// The model behind any name that holds `claude`, as `us.anthropic.claude-opus-4-6-v1:0`. Other names are of
    /// providers that copied the format as it was at 4.0.
    init(_ name: String) {
        guard let words = Self.words(of: name) else { return }
        let family = words.lazy.map(String.init).first(where: Self.families.contains)
        // A name without a version is an alias of the newest.
        let said = Self.version(in: words)
        let version = said ?? (words.contains("preview") ? Version(4, 6) : Version(5, 5))
        maximumTokens = said.flatMap { Self.maximumTokens(family, $0) }
        contextWindow = said.flatMap(Self.contextWindow)
        takesTemperatureWithTopP = version < Version(4, 1)
        hasStructuredOutput = version >= Version(4, 5)
        switch version {
        case ..<Version(3, 7):
            thinking = .none
        case ..<Version(4, 6):
            efforts = version == Version(4, 5) && family == "opus" ? ["low", "medium", "high"] : []
        case ..<Version(4, 7):
            thinking = .budgetOrAdaptive
            efforts = ["low", "medium", "high", "max"]
        default:
            thinking = .adaptive
            efforts = ["low", "medium", "high", "xhigh", "max"]
            takesSampling = false
            takesLaterInstructions = version >= Version(4, 8) && !(version == Version(5, 0) && family == "sonnet")
        }
        guard version >= Version(5, 0) else { return }
        thinksUnlessTold = true
        takesForcedTools = version < Version(5, 1)
        switch family {
        case "haiku": off = .disabled
        case "sonnet": off = version < Version(5, 1) ? .disabled : .betweenTools
        case "opus": off = version < Version(5, 1) ? .disabled : .never
        default: off = .never
        }
    }

    /// Anthropic documentation, "Models overview" and the pages of the models, "Max output". An alias of the newest
    /// model and models that came later are not in it.
    private static func maximumTokens(_ family: String?, _ version: Version) -> Int? {
        switch version {
        case ..<Version(3, 5): 4096
        case ..<Version(3, 7): 8192
        case ..<Version(4, 0): 64_000
        case ..<Version(4, 5): family == "opus" ? 32_000 : 64_000
        case ..<Version(4, 6): 64_000
        case ...Version(5, 5): ["opus", "sonnet", "fable"].contains(family) ? 128_000 : nil
        default: nil
        }
    }

    /// Anthropic documentation, "Context windows".
    private static func contextWindow(_ version: Version) -> Int? {
        switch version {
        case ..<Version(2, 1): 100_000
        case ..<Version(4, 5): 200_000
        default: nil
        }
    }

    private static let families: Set<String> = ["haiku", "sonnet", "opus", "fable", "mythos", "instant"]

    private struct Version: Comparable {
        var major: Int
        var minor: Int

        init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        static func < (one: Version, other: Version) -> Bool {
            (one.major, one.minor) < (other.major, other.minor)
        }
    }

    private static func words(of name: String) -> [Substring]? {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        guard let start = words.firstIndex(of: "claude") else { return nil }
        return Array(words[(start + 1)...])
    }

    /// The first number and the one right behind it; dates are longer.
    private static func version(in words: [Substring]) -> Version? {
        let numbers = words.map { $0.count <= 2 ? Int($0) : nil }
        guard let place = numbers.firstIndex(where: { $0 != nil }), let major = numbers[place] else { return nil }
        let minor = place + 1 < numbers.count ? numbers[place + 1] : nil
        return Version(major, minor ?? 0)
    }
}
