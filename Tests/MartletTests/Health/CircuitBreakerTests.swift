import TestSupport
import Testing

@testable import Martlet

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    /// A breaker with settings of its own; half of the random range makes waits exact.
    private func breaker(_ change: (inout BreakerSettings) -> Void = { _ in }) -> CircuitBreaker {
        var settings = BreakerSettings()
        settings.consecutiveFailureLimit = 3
        settings.openTime = 4
        settings.maximumOpenTime = 20
        settings.probeTimeout = 30
        change(&settings)
        return CircuitBreaker(settings, now: start)
    }

    private func ticket(_ breaker: inout CircuitBreaker, _ seconds: Double) throws -> CircuitBreaker.Ticket {
        guard case .admitted(let ticket) = breaker.admit(now: at(seconds)) else { throw Refused() }
        return ticket
    }

    private struct Refused: Error {}

    private func run(_ outcomes: [CircuitBreaker.Outcome], _ breaker: inout CircuitBreaker, _ seconds: Double) throws {
        for outcome in outcomes {
            let ticket = try ticket(&breaker, seconds)
            breaker.record(outcome, of: ticket, now: at(seconds), random: 0.5)
        }
    }

    @Test func failuresInARowOpenIt() throws {
        var breaker = breaker()
        try run([.failure, .failure, .success, .failure, .failure], &breaker, 0)
        #expect(breaker.availability(now: start) == .closed)
        try run([.failure], &breaker, 0)
        #expect(breaker.availability(now: start) == .refusing(until: at(4)))
        #expect(breaker.admit(now: at(3.999)) == .refused(until: at(4)))
    }

    @Test func aShareOfFailuresOpensItWhenThereAreEnoughRequests() throws {
        var breaker = breaker {
            $0.consecutiveFailureLimit = 1000
            $0.minimumRequestCount = 10
            $0.window = 10
        }
        try run(
            [.failure, .success, .failure, .success, .failure, .success, .failure, .success, .failure],
            &breaker,
            0
        )
        #expect(breaker.availability(now: start) == .closed)
        var later = breaker
        try run([.failure], &breaker, 0)
        #expect(breaker.availability(now: start) == .refusing(until: at(4)))
        // The same failure alone in a new window means little.
        try run([.failure], &later, 20)
        #expect(later.availability(now: at(20)) == .closed)
    }

    @Test func whatSaysNothingAboutTheTargetIsNotCounted() throws {
        var breaker = breaker()
        try run([.failure, .failure, .unknown, .unknown, .unknown], &breaker, 0)
        #expect(breaker.availability(now: start) == .closed)
        try run([.failure], &breaker, 0)
        #expect(breaker.availability(now: start) != .closed)
    }

    @Test func oneProbeDecides() throws {
        var breaker = breaker()
        try run([.failure, .failure, .failure], &breaker, 0)
        #expect(breaker.availability(now: at(4)) == .probeDue)
        let probe = try ticket(&breaker, 4)
        #expect(probe.isProbe)
        for seconds in [4, 5, 33.9] {
            #expect(breaker.admit(now: at(seconds)) == .refused(until: at(34)))
        }
        breaker.record(.success, of: probe, now: at(5), random: 0.5)
        #expect(breaker.availability(now: at(5)) == .closed)
        // Earlier failures are forgotten.
        try run([.failure, .failure], &breaker, 5)
        #expect(breaker.availability(now: at(5)) == .closed)
    }

    @Test func failedProbesDoubleTheWaitUpToAMaximum() throws {
        var breaker = breaker()
        try run([.failure, .failure, .failure], &breaker, 0)
        var now = 0.0
        for wait in [4.0, 8, 16, 20, 20] {
            #expect(breaker.availability(now: at(now)) == .refusing(until: at(now + wait)))
            now += wait
            try run([.failure], &breaker, now)
        }
        now += 20
        try run([.success], &breaker, now)
        try run([.failure, .failure, .failure], &breaker, now)
        #expect(breaker.availability(now: at(now)) == .refusing(until: at(now + 4)))
    }

    @Test func waitsAreSpread() throws {
        for (random, wait) in [(0.0, 3.2), (0.25, 3.6), (0.999999999, 4.8)] {
            var breaker = breaker()
            try run([.failure, .failure], &breaker, 0)
            let last = try ticket(&breaker, 0)
            breaker.record(.failure, of: last, now: start, random: random)
            guard case .refusing(let end) = breaker.availability(now: start) else { throw Refused() }
            #expect(abs((end - start).seconds - wait) < 1e-6)
        }
    }

    @Test func aProbeThatToldNothingIsFollowedByAnother() throws {
        var breaker = breaker()
        try run([.failure, .failure, .failure], &breaker, 0)
        let probe = try ticket(&breaker, 4)
        breaker.record(.unknown, of: probe, now: at(5), random: 0.5)
        let second = try ticket(&breaker, 5)
        #expect(second.isProbe)
        #expect(breaker.admit(now: at(5)) == .refused(until: at(35)))
    }

    @Test func aProbeThatNeverReportsExpires() throws {
        var breaker = breaker()
        try run([.failure, .failure, .failure], &breaker, 0)
        let lost = try ticket(&breaker, 4)
        let second = try ticket(&breaker, 34)
        #expect(second.isProbe)
        // The lost one decides nothing any more.
        breaker.record(.success, of: lost, now: at(35), random: 0.5)
        #expect(breaker.admit(now: at(35)) == .refused(until: at(64)))
        breaker.record(.success, of: second, now: at(36), random: 0.5)
        #expect(breaker.availability(now: at(36)) == .closed)
    }

    @Test func outcomesOfEarlierPhasesDecideNothing() throws {
        var breaker = breaker()
        let early = try ticket(&breaker, 0)
        try run([.failure, .failure, .failure], &breaker, 0)
        breaker.record(.success, of: early, now: at(1), random: 0.5)
        #expect(breaker.availability(now: at(1)) == .refusing(until: at(4)))
        let probe = try ticket(&breaker, 4)
        for outcome in [CircuitBreaker.Outcome.failure, .success] {
            breaker.record(outcome, of: early, now: at(4), random: 0.5)
        }
        #expect(breaker.admit(now: at(5)) == .refused(until: at(34)))
        breaker.record(.success, of: probe, now: at(5), random: 0.5)
        breaker.record(.failure, of: probe, now: at(5), random: 0.5)
        #expect(breaker.availability(now: at(5)) == .closed)
    }

    @Test func theLastResortIsNeverRefused() throws {
        var breaker = breaker()
        try run([.failure, .failure, .failure], &breaker, 0)
        guard case .admitted(let ticket) = breaker.admit(now: at(1), isLastResort: true) else { throw Refused() }
        #expect(!ticket.isProbe)
        // Its failure does not lengthen the wait, its success ends it.
        breaker.record(.failure, of: ticket, now: at(2), random: 0.5)
        #expect(breaker.availability(now: at(2)) == .refusing(until: at(4)))
        breaker.record(.success, of: ticket, now: at(3), random: 0.5)
        #expect(breaker.availability(now: at(3)) == .closed)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func neverTwoProbesAtOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var breaker = breaker()
        var now = 0.0
        var running: [(ticket: CircuitBreaker.Ticket, begin: Double)] = []
        var probeCount = 0
        for _ in 0..<5000 {
            now += random.unit()
            if running.isEmpty || Bool.random(using: &random) {
                if case .admitted(let ticket) = breaker.admit(now: at(now)) {
                    if ticket.isProbe {
                        probeCount += 1
                        #expect(!running.contains { $0.ticket.isProbe && now - $0.begin < 30 })
                    }
                    running.append((ticket, now))
                }
            } else {
                let (ticket, _) = running.remove(at: Int.random(in: 0..<running.count, using: &random))
                let outcome: CircuitBreaker.Outcome = random.unit() < 0.7 ? .failure : .success
                breaker.record(outcome, of: ticket, now: at(now), random: random.unit())
            }
        }
        #expect(probeCount > 10)
    }

    @Test(arguments: [-1.0, 0, .nan, .infinity, 1e300])
    func settingsThatMakeNoSenseDoNoHarm(value: Double) throws {
        var breaker = breaker {
            $0.openTime = value
            $0.maximumOpenTime = value
            $0.window = value
            $0.probeTimeout = value
            $0.failureRate = value
            $0.minimumRequestCount = -1
            $0.consecutiveFailureLimit = -1
        }
        for second in 0..<50 {
            if case .admitted(let ticket) = breaker.admit(now: at(Double(second))) {
                breaker.record(.failure, of: ticket, now: at(Double(second)), random: 0.5)
            }
        }
    }
}
