/// The keys of one provider: chooses one for each request, and remembers which are at rest, dead or on trial.
///
/// A key that was refused is dead for all models; one that had too many requests, or may not use a model, rests for
/// that model alone, because providers limit and permit each by itself. When its time is over, one request is the probe that brings it back.
struct KeyPool: Sendable {
    private let settings: KeyRestSettings
    private var keys: [PooledKey]
    /// Keys that are not well in some respect. While there are none, a choice looks at weights alone.
    private var troubledCount = 0
    private var lastProbe: UInt64 = 0

    /// - Parameters:
    ///   - keys: Names and weights. When no weight is above zero, all count the same.
    ///   - settings: How long keys rest.
    init(_ keys: [(name: String, weight: Double)], _ settings: KeyRestSettings = KeyRestSettings()) {
        self.settings = settings
        self.keys = keys.map { PooledKey(name: $0.name, weight: $0.weight) }
    }

    /// How many keys there are.
    var count: Int { keys.count }

    /// The health of a key for a model, for people who look.
    func availability(of position: Int, model: UInt64 = 0, now: Moment) -> KeyHealth.Availability? {
        guard keys.indices.contains(position) else { return nil }
        return keys[position].availability(model: model, now: now)
    }

    /// How all keys are doing, for people who look.
    func figures(now: Moment) -> [ProviderFigures.Key] {
        keys.map { $0.figures(now: now) }
    }

    /// Whether there is a key for the request, without choosing it.
    func hasUsable(_ wish: KeyWish, now: Moment) -> Bool {
        keys.indices.contains { position in
            (wish.pinnedName ?? keys[position].name) == keys[position].name && isUsable(position, wish, now: now)
        }
    }

    // MARK: Choosing

    /// Chooses a key.
    ///
    /// - Parameter random: A random number from 0 up to, but not including, 1.
    /// - Returns: A ticket that is given back with ``record(_:_:retryAfter:now:random:)``, or why there is none.
    mutating func choose(_ wish: KeyWish, now: Moment, random: Double) -> KeyDecision {
        if keys.count == 1, troubledCount == 0, wish.pinnedName == nil, wish.serving.contains(0),
            !wish.tried.contains(0)
        {
            return .use(KeyTicket(position: 0, model: wish.model, probe: 0), .only)
        }
        if let name = wish.pinnedName {
            guard let position = keys.firstIndex(where: { $0.name == name }), wish.serving.contains(position) else {
                return .refused(.pinnedUnknown)
            }
            guard isUsable(position, wish, now: now) else { return .refused(refusal(wish, only: position, now: now)) }
            return use(position, .pinned, wish, now: now)
        }
        guard let (position, reason) = selection(wish, now: now, random: random) else {
            return .refused(refusal(wish, only: nil, now: now))
        }
        return use(position, reason, wish, now: now)
    }

    private func selection(_ wish: KeyWish, now: Moment, random: Double) -> (Int, KeyReason)? {
        if let session = wish.session {
            return bySession(session, wish, now: now).map { ($0, .session) }
        }
        if let preferred = wish.preferred, isUsable(preferred, wish, now: now) {
            return (preferred, .promptCache)
        }
        return byWeight(wish, now: now, random: random)
    }

    private func bySession(_ session: UInt64, _ wish: KeyWish, now: Moment) -> Int? {
        var best: (position: Int, score: Double)?
        for position in keys.indices where isUsable(position, wish, now: now) {
            let entry = keys[position]
            let score = RendezvousHash.score(session, entry.hash, weight: entry.weight)
            if best.map({ score > $0.score }) ?? true { best = (position, score) }
        }
        return best?.position
    }

    /// One of the usable keys by weight; keys without weight only when no other is left.
    private func byWeight(_ wish: KeyWish, now: Moment, random: Double) -> (Int, KeyReason)? {
        var sum = 0.0
        var usableCount = 0
        var last: Int?
        for position in keys.indices where isUsable(position, wish, now: now) {
            sum += keys[position].weight
            usableCount += 1
            last = position
        }
        guard let last else { return nil }
        guard usableCount > 1 else { return (last, keys.count == 1 ? .only : .weight) }
        let isWeighted = sum > 0 && sum.isFinite
        var rest = random * (isWeighted ? sum : Double(usableCount))
        var fallback = last
        for position in keys.indices where isUsable(position, wish, now: now) {
            let weight = isWeighted ? keys[position].weight : 1
            guard weight > 0 else { continue }
            rest -= weight
            if rest < 0 { return (position, .weight) }
            fallback = position
        }
        // Rounding can leave a rest behind the last one.
        return (fallback, .weight)
    }

    private func isUsable(_ position: Int, _ wish: KeyWish, now: Moment) -> Bool {
        guard keys.indices.contains(position), wish.serving.contains(position), !wish.tried.contains(position) else {
            return false
        }
        if troubledCount == 0 { return true }
        if case .unusable = keys[position].availability(model: wish.model, now: now) { return false }
        return true
    }

    private mutating func use(_ position: Int, _ reason: KeyReason, _ wish: KeyWish, now: Moment) -> KeyDecision {
        var probe: UInt64 = 0
        if keys[position].availability(model: wish.model, now: now) == .probeDue {
            lastProbe += 1
            probe = lastProbe
            keys[position].beginProbe(probe, model: wish.model, settings, now: now)
        }
        return .use(KeyTicket(position: position, model: wish.model, probe: probe), reason)
    }

    /// Why none is left: a key that rests returns sooner than one that was refused, so it decides the answer.
    private func refusal(_ wish: KeyWish, only pinned: Int?, now: Moment) -> KeyRefusal {
        var serves = false
        var limited: Moment?
        var refused: Moment?
        for position in keys.indices where wish.serving.contains(position) && (pinned ?? position) == position {
            serves = true
            guard case .unusable(let trouble, let end) = keys[position].availability(model: wish.model, now: now)
            else { continue }
            switch trouble {
            case .rateLimited: limited = min(limited ?? end, end)
            case .refused: refused = min(refused ?? end, end)
            }
        }
        if let limited { return .allLimited(until: limited) }
        if let refused { return .allRefused(until: refused) }
        return serves ? .allTried : .noneServes
    }

    // MARK: Learning

    /// Takes note of what became of a request with a key.
    ///
    /// - Parameters:
    ///   - failure: Nil when it succeeded.
    ///   - retryAfter: What the provider asked to wait.
    ///   - random: A random number from 0 up to, but not including, 1.
    mutating func record(
        _ ticket: KeyTicket,
        _ failure: FailureClass?,
        retryAfter: Interval? = nil,
        now: Moment,
        random: Double
    ) {
        guard keys.indices.contains(ticket.position) else { return }
        var effect = failure.map { AttemptTable.rule(for: $0).keyEffect } ?? .none
        // How long to rest would be a guess, and with the only key it would be a guess at everybody's expense.
        if effect == .cools, keys.count == 1, retryAfter == nil { effect = .none }
        // What succeeds on a key that is well changes nothing, and is nearly every request.
        if effect == .none, !ticket.isProbe { return }
        let wasWell = keys[ticket.position].isWell
        switch effect {
        case .none:
            if failure.map(Self.provesKey) ?? true {
                keys[ticket.position].succeed(ticket)
            } else {
                keys[ticket.position].probeToldNothing(ticket, now: now)
            }
        case .dies:
            let strike = KeyHealth.Strike(.refused, probe: ticket.probe, random: random)
            keys[ticket.position].fail(strike, settings, now: now)
        case .diesForModel:
            let strike = KeyHealth.Strike(.refused, probe: ticket.probe, random: random)
            keys[ticket.position].fail(strike, model: ticket.model, settings, now: now)
        case .cools:
            let strike = KeyHealth.Strike(.rateLimited, retryAfter: retryAfter, probe: ticket.probe, random: random)
            keys[ticket.position].fail(strike, model: ticket.model, settings, now: now)
        }
        let isWell = keys[ticket.position].isWell
        if wasWell != isWell { troubledCount += isWell ? -1 : 1 }
    }

    /// Whether a failure shows that the provider takes the key: it then looked at the request.
    private static func provesKey(_ failure: FailureClass) -> Bool {
        failure == .brokenAfterContent || AttemptTable.rule(for: failure).breakerOutcome == .success
    }
}
