/// One key of a pool with what is known of it.
struct PooledKey: Sendable {
    /// Models whose troubles are remembered; with one more, the oldest is forgotten.
    private static let maximumModelCount = 32

    let name: String
    /// Zero or above.
    let weight: Double
    /// Of the name; the same after a restart and a change of the other keys.
    let hash: UInt64

    /// What holds for all models.
    private var health = KeyHealth()
    /// Models for which the key is not well.
    private var models: [(model: UInt64, health: KeyHealth)] = []

    init(name: String, weight: Double) {
        self.name = name
        self.weight = weight.isFinite ? max(0, weight) : 0
        hash = RendezvousHash.hash(ofName: name)
    }

    /// Whether nothing is known against the key.
    var isWell: Bool { health.isWell && models.isEmpty }

    func availability(model: UInt64, now: Moment) -> KeyHealth.Availability {
        let general = health.availability(now: now)
        if case .unusable = general { return general }
        guard let place = place(of: model) else { return general }
        let special = models[place].health.availability(now: now)
        return special == .ready ? general : special
    }

    /// How the key is doing, for people who look.
    func figures(now: Moment) -> ProviderFigures.Key {
        let general = health.condition(now: now)
        var counts: [KeyState: Int] = [:]
        for (_, special) in models {
            let state = special.condition(now: now)
            if state != .ready { counts[state, default: 0] += 1 }
        }
        let state = general == .ready && counts[.resting] != nil ? .resting : general
        return ProviderFigures.Key(name: name, state: state, modelCounts: counts)
    }

    mutating func beginProbe(_ probe: UInt64, model: UInt64, _ settings: KeyRestSettings, now: Moment) {
        health.beginProbe(probe, settings, now: now)
        if let place = place(of: model) {
            models[place].health.beginProbe(probe, settings, now: now)
        }
    }

    /// The provider took the key.
    mutating func succeed(_ ticket: KeyTicket) {
        health.succeed(probe: ticket.probe)
        guard let place = place(of: ticket.model) else { return }
        models[place].health.succeed(probe: ticket.probe)
        if models[place].health.isWell { models.remove(at: place) }
    }

    /// The request ended before the provider had looked at the key.
    mutating func probeToldNothing(_ ticket: KeyTicket, now: Moment) {
        health.probeToldNothing(ticket.probe, now: now)
        if let place = place(of: ticket.model) {
            models[place].health.probeToldNothing(ticket.probe, now: now)
        }
    }

    /// The key failed for all models.
    mutating func fail(_ strike: KeyHealth.Strike, _ settings: KeyRestSettings, now: Moment) {
        health.fail(strike, settings, now: now)
    }

    /// The key failed for one model: it was let in, but has had too many requests for that, or may not use it.
    mutating func fail(_ strike: KeyHealth.Strike, model: UInt64, _ settings: KeyRestSettings, now: Moment) {
        health.succeed(probe: strike.probe)
        if let place = place(of: model) {
            models[place].health.fail(strike, settings, now: now)
            return
        }
        if models.count >= Self.maximumModelCount {
            models.removeFirst()
        }
        var special = KeyHealth()
        special.fail(strike, settings, now: now)
        models.append((model, special))
    }

    private func place(of model: UInt64) -> Int? {
        models.firstIndex { $0.model == model }
    }
}
