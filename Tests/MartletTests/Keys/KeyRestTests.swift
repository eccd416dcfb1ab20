import TestSupport
import Testing

@testable import Martlet

@Suite("Keys at rest")
struct KeyRestTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    private struct Refused: Error {}

    private func pool(_ count: Int) -> KeyPool {
        KeyPool((0..<count).map { ("key-\($0)", 1) })
    }

    private func choose(_ pool: inout KeyPool, _ seconds: Double, model: UInt64 = 0, _ random: Double = 0)
        -> KeyDecision
    {
        pool.choose(wish(model), now: at(seconds), random: random)
    }

    /// Of any key.
    private func wish(_ model: UInt64) -> KeyWish {
        var wish = KeyWish(serving: KeySet(count: 8))
        wish.model = model
        return wish
    }

    private func ticket(_ pool: inout KeyPool, _ seconds: Double, model: UInt64 = 0) throws -> KeyTicket {
        guard case .use(let ticket, _) = choose(&pool, seconds, model: model) else { throw Refused() }
        return ticket
    }

    @Test(arguments: [FailureClass.keyRefused, .keyOutOfMoney])
    func aRefusedKeyIsUsedOnceUntilItsProbe(failure: FailureClass) throws {
        var pool = pool(2)
        var uses = 0
        for step in 0..<1000 {
            let seconds = Double(step) * 0.029
            let random = Double(step % 10) / 10
            guard case .use(let ticket, _) = choose(&pool, seconds, model: UInt64(step % 3), random) else {
                throw Refused()
            }
            uses += ticket.position == 0 ? 1 : 0
            pool.record(ticket, ticket.position == 0 ? failure : nil, now: at(seconds), random: 0.5)
        }
        #expect(uses == 1)
    }

    @Test func aLimitedKeyRestsForAsLongAsTheProviderAsks() throws {
        var pool = pool(2)
        let first = try ticket(&pool, 0)
        pool.record(first, .rateLimited, retryAfter: Interval(seconds: 20), now: at(0), random: 0.1)
        for step in 0..<200 {
            let seconds = Double(step) * 0.0999
            #expect(try ticket(&pool, seconds).position == 1)
        }
        let probe = try ticket(&pool, 20)
        #expect(probe.position == 0 && probe.isProbe)
    }

    @Test func restsHaveALimit() throws {
        var pool = pool(1)
        pool.record(try ticket(&pool, 0), .rateLimited, retryAfter: .longest, now: at(0), random: 0.5)
        #expect(choose(&pool, 1) == .refused(.allLimited(until: at(3600))))
    }

    @Test func restsWithoutAWordOfTheProviderDouble() throws {
        // The other key is out of the way.
        var settings = KeyRestSettings()
        settings.deadTime = 1e6
        settings.maximumDeadTime = 1e6
        var pool = KeyPool([("key-0", 1), ("key-1", 1)], settings)
        pool.record(KeyTicket(position: 1, model: 0, probe: 0), .keyRefused, now: at(0), random: 0.5)
        var now = 0.0
        for rest in [1.0, 2, 4, 8, 16, 32, 60, 60] {
            pool.record(try ticket(&pool, now), .rateLimited, now: at(now), random: 0.5)
            #expect(pool.availability(of: 0, now: at(now)) == .unusable(.rateLimited, until: at(now + rest)))
            now += rest
        }
        pool.record(try ticket(&pool, now), nil, now: at(now), random: 0.5)
        pool.record(try ticket(&pool, now), .rateLimited, now: at(now), random: 0.5)
        #expect(pool.availability(of: 0, now: at(now)) == .unusable(.rateLimited, until: at(now + 1)))
    }

    /// How long it would have to rest is not known, and resting would refuse everybody.
    @Test func theOnlyKeyRestsWhenItsProviderSaysHowLongAlone() throws {
        var pool = pool(1)
        pool.record(try ticket(&pool, 0), .rateLimited, now: at(0), random: 0.5)
        #expect(try ticket(&pool, 0).isProbe == false)
        pool.record(try ticket(&pool, 0), .rateLimited, retryAfter: Interval(seconds: 3), now: at(0), random: 0.5)
        #expect(choose(&pool, 1) == .refused(.allLimited(until: at(3))))
    }

    /// A hundred requests that were on their way when the key was refused do not make its rest longer.
    @Test func failuresAtTheSameTimeCountOnce() throws {
        var pool = pool(1)
        let tickets = try (0..<100).map { _ in try ticket(&pool, 0) }
        for ticket in tickets { pool.record(ticket, .keyRefused, now: at(1), random: 0.5) }
        #expect(pool.availability(of: 0, now: at(1)) == .unusable(.refused, until: at(31)))
        pool.record(try ticket(&pool, 31), .keyRefused, now: at(31), random: 0.5)
        #expect(pool.availability(of: 0, now: at(31)) == .unusable(.refused, until: at(91)))
    }

    /// A success that was on its way before the key came to rest does not end the rest.
    @Test func onlyTheProbeBringsAKeyBack() throws {
        var pool = pool(1)
        let early = try ticket(&pool, 0)
        pool.record(try ticket(&pool, 0), .keyRefused, now: at(0), random: 0.5)
        pool.record(early, nil, now: at(1), random: 0.5)
        #expect(pool.availability(of: 0, now: at(1)) == .unusable(.refused, until: at(30)))
        let probe = try ticket(&pool, 30)
        #expect(probe.isProbe)
        pool.record(early, nil, now: at(31), random: 0.5)
        #expect(choose(&pool, 31) == .refused(.allRefused(until: at(32))))
        pool.record(probe, nil, now: at(32), random: 0.5)
        #expect(pool.availability(of: 0, now: at(32)) == .ready)
        #expect(try !ticket(&pool, 32).isProbe)
    }

    @Test(arguments: [FailureClass.contextLength, .callerError, .modelNotFound, .brokenAfterContent])
    func aProbeThatWasRefusedForItsContentProvesTheKey(failure: FailureClass) throws {
        var pool = pool(1)
        pool.record(try ticket(&pool, 0), .keyRefused, now: at(0), random: 0.5)
        pool.record(try ticket(&pool, 30), failure, now: at(31), random: 0.5)
        #expect(pool.availability(of: 0, now: at(31)) == .ready)
    }

    @Test(arguments: [FailureClass.serverError, .connectFailed, .cancelled, .firstByteTimeout])
    func aProbeThatFailedOtherwiseIsFollowedByAnother(failure: FailureClass) throws {
        var pool = pool(1)
        pool.record(try ticket(&pool, 0), .keyRefused, now: at(0), random: 0.5)
        pool.record(try ticket(&pool, 30), failure, now: at(31), random: 0.5)
        #expect(pool.availability(of: 0, now: at(31)) == .probeDue)
        let second = try ticket(&pool, 31)
        #expect(second.isProbe)
        #expect(choose(&pool, 31) == .refused(.allRefused(until: at(32))))
    }

    @Test func probesThatNeverReportExpire() throws {
        var refused = pool(1)
        refused.record(try ticket(&refused, 0), .keyRefused, now: at(0), random: 0.5)
        let lost = try ticket(&refused, 30)
        #expect(choose(&refused, 89.5) == .refused(.allRefused(until: at(90))))
        let second = try ticket(&refused, 90)
        #expect(second.isProbe)
        refused.record(lost, nil, now: at(91), random: 0.5)
        #expect(refused.availability(of: 0, now: at(91)) == .unusable(.refused, until: at(92)))

        // A provider says at once that there are too many requests; whoever hears nothing has been let in.
        var limited = pool(1)
        limited.record(
            try ticket(&limited, 0),
            .rateLimited,
            retryAfter: Interval(seconds: 5),
            now: at(0),
            random: 0.5
        )
        let slow = try ticket(&limited, 5)
        #expect(slow.isProbe)
        #expect(choose(&limited, 6.9) == .refused(.allLimited(until: at(7))))
        for _ in 0..<3 { #expect(try !ticket(&limited, 7).isProbe) }
        limited.record(slow, nil, now: at(40), random: 0.5)
        #expect(limited.availability(of: 0, now: at(40)) == .ready)
    }

    // MARK: Models

    @Test func aRateLimitHoldsForItsModelAlone() throws {
        var pool = pool(1)
        pool.record(
            try ticket(&pool, 0, model: 1),
            .rateLimited,
            retryAfter: Interval(seconds: 60),
            now: at(0),
            random: 0
        )
        #expect(choose(&pool, 1, model: 1) == .refused(.allLimited(until: at(60))))
        #expect(try !ticket(&pool, 1, model: 2).isProbe)
        // A refused key is refused for all.
        pool.record(try ticket(&pool, 2, model: 2), .keyRefused, now: at(2), random: 0.5)
        #expect(choose(&pool, 3, model: 3) == .refused(.allRefused(until: at(32))))
    }

    /// Callers choose models: whoever asks for one that a key may not use takes the key away from nobody else.
    @Test func aForbiddenModelIsForbiddenAlone() throws {
        var pool = pool(1)
        for model in UInt64(1)...100 {
            pool.record(try ticket(&pool, 0, model: model), .keyForbidden, now: at(0), random: 0.5)
        }
        #expect(choose(&pool, 1, model: 100) == .refused(.allRefused(until: at(30))))
        #expect(try !ticket(&pool, 1, model: 0).isProbe)
        // The oldest are forgotten, so that memory stays bounded; each costs the provider one request more.
        #expect(try !ticket(&pool, 1, model: 1).isProbe)
        #expect(try ticket(&pool, 30, model: 100).isProbe)
    }

    // MARK: Everything at once

    /// Random requests, failures and times against what was promised: no key is used while it is at rest, and of its
    /// probes at most one is on its way.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func noKeyIsUsedAtRestAndNeverTwoProbesAtOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pool = pool(4)
        var now = 0.0
        var running: [(ticket: KeyTicket, begin: Double)] = []
        var probeCount = 0
        for _ in 0..<6000 {
            now += random.unit() * 0.4
            if running.isEmpty || random.unit() < 0.5 {
                let model = UInt64.random(in: 0...1, using: &random)
                let isUsable = pool.hasUsable(wish(model), now: at(now))
                let before = (0..<4).map { pool.availability(of: $0, model: model, now: at(now)) }
                switch choose(&pool, now, model: model, random.unit()) {
                case .use(let ticket, _):
                    #expect(isUsable)
                    #expect(before[ticket.position] == (ticket.isProbe ? .probeDue : .ready))
                    if ticket.isProbe {
                        probeCount += 1
                        let rivals = running.filter {
                            $0.ticket.isProbe && $0.ticket.position == ticket.position && $0.ticket.model == model
                                && now - $0.begin < 2
                        }
                        #expect(rivals.isEmpty)
                    }
                    running.append((ticket, now))
                case .refused:
                    #expect(!isUsable)
                    let unusable = before.filter { if case .unusable = $0 { true } else { false } }
                    #expect(unusable.count == 4)
                }
            } else {
                let (ticket, _) = running.remove(at: Int.random(in: 0..<running.count, using: &random))
                let failures: [FailureClass?] = [
                    nil, nil, nil, .rateLimited, .rateLimited, .keyRefused, .keyForbidden, .serverError,
                ]
                let failure = failures.randomElement(using: &random) ?? nil
                let retryAfter = Bool.random(using: &random) ? Interval(seconds: random.unit() * 5) : nil
                pool.record(ticket, failure, retryAfter: retryAfter, now: at(now), random: random.unit())
            }
        }
        #expect(probeCount > 20)
    }
}
