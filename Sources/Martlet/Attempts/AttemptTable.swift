/// What can follow a failed attempt.
package enum AttemptAction: String, Sendable, CaseIterable {
    /// The same target and key once more, after a wait.
    case retrySameKey = "same key again"
    /// Another key of the same target, at once.
    case rotateKey = "other key"
    /// The next target of the request, at once.
    case nextTarget = "next target"
    /// No further attempt; the caller gets the error.
    case stop
}

/// What follows from a class of failures.
struct AttemptRule: Sendable, Equatable {
    /// What a failure does to the key that was used.
    enum KeyEffect: String, Sendable {
        case none = ""
        /// It rests for what the provider asks for.
        case cools = "rests"
        /// It is not used until a probe finds it well.
        case dies = "dead until probed"
        /// The same for the model that was asked for. Callers choose models, and nobody shall take a key away from all
        /// by asking for one that it may not use.
        case diesForModel = "dead for the model until probed"
    }

    /// Whether the next target may be asked.
    enum Fallback: String, Sendable {
        case always = "yes"
        /// Only where the configuration names the class.
        case whenConfigured = "when configured"
        case never = "no"
    }

    /// What is tried, the first that is possible wins.
    let ladder: [AttemptAction]
    var keyEffect = KeyEffect.none
    /// What the target's circuit breaker learns.
    let breakerOutcome: CircuitBreaker.Outcome
    var fallback = Fallback.always
    /// Whether the provider may have begun to do what was asked. Something that must not happen twice is then not tried
    /// again.
    var mayHaveRun = false
}

/// The one place that says what follows which failure. The table of docs/reliability.md is made from it.
enum AttemptTable {
    static func rule(for failure: FailureClass) -> AttemptRule {
        switch failure {
        case .connectFailed, .tlsFailed, .connectTimeout:
            AttemptRule(ladder: [.retrySameKey, .nextTarget], breakerOutcome: .failure)
        case .brokenBeforeContent, .serverError, .overloaded:
            AttemptRule(ladder: [.retrySameKey, .nextTarget], breakerOutcome: .failure, mayHaveRun: true)
        case .firstByteTimeout, .idleTimeout, .badAnswer:
            // A wait as long as this one, or an answer as large, once more from the same: hardly what anybody wants.
            AttemptRule(ladder: [.nextTarget], breakerOutcome: .failure, mayHaveRun: true)
        case .slowStream:
            // The next request may meet a quicker machine, but another provider is likelier to be one.
            AttemptRule(ladder: [.nextTarget, .retrySameKey], breakerOutcome: .failure, mayHaveRun: true)
        case .rateLimited:
            AttemptRule(
                ladder: [.rotateKey, .nextTarget, .retrySameKey],
                keyEffect: .cools,
                breakerOutcome: .unknown
            )
        case .keyRefused, .keyOutOfMoney:
            AttemptRule(ladder: [.rotateKey, .nextTarget], keyEffect: .dies, breakerOutcome: .unknown)
        case .keyForbidden:
            AttemptRule(ladder: [.rotateKey, .nextTarget], keyEffect: .diesForModel, breakerOutcome: .unknown)
        case .credentialsUnavailable:
            // Another key may have its credentials, or get them elsewhere. The same one is told the same for a second.
            AttemptRule(ladder: [.rotateKey, .nextTarget, .retrySameKey], breakerOutcome: .failure)
        case .modelNotFound:
            AttemptRule(ladder: [.nextTarget], breakerOutcome: .success)
        case .contextLength, .contentPolicy, .requestTooLarge, .callerError:
            AttemptRule(ladder: [.nextTarget], breakerOutcome: .success, fallback: .whenConfigured)
        case .brokenAfterContent:
            AttemptRule(ladder: [], breakerOutcome: .failure, fallback: .never, mayHaveRun: true)
        case .deadline, .cancelled:
            AttemptRule(ladder: [], breakerOutcome: .unknown, fallback: .never, mayHaveRun: true)
        case .queueFull:
            AttemptRule(ladder: [.nextTarget], breakerOutcome: .unknown)
        case .gatewayExhausted:
            AttemptRule(ladder: [], breakerOutcome: .unknown, fallback: .never)
        }
    }

    /// Whether the provider may have begun what must not be done twice.
    static func isInDoubt(after failure: FailureClass, _ situation: AttemptSituation) -> Bool {
        rule(for: failure).mayHaveRun && situation.wasSent && !situation.isRepeatable
    }

    /// What to do after a failure.
    static func action(after failure: FailureClass, _ situation: AttemptSituation) -> AttemptAction {
        let rule = rule(for: failure)
        guard !situation.hasContent, !isInDoubt(after: failure, situation) else { return .stop }
        return rule.ladder.first { action in
            switch action {
            case .retrySameKey: situation.mayRetry
            case .rotateKey: situation.hasOtherKey
            case .nextTarget: situation.hasNextTarget && situation.fallbacks.allow(failure, rule.fallback)
            case .stop: true
            }
        } ?? .stop
    }
}

/// What is possible when an attempt has failed.
struct AttemptSituation: Sendable {
    /// Whether the request's budget allows the same once more after the wait that is due. The target's budget is asked
    /// when that is what follows; where it refuses, the table is asked again without.
    var mayRetry = false
    /// Whether the target has a key that this request has not tried and that is not at rest.
    var hasOtherKey = false
    /// Whether the request has a target left.
    var hasNextTarget = false
    /// Which failures may go to the next target.
    var fallbacks = FallbackRules()
    /// Whether the caller has seen some of the answer: nothing can be taken back then.
    var hasContent = false
    /// Whether the request, or some of it, was sent to the provider, and was not turned away.
    var wasSent = true
    /// Whether it does no harm when the provider does twice what is asked: an answer of a model does not, a new batch
    /// or file does.
    var isRepeatable = true
}

/// Which failures may go to the next target beyond those that always may.
package struct FallbackRules: Sendable, Equatable {
    /// Classes that ``AttemptTable`` leaves to the configuration.
    package var configured: Set<FailureClass>

    /// By default none: the next provider cannot know better what the caller meant.
    package init(configured: Set<FailureClass> = []) {
        self.configured = configured
    }

    func allow(_ failure: FailureClass, _ fallback: AttemptRule.Fallback) -> Bool {
        switch fallback {
        case .always: true
        case .whenConfigured: configured.contains(failure)
        case .never: false
        }
    }
}
