/// The keys of one provider: chooses one for each request, and remembers which are at rest, dead or on trial.
///
/// A key that was refused is dead for all models; one that had too many requests rests for the model of these, because
/// providers limit each model by itself. When its time is over, one request is the probe that brings it back.
struct KeyPool: Sendable {
    /// Models whose rests are remembered for each key; beyond that the key rests for all.
    private static let maximumModelCount = 32

    private struct Entry: Sendable {
        let name: String
        let weight: Double
        /// Of the key's name; the same after a restart and a change of the other keys.
        let hash: UInt64
        var health = KeyHealth()
        /// Models for which the key is not well.
        var models: [(model: UInt64, health: KeyHealth)] = []

        func availability(model: UInt64, now: Moment) -> KeyHealth.Availability {
            let general = health.availability(now: now)
            if case .unusable = general { return general }
            guard let special = models.first(where: { $0.model == model }) else { return general }
            let availability = special.health.availability(now: now)
            return availability == .ready ? general : availability
        }

        var isWell: Bool { health.isWell && models.isEmpty }
    }

    private let settings: KeyRestSettings
    private var entries: [Entry]
    /// Keys that are not well in some respect. While there are none, a choice looks at weights alone.
    private var troubledCount = 0
    private var lastProbe: UInt64 = 0

    /// - Parameters:
    ///   - keys: Names and weights. When no weight is above zero, all count the same.
    ///   - settings: How long keys rest.
    init(_ keys: [(name: String, weight: Double)], _ settings: KeyRestSettings = KeyRestSettings()) {
        self.settings = settings
        entries = keys.map { key in
            let weight = key.weight.isFinite ? max(0, key.weight) : 0
            return Entry(name: key.name, weight: weight, hash: RendezvousHash.hash(ofName: key.name))
        }
    }

    /// How many keys there are.
    var count: Int { entries.count }

    /// The health of a key for a model, for people who look.
    func availability(of position: Int, model: UInt64 = 0, now: Moment) -> KeyHealth.Availability? {
        guard entries.indices.contains(position) else { return nil }
        return entries[position].availability(model: model, now: now)
    }

    // MARK: Choosing

    /// Chooses a key.
    ///
    /// - Parameter random: A random number from 0 up to, but not including, 1.
    /// - Returns: A ticket that is given back with ``record(_:_:retryAfter:now:random:)``, or why there is none.
    mutating func choose(_ wish: KeyWish, now: Moment, random: Double) -> KeyDecision {
        if entries.count == 1, troubledCount == 0, wish.pinnedName == nil, wish.serving.contains(0),
            !wish.tried.contains(0)
        {
            return .use(KeyTicket(position: 0, model: wish.model, probe: 0), .only)
        }
        if let name = wish.pinnedName {
            guard let position = entries.firstIndex(where: { $0.name == name }), wish.serving.contains(position) else {
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
        for position in entries.indices where isUsable(position, wish, now: now) {
            let entry = entries[position]
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
        for position in entries.indices where isUsable(position, wish, now: now) {
            sum += entries[position].weight
            usableCount += 1
            last = position
        }
        guard let last else { return nil }
        guard usableCount > 1 else { return (last, entries.count == 1 ? .only : .weight) }
        let isWeighted = sum > 0 && sum.isFinite
        var rest = random * (isWeighted ? sum : Double(usableCount))
        var fallback = last
        for position in entries.indices where isUsable(position, wish, now: now) {
            let weight = isWeighted ? entries[position].weight : 1
            guard weight > 0 else { continue }
            rest -= weight
            if rest < 0 { return (position, .weight) }
            fallback = position
        }
        // Rounding can leave a rest behind the last one.
        return (fallback, .weight)
    }

    private func isUsable(_ position: Int, _ wish: KeyWish, now: Moment) -> Bool {
        guard entries.indices.contains(position), wish.serving.contains(position), !wish.tried.contains(position) else {
            return false
        }
        if troubledCount == 0 { return true }
        if case .unusable = entries[position].availability(model: wish.model, now: now) { return false }
        return true
    }

    private mutating func use(_ position: Int, _ reason: KeyReason, _ wish: KeyWish, now: Moment) -> KeyDecision {
        var probe: UInt64 = 0
        if entries[position].availability(model: wish.model, now: now) == .probeDue {
            lastProbe += 1
            probe = lastProbe
            entries[position].health.beginProbe(probe, settings, now: now)
            if let place = entries[position].models.firstIndex(where: { $0.model == wish.model }) {
                entries[position].models[place].health.beginProbe(probe, settings, now: now)
            }
        }
        return .use(KeyTicket(position: position, model: wish.model, probe: probe), reason)
    }

    /// Why none is left: a key that rests returns sooner than one that was refused, so it decides the answer.
    private func refusal(_ wish: KeyWish, only pinned: Int?, now: Moment) -> KeyRefusal {
        var serves = false
        var limited: Moment?
        var refused: Moment?
        for position in entries.indices where wish.serving.contains(position) && (pinned ?? position) == position {
            serves = true
            guard case .unusable(let trouble, let end) = entries[position].availability(model: wish.model, now: now)
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
        guard entries.indices.contains(ticket.position) else { return }
        let effect = failure.map { AttemptTable.rule(for: $0).keyEffect } ?? .none
        // What succeeds on a key that is well changes nothing, and is nearly every request.
        if effect == .none, !ticket.isProbe { return }
        let wasWell = entries[ticket.position].isWell
        switch effect {
        case .none:
            finishProbe(ticket, hasSucceeded: failure.map(Self.provesKey) ?? true, now: now)
        case .dies:
            entries[ticket.position].health.fail(
                .refused,
                retryAfter: nil,
                probe: ticket.probe,
                settings,
                now: now,
                random: random
            )
        case .cools:
            // Whoever is told to be patient was let in.
            entries[ticket.position].health.succeed(probe: ticket.probe)
            rest(ticket, retryAfter, now: now, random: random)
        }
        let isWell = entries[ticket.position].isWell
        if wasWell != isWell { troubledCount += isWell ? -1 : 1 }
    }

    /// Whether a failure shows that the provider takes the key: it then looked at the request.
    private static func provesKey(_ failure: FailureClass) -> Bool {
        failure == .brokenAfterContent || AttemptTable.rule(for: failure).breakerOutcome == .success
    }

    private mutating func finishProbe(_ ticket: KeyTicket, hasSucceeded: Bool, now: Moment) {
        let position = ticket.position
        if hasSucceeded {
            entries[position].health.succeed(probe: ticket.probe)
        } else {
            entries[position].health.probeToldNothing(ticket.probe, now: now)
        }
        guard let place = entries[position].models.firstIndex(where: { $0.model == ticket.model }) else { return }
        if hasSucceeded {
            entries[position].models[place].health.succeed(probe: ticket.probe)
            if entries[position].models[place].health.isWell {
                entries[position].models.remove(at: place)
            }
        } else {
            entries[position].models[place].health.probeToldNothing(ticket.probe, now: now)
        }
    }

    private mutating func rest(_ ticket: KeyTicket, _ retryAfter: Interval?, now: Moment, random: Double) {
        let position = ticket.position
        if entries[position].models.count >= Self.maximumModelCount {
            // What has rested enough is forgotten; without a probe, but a request more or less does no harm.
            entries[position].models.removeAll {
                if case .unusable = $0.health.availability(now: now) { false } else { true }
            }
        }
        if let place = entries[position].models.firstIndex(where: { $0.model == ticket.model }) {
            entries[position].models[place].health.fail(
                .rateLimited,
                retryAfter: retryAfter,
                probe: ticket.probe,
                settings,
                now: now,
                random: random
            )
        } else if entries[position].models.count < Self.maximumModelCount {
            var health = KeyHealth()
            health.fail(.rateLimited, retryAfter: retryAfter, probe: ticket.probe, settings, now: now, random: random)
            entries[position].models.append((ticket.model, health))
        } else {
            entries[position].health.fail(
                .rateLimited,
                retryAfter: retryAfter,
                probe: ticket.probe,
                settings,
                now: now,
                random: random
            )
        }
    }
}
