/// How long keys rest. Times are in seconds.
package struct KeyRestSettings: Sendable, Equatable {
    /// The rest after status 429 that did not say how long; it doubles with each failed probe.
    package var rest = 1.0
    /// The longest such rest.
    package var maximumRest = 60.0
    /// The longest rest that a provider's `Retry-After` can ask for.
    package var maximumRetryAfter = 3600.0
    /// How long a key is left alone that was refused or has no money; it doubles with each failed probe.
    package var deadTime = 30.0
    /// The longest such time.
    package var maximumDeadTime = 900.0
    /// When a refused key's probe that has told nothing is taken for lost.
    package var probeTimeout = 60.0
    /// When a probe after status 429 that has told nothing is taken for let in: providers refuse such requests at
    /// once, while a good answer may take a minute to begin.
    package var rateProbeTimeout = 2.0

    /// The default limits.
    package init() {}
}

/// The health of one key, for all its uses or for one model: well, at rest, or on trial with a single request.
struct KeyHealth: Sendable {
    /// Why a key is not used.
    enum Trouble: Sendable, Equatable {
        /// It had too many requests.
        case rateLimited
        /// It was refused, or its account has no money.
        case refused
    }

    enum Availability: Sendable, Equatable {
        case ready
        /// The rest is over; the next request is the probe.
        case probeDue
        case unusable(Trouble, until: Moment)
    }

    private enum State: Sendable {
        case well
        case resting(Trouble, until: Moment)
        case onTrial(Trouble, probe: UInt64, expiry: Moment)
    }

    private var state = State.well
    /// Failures since the key was well.
    private var strikeCount = 0

    /// Whether nothing is known against the key.
    var isWell: Bool {
        if case .well = state { true } else { false }
    }

    func availability(now: Moment) -> Availability {
        switch state {
        case .well: .ready
        case .resting(let trouble, let end): now < end ? .unusable(trouble, until: end) : .probeDue
        case .onTrial(let trouble, _, let expiry) where now < expiry:
            .unusable(trouble, until: min(expiry, now + Self.usualProbeTime))
        case .onTrial(.rateLimited, _, _): .ready
        case .onTrial(.refused, _, _): .probeDue
        }
    }

    /// The state in one word, for people who look.
    func condition(now: Moment) -> KeyState {
        switch state {
        case .well: .ready
        case .resting(.rateLimited, let end): now < end ? .resting : .probing
        case .resting(.refused, let end): now < end ? .refused : .probing
        case .onTrial: availability(now: now) == .ready ? .ready : .probing
        }
    }

    /// Nobody knows when a probe's answer comes; who asks when to return is told this.
    private static let usualProbeTime = Interval(seconds: 1)

    /// Sends the one request that finds out whether the key is well.
    ///
    /// - Parameter probe: A number that no other probe has; 0 is none.
    mutating func beginProbe(_ probe: UInt64, _ settings: KeyRestSettings, now: Moment) {
        guard availability(now: now) == .probeDue, let trouble else { return }
        let seconds = trouble == .refused ? settings.probeTimeout : settings.rateProbeTimeout
        state = .onTrial(trouble, probe: probe, expiry: now + Interval(seconds: seconds))
    }

    private var trouble: Trouble? {
        switch state {
        case .well: nil
        case .resting(let trouble, _), .onTrial(let trouble, _, _): trouble
        }
    }

    /// A request succeeded. Only the probe's success proves anything about a key in trouble: others were sent before.
    mutating func succeed(probe: UInt64) {
        guard isProbe(probe) else { return }
        state = .well
        strikeCount = 0
    }

    /// A request failed for another reason than the key. The next request is the probe.
    mutating func probeToldNothing(_ probe: UInt64, now: Moment) {
        guard case .onTrial(let trouble, probe, _) = state else { return }
        state = .resting(trouble, until: now)
    }

    /// A failure that is the key's.
    struct Strike: Sendable {
        let trouble: Trouble
        /// What the provider asks to wait.
        let retryAfter: Interval?
        /// The number of the probe that the request was; 0 when it was none.
        let probe: UInt64
        /// A random number from 0 up to, but not including, 1.
        let random: Double

        init(_ trouble: Trouble, retryAfter: Interval? = nil, probe: UInt64, random: Double) {
            self.trouble = trouble
            self.retryAfter = retryAfter
            self.probe = probe
            self.random = random
        }
    }

    /// The provider refused the key, or asked for patience with it.
    mutating func fail(_ strike: Strike, _ settings: KeyRestSettings, now: Moment) {
        let isProbe = isProbe(strike.probe)
        // Requests that ran at the same time fail together; together they are one strike.
        if availability(now: now) == .ready || isProbe { strikeCount += 1 }
        let end = now + rest(after: strike, settings)
        switch state {
        case .well:
            state = .resting(strike.trouble, until: end)
        case .onTrial where isProbe:
            state = .resting(strike.trouble, until: end)
        case .resting(let known, let knownEnd), .onTrial(let known, _, let knownEnd):
            let worse: Trouble = known == .refused || strike.trouble == .refused ? .refused : .rateLimited
            if worse != known || end > knownEnd {
                state = .resting(worse, until: max(end, knownEnd))
            }
        }
    }

    private func rest(after strike: Strike, _ settings: KeyRestSettings) -> Interval {
        let (first, longest): (Double, Double) =
            switch strike.trouble {
            case .rateLimited: (settings.rest, settings.maximumRest)
            case .refused: (settings.deadTime, settings.maximumDeadTime)
            }
        if strike.trouble == .rateLimited, let retryAfter = strike.retryAfter {
            return min(max(.zero, retryAfter), Interval(seconds: settings.maximumRetryAfter))
        }
        // A fifth more or less, so that keys which failed together do not return together.
        return Interval(seconds: first).doubled(strikeCount - 1, atMost: Interval(seconds: longest))
            * (0.8 + 0.4 * strike.random)
    }

    private func isProbe(_ probe: UInt64) -> Bool {
        if case .onTrial(_, probe, _) = state { true } else { false }
    }
}
