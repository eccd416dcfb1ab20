/// Decides when a credential is used, when it is fetched again and when a failure is repeated to those who ask.
///
/// Times are seconds since 1970-01-01T00:00:00Z.
struct RefreshState<Value: Sendable>: Sendable {
    /// What somebody who needs the credential does. With `startsFetch` the one who is told so has to fetch it, and to
    /// say how that ended with ``RefreshState/finish(_:at:random:)``; nobody else is told so until then.
    enum Verdict: Sendable {
        /// Uses this.
        case use(Value, startsFetch: Bool)
        /// Waits for the fetch to end.
        case wait(startsFetch: Bool)
        /// Gives up: a fetch has failed just now.
        case fail(any Error)
    }

    private struct Failure: Sendable {
        var error: any Error
        var time: Int64
        /// How many fetches have failed one after the other.
        var count: Int
        /// From 0 up to, but not including, 1.
        var random: Double
    }

    private var held: ExpiringCredential<Value>?
    /// When the held credential is to be fetched again; nil for never.
    private var refreshTime: Int64?
    private var failure: Failure?
    private(set) var isFetching = false
    /// When a credential was dropped last.
    private var dropTime: Int64?

    init() {}

    /// What may be used now, and whether ``request(at:)`` would start a fetch.
    func look(at now: Int64) -> (value: Value?, needsRefresh: Bool) {
        let value = livingValue(at: now)
        return (value, isDue(at: now, lives: value != nil))
    }

    /// Decides for somebody who needs the credential.
    mutating func request(at now: Int64) -> Verdict {
        let value = livingValue(at: now)
        let startsFetch = isDue(at: now, lives: value != nil)
        if startsFetch { isFetching = true }
        if let value { return .use(value, startsFetch: startsFetch) }
        if !isFetching, let failure { return .fail(failure.error) }
        return .wait(startsFetch: startsFetch)
    }

    /// Notes how a fetch ended.
    ///
    /// - Parameter random: From 0 up to, but not including, 1: spreads what several gateways do.
    /// - Returns: What those who wait for it get.
    mutating func finish(
        _ result: Result<ExpiringCredential<Value>, any Error>,
        at now: Int64,
        random: Double
    ) -> Result<Value, any Error> {
        isFetching = false
        switch result {
        case .success(let credential):
            let life = credential.expiry.map { Self.difference($0, now) }
            if let life, life <= 0 {
                return fail(CredentialProblem(message: "The credential had expired when it came."), now, random)
            }
            held = credential
            refreshTime = life.map { Self.sum(now, $0 - Self.margin(ofLife: $0, random: random)) }
            failure = nil
            return .success(credential.value)
        case .failure(let error):
            return fail(error, now, random)
        }
    }

    /// Drops the held credential because whoever it opens something for refuses it. Once a minute at most: a right that
    /// is missing does not come with another token.
    ///
    /// - Parameter isRefused: Whether the held credential is the one that was refused.
    /// - Returns: Whether the next one to ask gets another credential than the refused one.
    mutating func drop(at now: Int64, where isRefused: (Value) -> Bool) -> Bool {
        guard let held else { return isFetching }
        guard isRefused(held.value) else { return true }
        if let dropTime, (0..<60).contains(Self.difference(now, dropTime)) { return false }
        dropTime = now
        self.held = nil
        refreshTime = nil
        failure = nil
        return true
    }

    private mutating func fail(_ error: any Error, _ now: Int64, _ random: Double) -> Result<Value, any Error> {
        let count = min((failure?.count ?? 0) + 1, 32)
        failure = Failure(error: error, time: now, count: count, random: random)
        return .failure(error)
    }

    private func livingValue(at now: Int64) -> Value? {
        guard let held else { return nil }
        guard let expiry = held.expiry, expiry <= now else { return held.value }
        return nil
    }

    private func isDue(at now: Int64, lives: Bool) -> Bool {
        guard !isFetching else { return false }
        if lives {
            guard let refreshTime, refreshTime <= now else { return false }
        }
        guard let failure else { return true }
        // A clock that was set back must not prolong the pause.
        let passed = Self.difference(now, failure.time)
        return passed < 0 || passed >= Self.pause(after: failure, lives: lives)
    }

    /// How long before its end a credential is fetched again: a tenth of its life and at most five minutes, less up
    /// to a fifth of that by chance. Services that hand out one token until shortly before its end give the same one
    /// again at first; the margin of what is left of it is then short.
    private static func margin(ofLife life: Int64, random: Double) -> Int64 {
        let longest = min(300, life / 10)
        return longest - Int64(Double(longest) * 0.2 * random)
    }

    /// Seconds: doubling from 1 with each failure. Who has nothing to use is told of the failure meanwhile, and so
    /// waits no longer than 8. Since whole seconds are counted, the first may be shorter than one; while the held credential lives nobody notices, and the service is spared.
    private static func pause(after failure: Failure, lives: Bool) -> Int64 {
        let doubled: Int64 = 1 << Int64(min(failure.count, 7) - 1)
        guard lives else { return min(doubled, 8) }
        let longest = min(doubled * 4, 120)
        return longest + Int64(Double(longest) * 0.25 * failure.random)
    }

    private static func difference(_ one: Int64, _ another: Int64) -> Int64 {
        let (value, overflow) = one.subtractingReportingOverflow(another)
        return overflow ? (one < another ? .min : .max) : value
    }

    private static func sum(_ one: Int64, _ another: Int64) -> Int64 {
        let (value, overflow) = one.addingReportingOverflow(another)
        return overflow ? (another < 0 ? .min : .max) : value
    }
}
