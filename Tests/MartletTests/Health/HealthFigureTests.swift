import Testing

@testable import Martlet

@Suite("Figures of health")
struct HealthFigureTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    // MARK: Keys

    /// What a key went through: a failure at a time, or a probe that is sent.
    enum Event: Sendable {
        case failure(FailureClass, Double, retryAfter: Double? = nil)
        case probe(Double)
    }

    @Test(
        arguments: [
            ([], 0, .ready, [:]),
            ([.failure(.keyRefused, 0)], 29, .refused, [:]),
            ([.failure(.keyOutOfMoney, 0)], 30, .probing, [:]),
            ([.failure(.keyRefused, 0), .probe(30)], 31, .probing, [:]),
            ([.failure(.keyRefused, 0), .probe(30)], 91, .probing, [:]),
            ([.failure(.rateLimited, 0, retryAfter: 20)], 19, .resting, [.resting: 1]),
            ([.failure(.rateLimited, 0, retryAfter: 20)], 20, .ready, [.probing: 1]),
            ([.failure(.rateLimited, 0, retryAfter: 20), .probe(20)], 21, .ready, [.probing: 1]),
            // Such a probe has been let in when nothing was heard of it for a moment.
            ([.failure(.rateLimited, 0, retryAfter: 20), .probe(20)], 22, .ready, [:]),
            // Callers choose models: that one may not be used says little of the key.
            ([.failure(.keyForbidden, 0)], 1, .ready, [.refused: 1]),
            ([.failure(.rateLimited, 0, retryAfter: 20), .failure(.keyRefused, 1)], 2, .refused, [.resting: 1]),
            ([.failure(.serverError, 0)], 0, .ready, [:]),
        ] as [([Event], Double, KeyState, [KeyState: Int])]
    )
    func keysHaveOneState(_ events: [Event], _ seconds: Double, _ state: KeyState, _ models: [KeyState: Int]) {
        var pool = KeyPool([("a", 1), ("b", 1)])
        for event in events {
            switch event {
            case .failure(let failure, let seconds, let retryAfter):
                let ticket = KeyTicket(position: 0, model: 7, probe: 0)
                let wait = retryAfter.map { Interval(seconds: $0) }
                pool.record(ticket, failure, retryAfter: wait, now: at(seconds), random: 0.5)
            case .probe(let seconds):
                var wish = KeyWish(serving: KeySet([0]))
                wish.model = 7
                _ = pool.choose(wish, now: at(seconds), random: 0)
            }
        }
        let figures = pool.figures(now: at(seconds))
        #expect(figures.map(\.name) == ["a", "b"])
        #expect(figures.first == ProviderFigures.Key(name: "a", state: state, modelCounts: models))
        #expect(figures.last == ProviderFigures.Key(name: "b", state: .ready, modelCounts: [:]))
    }

    @Test func modelsOfAKeyAreCounted() {
        var pool = KeyPool([("a", 1), ("b", 1)])
        for model in UInt64(0)..<5 {
            let failure: FailureClass = model < 2 ? .keyForbidden : .rateLimited
            let ticket = KeyTicket(position: 1, model: model, probe: 0)
            pool.record(ticket, failure, retryAfter: Interval(seconds: 10), now: at(0), random: 0.5)
        }
        #expect(pool.figures(now: at(5)).last?.modelCounts == [.refused: 2, .resting: 3])
        #expect(pool.figures(now: at(15)).last?.modelCounts == [.refused: 2, .probing: 3])
    }

    // MARK: Breakers

    private func health(_ keyCount: Int = 2, _ change: (inout ReliabilitySettings) -> Void = { _ in }) -> ProviderHealth
    {
        var settings = ReliabilitySettings()
        settings.breaker.consecutiveFailureLimit = 1
        settings.breaker.openTime = 5
        change(&settings)
        return ProviderHealth((0..<keyCount).map { ProviderKey(name: "k\($0)", value: "secret-\($0)") }, settings)
    }

    private func fail(_ health: ProviderHealth, _ model: String, key: Int = 0, _ seconds: Double = 0) throws {
        let admission = try admit(health, model, key: key, seconds)
        health.didFail(admission, .serverError, retryAfter: nil, now: at(seconds), random: 0.5)
    }

    private func admit(
        _ health: ProviderHealth,
        _ model: String,
        key: Int = 0,
        _ seconds: Double
    ) throws -> ProviderHealth.Admission {
        let wish = KeyWish(serving: KeySet([key]))
        return try health.admit(model, wish, isFirst: true, isLastResort: false, now: at(seconds), random: 0).get()
    }

    private func breaker(_ model: String, _ key: String, _ state: BreakerState) -> ProviderFigures.Breaker {
        ProviderFigures.Breaker(model: model, key: key, state: state)
    }

    @Test func breakersGoThroughTheirStates() throws {
        let health = health()
        #expect(health.figures(now: at(0)).breakerCounts == [:])
        _ = try admit(health, "m", 0)
        #expect(health.figures(now: at(0)).breakerCounts == [.closed: 2])
        #expect(health.figures(now: at(0)).breakers == [])
        try fail(health, "m", key: 1)
        #expect(health.figures(now: at(4)).breakers == [breaker("m", "k1", .open)])
        #expect(health.figures(now: at(4)).breakerCounts == [.closed: 1, .open: 1])
        // Its time is over, and then a probe is under way.
        #expect(health.figures(now: at(5)).breakers == [breaker("m", "k1", .halfOpen)])
        let probe = try admit(health, "m", key: 1, 5)
        #expect(health.figures(now: at(6)).breakers == [breaker("m", "k1", .halfOpen)])
        #expect(health.figures(now: at(6)).openingCount == 1)
        health.didFail(probe, .serverError, retryAfter: nil, now: at(6), random: 0.5)
        #expect(health.figures(now: at(15)).breakers == [breaker("m", "k1", .open)])
        #expect(health.figures(now: at(15)).openingCount == 2)
        let second = try admit(health, "m", key: 1, 16)
        health.didBeginWell(second, after: .zero, isStream: false, now: at(16))
        #expect(health.figures(now: at(16)).breakers == [])
        #expect(health.figures(now: at(16)).breakerCounts == [.closed: 2])
        // What was counted stays counted.
        #expect(health.figures(now: at(16)).openingCount == 2)
    }

    @Test func openBreakersComeFirst() throws {
        let health = health()
        for (model, seconds) in [("a", 0.0), ("c", 4), ("b", 4)] { try fail(health, model, seconds) }
        try fail(health, "b", key: 1, 0)
        let expected = [
            breaker("b", "k0", .open), breaker("c", "k0", .open), breaker("a", "k0", .halfOpen),
            breaker("b", "k1", .halfOpen),
        ]
        #expect(health.figures(now: at(6)).breakers == expected)
    }

    @Test func callersCannotMakeAnyNumberOfRows() throws {
        let health = health()
        for number in 0..<3000 { try? fail(health, "model-\(number)") }
        let figures = health.figures(now: at(1))
        #expect(figures.breakers.count == ProviderFigures.maximumBreakerCount)
        // A thousand models, and one for the rest of them.
        #expect(figures.breakerCounts == [.closed: 1001, .open: 1001])
        #expect(figures.openingCount == 1001)
    }

    @Test func modelsThatAreNotToldApartHaveOneName() throws {
        let health = health()
        for number in 0..<1000 { _ = try admit(health, "model-\(number)", 0) }
        try fail(health, "model-1001")
        #expect(health.figures(now: at(1)).breakers == [breaker("other", "k0", .open)])
        // A model may have that name; a series must not be there twice.
        let other = self.health()
        try fail(other, "other", 0)
        for number in 0..<999 { _ = try admit(other, "model-\(number)", 0) }
        try fail(other, "model-1001", 4)
        #expect(other.figures(now: at(5)).breakers == [breaker("other", "k0", .open)])
    }

    @Test func longNamesAreShortened() throws {
        let health = health()
        let long = String(repeating: "x", count: 30_000)
        try fail(health, long + "a", 0)
        try fail(health, long + "b", 4)
        let breakers = health.figures(now: at(5)).breakers
        #expect(breakers.count == 1)
        #expect(breakers.allSatisfy { $0.state == .open && $0.model.utf8.count <= 200 })
    }
}
