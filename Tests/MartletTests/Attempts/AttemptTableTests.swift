import Testing

@testable import Martlet

@Suite("What follows a failure")
struct AttemptTableTests {
    /// Everything is possible.
    private func situation(_ change: (inout AttemptSituation) -> Void = { _ in }) -> AttemptSituation {
        var situation = AttemptSituation()
        situation.mayRetry = true
        situation.hasOtherKey = true
        situation.hasNextTarget = true
        change(&situation)
        return situation
    }

    @Test(
        arguments: [
            (.connectFailed, .retrySameKey, .nextTarget), (.tlsFailed, .retrySameKey, .nextTarget),
            (.connectTimeout, .retrySameKey, .nextTarget), (.brokenBeforeContent, .retrySameKey, .nextTarget),
            (.serverError, .retrySameKey, .nextTarget), (.overloaded, .retrySameKey, .nextTarget),
            (.firstByteTimeout, .nextTarget, .nextTarget), (.idleTimeout, .nextTarget, .nextTarget),
            (.badAnswer, .nextTarget, .nextTarget), (.slowStream, .nextTarget, .nextTarget),
            (.rateLimited, .rotateKey, .nextTarget),
            (.keyRefused, .rotateKey, .nextTarget), (.keyOutOfMoney, .rotateKey, .nextTarget),
            (.keyForbidden, .rotateKey, .nextTarget), (.credentialsUnavailable, .rotateKey, .nextTarget),
            (.modelNotFound, .nextTarget, .nextTarget), (.contextLength, .stop, .stop), (.contentPolicy, .stop, .stop),
            (.requestTooLarge, .stop, .stop), (.callerError, .stop, .stop), (.brokenAfterContent, .stop, .stop),
            (.deadline, .stop, .stop), (.gatewayExhausted, .stop, .stop), (.cancelled, .stop, .stop),
        ] as [(FailureClass, AttemptAction, AttemptAction)]
    )
    func firstStepAndTheStepAfter(_ failure: FailureClass, _ first: AttemptAction, _ second: AttemptAction) {
        #expect(AttemptTable.action(after: failure, situation()) == first)
        let exhausted = situation {
            $0.mayRetry = false
            $0.hasOtherKey = false
        }
        #expect(AttemptTable.action(after: failure, exhausted) == second)
    }

    @Test(arguments: FailureClass.allCases)
    func nothingFollowsWhenNothingIsLeft(failure: FailureClass) {
        #expect(AttemptTable.action(after: failure, AttemptSituation()) == .stop)
    }

    @Test(arguments: FailureClass.allCases)
    func nothingFollowsContent(failure: FailureClass) {
        #expect(AttemptTable.action(after: failure, situation { $0.hasContent = true }) == .stop)
    }

    /// A request for patience with the only key and no other target is waited for.
    @Test func aRateLimitWithoutAlternativesIsWaitedFor() {
        let alone = situation {
            $0.hasOtherKey = false
            $0.hasNextTarget = false
        }
        #expect(AttemptTable.action(after: .rateLimited, alone) == .retrySameKey)
        #expect(AttemptTable.action(after: .credentialsUnavailable, alone) == .retrySameKey)
        #expect(AttemptTable.action(after: .keyRefused, alone) == .stop)
    }

    /// Another provider is likelier to be quick than another machine of the same, but that is better than nothing.
    @Test func aSlowStreamWithoutAlternativesIsAskedForAgain() {
        #expect(AttemptTable.action(after: .slowStream, situation { $0.hasNextTarget = false }) == .retrySameKey)
    }

    @Test(arguments: FailureClass.allCases)
    func theConfigurationDecidesAboutTheCallersErrorsAlone(failure: FailureClass) {
        let configured = situation {
            $0.mayRetry = false
            $0.hasOtherKey = false
            $0.fallbacks = FallbackRules(configured: Set(FailureClass.allCases))
        }
        let isFinal = [.brokenAfterContent, .deadline, .gatewayExhausted, .cancelled].contains(failure)
        #expect(AttemptTable.action(after: failure, configured) == (isFinal ? .stop : .nextTarget))
        let none = situation { $0.fallbacks = FallbackRules(configured: []) }
        let isCallers = [.contextLength, .contentPolicy, .requestTooLarge, .callerError].contains(failure)
        #expect((AttemptTable.action(after: failure, none) == .stop) == (isFinal || isCallers))
    }

    /// What must not happen twice is repeated only when the provider certainly did nothing.
    @Test(arguments: FailureClass.allCases)
    func whatMustNotHappenTwiceIsNotTriedBlindly(failure: FailureClass) {
        let sent = situation {
            $0.isRepeatable = false
            $0.fallbacks = FallbackRules(configured: Set(FailureClass.allCases))
        }
        let isRefusal =
            [
                .connectFailed, .tlsFailed, .connectTimeout, .rateLimited, .keyRefused, .keyForbidden, .keyOutOfMoney,
                .credentialsUnavailable, .modelNotFound,
                .contextLength, .contentPolicy, .requestTooLarge, .callerError, .queueFull,
            ].contains(failure)
        #expect((AttemptTable.action(after: failure, sent) != .stop) == isRefusal)
        let unsent = situation {
            $0.isRepeatable = false
            $0.wasSent = false
        }
        #expect(AttemptTable.action(after: .brokenBeforeContent, unsent) == .retrySameKey)
    }

    @Test(arguments: FailureClass.allCases)
    func keysPayForTheirOwnFailuresOnly(failure: FailureClass) {
        let expected: AttemptRule.KeyEffect =
            switch failure {
            case .rateLimited: .cools
            case .keyRefused, .keyOutOfMoney: .dies
            case .keyForbidden: .diesForModel
            default: .none
            }
        let rule = AttemptTable.rule(for: failure)
        #expect(rule.keyEffect == expected)
        // A key's failure says nothing about the target, nor does the caller's leaving.
        #expect(expected == .none || rule.breakerOutcome == .unknown)
    }

    /// Who hands out the credentials fails like a provider: the key is as good as before, its target is passed by.
    @Test func credentialsThatCannotBeFetchedCountAgainstTheTargetAlone() {
        let rule = AttemptTable.rule(for: .credentialsUnavailable)
        #expect(rule.keyEffect == .none)
        #expect(rule.breakerOutcome == .failure)
    }

    @Test(arguments: FailureClass.allCases)
    func rulesAreWellFormed(failure: FailureClass) {
        let rule = AttemptTable.rule(for: failure)
        #expect(!rule.ladder.contains(.stop))
        #expect(Set(rule.ladder).count == rule.ladder.count)
        #expect((rule.fallback == .never) == !rule.ladder.contains(.nextTarget))
        #expect(!failure.title.isEmpty)
    }
}
