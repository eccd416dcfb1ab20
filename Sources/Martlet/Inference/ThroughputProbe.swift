import Dialects

/// Finds out at the beginning of a stream whether it is quick enough. What it says so far stays with the gateway
/// meanwhile, so it looks at no more than it must.
struct ThroughputProbe {
    /// What is known.
    enum Verdict: Equatable {
        /// Nothing yet: there is no content.
        case waiting
        /// Nothing yet: content has begun, but says nothing, such as thoughts that the provider keeps to itself.
        case begun
        /// Content comes; ``ThroughputProbe/duration`` decides.
        case counting
        /// Quick enough, or not to be judged by its text.
        case passed
    }

    /// Most characters that are counted: they tell as much as more, and a stream that is well is held no longer.
    static let maximumCharacterCount = 256.0
    /// Less than this is no rate: tokens come in handfuls. In seconds.
    static let minimumDuration = 0.1

    /// Characters that must have come for the stream to be quick enough.
    let neededCount: Int
    /// When they must have come, in seconds from the first character.
    let duration: Double

    private(set) var verdict = Verdict.waiting
    private var count = 0

    /// A probe of a stream whose content has not begun.
    init(_ settings: ThroughputConfiguration) {
        let rate = settings.minimumCharactersPerSecond
        let needed = min((rate * settings.window).rounded(.up), Self.maximumCharacterCount)
        // Comparisons with what is no number are false.
        neededCount = needed >= 1 ? Int(needed) : 1
        duration = max(rate > 0 ? min(settings.window, needed / rate) : settings.window, Self.minimumDuration)
    }

    /// Counts what an event says: text, thoughts, refusals and calls, in Unicode scalars.
    mutating func note(_ event: AnswerEvent) {
        guard verdict != .passed else { return }
        switch event {
        case .delta(_, let text):
            add(text)
        case .partStart(_, .toolCall(_, let name)):
            add(name)
        case .partStart(_, .text), .partStart(_, .reasoning), .partStart(_, .refusal):
            if verdict == .waiting { verdict = .begun }
        case .partStart(_, .media), .partStart(_, .foreign):
            // How long a picture takes says nothing about text.
            verdict = .passed
        case .finish, .end:
            // Short answers are not slow ones.
            verdict = .passed
        case .failure, .start, .signature, .annotation, .logProbabilities, .partEnd, .usage:
            break
        }
    }

    private mutating func add(_ text: String) {
        guard !text.isEmpty else { return }
        verdict = .counting
        count += text.unicodeScalars.count
        if count >= neededCount { verdict = .passed }
    }
}
