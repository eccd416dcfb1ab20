/// When a circuit breaker opens and for how long. Times are in seconds.
package struct BreakerSettings: Sendable, Equatable {
    /// Failures in a row that open it.
    package var consecutiveFailureLimit = 5
    /// The share of failed requests in the window that opens it, from 0 to 1.
    package var failureRate = 0.5
    /// Requests in the window below which their share of failures means nothing.
    package var minimumRequestCount = 20
    /// How far back the share looks.
    package var window = 30.0
    /// How long it stays open the first time; each failed probe doubles that.
    package var openTime = 5.0
    /// The longest time for which it stays open.
    package var maximumOpenTime = 120.0
    /// When a probe that has told nothing is taken for lost.
    package var probeTimeout = 60.0

    /// The default limits.
    package init() {}
}

/// Keeps requests away from a target that fails, and finds out with one request at a time whether it is well again.
///
/// Closed, it counts. It opens after so many failures in a row, or when too large a share of the requests in the window
/// failed. When its time is over, exactly one request goes through as a probe while all others are refused: success
/// closes the breaker, failure opens it for twice as long. The pattern is described by M. Nygard, "Release It!" (2007).
struct CircuitBreaker: Sendable {
    /// What a request showed of its target.
    enum Outcome: Sendable {
        /// The target is well, also when it rightly refused the request.
        case success
        /// The target failed.
        case failure
        /// Nothing: the caller left, or a key was at fault.
        case unknown
    }

    /// Proof of admission, to be given back with the outcome.
    struct Ticket: Sendable, Equatable {
        /// Of which phase of the breaker the request is; outcomes of past phases decide nothing.
        fileprivate let phase: UInt64
        fileprivate let kind: Kind

        /// Whether the request is the one that finds out whether the target is well.
        var isProbe: Bool { kind == .probe }

        /// How the breaker stood when it let the request in.
        var state: BreakerState {
            switch kind {
            case .ordinary: .closed
            case .probe: .halfOpen
            case .lastResort: .open
            }
        }

        fileprivate enum Kind: Sendable {
            case ordinary
            case probe
            case lastResort
        }
    }

    /// Whether a request may go to the target.
    enum Admission: Sendable, Equatable {
        case admitted(Ticket)
        /// Nobody may before this time.
        case refused(until: Moment)
    }

    /// What the breaker would say, without saying it.
    enum Availability: Sendable, Equatable {
        case closed
        /// The next request would be the probe.
        case probeDue
        case refusing(until: Moment)
    }

    private enum State: Sendable {
        case closed
        case open(until: Moment)
        case halfOpen(expiry: Moment)
    }

    private let settings: BreakerSettings
    private var state = State.closed
    private var phase: UInt64 = 0
    /// How often it opened, also again after a probe.
    private(set) var totalOpeningCount = 0
    private var consecutiveFailureCount = 0
    /// How often it opened since the target was well.
    private var openingCount = 0
    /// Successes and failures.
    private var counts: RollingCounts

    /// A closed breaker.
    init(_ settings: BreakerSettings = BreakerSettings(), now: Moment) {
        self.settings = settings
        counts = RollingCounts(window: Interval(seconds: settings.window), now: now)
    }

    /// Whether the target is asked, for lists of candidates and for people who look.
    func availability(now: Moment) -> Availability {
        switch state {
        case .closed: .closed
        case .open(let end): now < end ? .refusing(until: end) : .probeDue
        case .halfOpen(let expiry): now < expiry ? .refusing(until: expiry) : .probeDue
        }
    }

    /// The state in one word, for people who look.
    func condition(now: Moment) -> BreakerState {
        switch state {
        case .closed: .closed
        case .open(let end): now < end ? .open : .halfOpen
        case .halfOpen: .halfOpen
        }
    }

    /// Asks for a request's admission. Each ticket is given back with ``record(_:of:now:random:)``.
    ///
    /// - Parameter isLastResort: Whether the breakers of all targets are open; then nobody is refused.
    mutating func admit(now: Moment, isLastResort: Bool = false) -> Admission {
        switch availability(now: now) {
        case .closed:
            return .admitted(Ticket(phase: phase, kind: .ordinary))
        case .probeDue:
            phase &+= 1
            state = .halfOpen(expiry: now + Interval(seconds: settings.probeTimeout))
            return .admitted(Ticket(phase: phase, kind: .probe))
        case .refusing(let end):
            guard isLastResort else { return .refused(until: end) }
            return .admitted(Ticket(phase: phase, kind: .lastResort))
        }
    }

    /// Takes note of what became of an admitted request. The earlier the better: a stream that has begun well is a
    /// success before it has ended.
    ///
    /// - Parameter random: A random number from 0 up to, but not including, 1.
    mutating func record(_ outcome: Outcome, of ticket: Ticket, now: Moment, random: Double) {
        // A request of an earlier phase says how the target was then.
        guard ticket.phase == phase else { return }
        switch (ticket.kind, outcome) {
        case (.ordinary, .success):
            consecutiveFailureCount = 0
            counts.add(first: 1, now: now)
        case (.ordinary, .failure):
            consecutiveFailureCount += 1
            counts.add(second: 1, now: now)
            if isOverLimit { open(now: now, random: random) }
        case (.probe, .success), (.lastResort, .success):
            close()
        case (.probe, .failure):
            open(now: now, random: random)
        case (.probe, .unknown):
            // The next request is the probe.
            phase &+= 1
            state = .open(until: now)
        case (.ordinary, .unknown), (.lastResort, .failure), (.lastResort, .unknown):
            break
        }
    }

    private var isOverLimit: Bool {
        if consecutiveFailureCount >= max(1, settings.consecutiveFailureLimit) { return true }
        let requestCount = counts.first + counts.second
        guard requestCount >= max(1, settings.minimumRequestCount) else { return false }
        return Double(counts.second) >= settings.failureRate * Double(requestCount)
    }

    private mutating func open(now: Moment, random: Double) {
        let time = Interval(seconds: settings.openTime)
            .doubled(openingCount, atMost: Interval(seconds: settings.maximumOpenTime))
        openingCount += 1
        totalOpeningCount += 1
        phase &+= 1
        // A fifth more or less, so that the breakers of many gateways do not probe at the same moment.
        state = .open(until: now + time * (0.8 + 0.4 * random))
    }

    private mutating func close() {
        phase &+= 1
        state = .closed
        openingCount = 0
        consecutiveFailureCount = 0
        counts.forgetAll()
    }
}
