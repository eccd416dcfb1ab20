import NIOConcurrencyHelpers
import NIOCore

/// What the gateway has learned of one provider: which keys and models are well, and how quick they are. Shared by all
/// event loops.
final class ProviderHealth: Sendable {
    /// A request's admission to a model with a key.
    struct Admission: Sendable {
        let model: String
        let key: KeyTicket
        let reason: KeyReason
        fileprivate let breaker: CircuitBreaker.Ticket?

        /// Whether the request finds out whether its key or its target is well again.
        var isProbe: Bool { key.isProbe || breaker?.isProbe == true }

        /// How the target's breaker stood.
        var breakerState: BreakerState { breaker?.state ?? .closed }
    }

    /// Why a request is not admitted.
    enum Refusal: Error, Equatable {
        case keys(KeyRefusal)
        /// The breakers of all keys that were left are open; when the first closes.
        case breaker(until: Moment)
    }

    private struct State {
        var keys: KeyPool
        var targets: [String: TargetHealth] = [:]
    }

    /// Models that are told apart. Names come from callers, so there may be any number; the rest share one entry.
    private static let maximumTargetCount = 1000

    private let keyCount: Int
    private let settings: ReliabilitySettings
    private let state: NIOLockedValueBox<State>

    init(_ keys: [ProviderKey], _ settings: ReliabilitySettings) {
        keyCount = keys.count
        self.settings = settings
        var rest = settings.keyRest
        if keys.count == 1 {
            // While it is left alone nobody is served, and a provider may refuse a good key by mistake.
            rest.deadTime = min(rest.deadTime, 1)
            rest.maximumDeadTime = min(rest.maximumDeadTime, 10)
        }
        state = NIOLockedValueBox(State(keys: KeyPool(keys.map { ($0.name, $0.weight) }, rest)))
    }

    // MARK: Requests

    /// Chooses a key for a request's first or another attempt at a model.
    ///
    /// - Parameters:
    ///   - wish: The keys that come into question.
    ///   - isFirst: Whether the request has not been at this target before.
    ///   - isLastResort: Whether breakers are to refuse nobody, since those of all targets are open.
    ///   - random: A random number from 0 up to, but not including, 1.
    func admit(
        _ model: String,
        _ wish: KeyWish,
        isFirst: Bool,
        isLastResort: Bool,
        now: Moment,
        random: Double
    ) -> Result<Admission, Refusal> {
        withTarget(model, now: now) { target, keys in
            var wish = wish
            var soonest: Moment?
            var closed = KeySet()
            var hasClosed = false
            for position in target.breakers.indices
            where wish.serving.contains(position) && !wish.tried.contains(position) {
                if case .refusing(let end) = target.breakers[position].availability(now: now) {
                    soonest = min(soonest ?? end, end)
                } else {
                    closed.insert(position)
                    hasClosed = true
                }
            }
            if let soonest {
                guard hasClosed || isLastResort else { return .failure(.breaker(until: soonest)) }
                if hasClosed { wish.serving = closed }
            }
            let (ticket, reason): (KeyTicket, KeyReason)
            switch keys.choose(wish, now: now, random: random) {
            case .use(let chosen, let why): (ticket, reason) = (chosen, why)
            case .refused(let refusal): return .failure(.keys(refusal))
            }
            if isFirst { target.retries.requestDidBegin(now: now) }
            return .success(Self.enter(&target, model, ticket, reason, now: now))
        }
    }

    /// Admits a request once more, with the key that it has.
    func readmit(_ admission: Admission, now: Moment) -> Admission {
        withTarget(admission.model, now: now) { target, _ in
            let ticket = KeyTicket(position: admission.key.position, model: admission.key.model, probe: 0)
            return Self.enter(&target, admission.model, ticket, admission.reason, now: now)
        }
    }

    private static func enter(
        _ target: inout TargetHealth,
        _ model: String,
        _ key: KeyTicket,
        _ reason: KeyReason,
        now: Moment
    ) -> Admission {
        target.latency.begin()
        // The breaker of this key does not refuse, or nobody else is left to ask.
        let breaker: CircuitBreaker.Ticket? =
            switch target.breakers[key.position].admit(now: now, isLastResort: true) {
            case .admitted(let ticket): ticket
            case .refused: nil
            }
        return Admission(model: model, key: key, reason: reason, breaker: breaker)
    }

    /// Takes a retry of the target's budget, if it has one left.
    func takeRetry(_ model: String, now: Moment) -> Bool {
        withTarget(model, now: now) { target, _ in target.retries.take(now: now) }
    }

    /// Takes note that a good answer has begun.
    ///
    /// - Parameter time: From the attempt's beginning to its first content.
    func didBeginWell(_ admission: Admission, after time: Interval, isStream: Bool, now: Moment) {
        withTarget(admission.model, now: now) { target, keys in
            target.latency.observe(time, now: now)
            if isStream { target.firstTokens.record(time, now: now) }
            if let ticket = admission.breaker {
                target.breakers[admission.key.position].record(.success, of: ticket, now: now, random: 0)
            }
            keys.record(admission.key, nil, now: now, random: 0)
        }
    }

    /// Takes note of a failure.
    ///
    /// - Parameters:
    ///   - retryAfter: What the provider asks to wait.
    ///   - random: A random number from 0 up to, but not including, 1.
    func didFail(
        _ admission: Admission,
        _ failure: FailureClass,
        retryAfter: Interval?,
        now: Moment,
        random: Double
    ) {
        withTarget(admission.model, now: now) { target, keys in
            let outcome = AttemptTable.rule(for: failure).breakerOutcome
            if let ticket = admission.breaker {
                target.breakers[admission.key.position].record(outcome, of: ticket, now: now, random: random)
            }
            keys.record(admission.key, failure, retryAfter: retryAfter, now: now, random: random)
        }
    }

    /// The attempt is over, however it ended.
    func didEnd(_ admission: Admission, now: Moment) {
        withTarget(admission.model, now: now) { target, _ in target.latency.end() }
    }

    // MARK: Looking

    /// Whether there is a key that is well, besides those that were tried.
    func hasKey(_ serving: KeySet, besides tried: KeySet, _ model: String, now: Moment) -> Bool {
        let number = Self.number(of: model)
        return state.withLockedValue { state in
            (0..<keyCount).contains { position in
                guard serving.contains(position), !tried.contains(position) else { return false }
                if case .unusable = state.keys.availability(of: position, model: number, now: now) { return false }
                guard let target = state.targets[model] else { return true }
                if case .refusing = target.breakers[position].availability(now: now) { return false }
                return true
            }
        }
    }

    /// How a model is doing, for the strategies that depend on it.
    func load(of model: String, now: Moment) -> TargetLoad {
        state.withLockedValue { state in
            guard let target = state.targets[model] else { return TargetLoad() }
            let latency = target.latency.value(now: now) / 1e6
            return TargetLoad(latency: latency > 0 ? latency : nil, runningCount: target.latency.runningCount)
        }
    }

    /// When a second target should be asked; nil for not.
    func hedgeDelay(_ model: String, now: Moment) -> Interval? {
        guard let hedging = settings.hedging else { return nil }
        return withTarget(model, now: now) { target, _ in
            target.hedges.requestDidBegin()
            return HedgePolicy(hedging).delay(target.firstTokens, now: now)
        }
    }

    /// Takes a hedge of the target's budget, if it has one left.
    func takeHedge(_ model: String, now: Moment) -> Bool {
        withTarget(model, now: now) { target, _ in target.hedges.take() }
    }

    /// Gives back a hedge that came to no attempt.
    func giveBackHedge(_ model: String, now: Moment) {
        withTarget(model, now: now) { target, _ in target.hedges.giveBack() }
    }

    /// The health of a key for a model, for people who look.
    func states(
        of model: String,
        now: Moment
    ) -> [(key: KeyHealth.Availability, breaker: BreakerState)] {
        state.withLockedValue { state in
            let target = state.targets[model]
            return (0..<keyCount).map { position in
                (
                    state.keys.availability(of: position, model: Self.number(of: model), now: now) ?? .ready,
                    target?.breakers[position].condition(now: now) ?? .closed
                )
            }
        }
    }

    /// How keys and breakers are doing, for people who look.
    func figures(now: Moment) -> HealthFigures {
        state.withLockedValue { state in
            var figures = HealthFigures(keys: state.keys.figures(now: now))
            for (model, target) in state.targets {
                for (breaker, key) in zip(target.breakers, figures.keys) {
                    figures.count(breaker, of: model, key.name, now: now)
                }
            }
            return figures
        }
    }

    /// A number for a model, the same for the same model while the process runs.
    static func number(of model: String) -> UInt64 {
        UInt64(bitPattern: Int64(model.hashValue))
    }

    private func withTarget<Value>(
        _ model: String,
        now: Moment,
        _ body: (inout TargetHealth, inout KeyPool) -> Value
    ) -> Value {
        state.withLockedValue { state in
            if let index = state.targets.index(forKey: model) {
                return body(&state.targets.values[index], &state.keys)
            }
            let name = state.targets.count < Self.maximumTargetCount ? model : ""
            return body(
                &state.targets[name, default: TargetHealth(keyCount: keyCount, settings, now: now)],
                &state.keys
            )
        }
    }
}

extension Moment {
    /// The time on SwiftNIO's clock.
    init(_ deadline: NIODeadline) {
        self.init(nanoseconds: Int64(clamping: deadline.uptimeNanoseconds))
    }

    /// Now, on SwiftNIO's clock.
    static var now: Moment { Moment(.now()) }
}
