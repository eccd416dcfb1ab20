import TestSupport
import Testing

@testable import Martlet

@Suite("Choice of keys")
struct KeyPoolTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    private func pool(_ weights: [Double]) -> KeyPool {
        KeyPool(weights.enumerated().map { ("key-\($0.offset)", $0.element) })
    }

    private func wish(_ pool: KeyPool, _ change: (inout KeyWish) -> Void = { _ in }) -> KeyWish {
        var wish = KeyWish(serving: KeySet(count: pool.count))
        change(&wish)
        return wish
    }

    private struct Refused: Error {}

    private func ticket(
        _ pool: inout KeyPool,
        _ seconds: Double = 0,
        _ random: Double = 0,
        _ change: (inout KeyWish) -> Void = { _ in }
    ) throws -> KeyTicket {
        let decision = pool.choose(wish(pool, change), now: at(seconds), random: random)
        guard case .use(let ticket, _) = decision else { throw Refused() }
        return ticket
    }

    // MARK: Weights

    /// 13.8 is the value that χ² with two degrees of freedom exceeds once in a thousand times.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func drawsFollowTheWeights(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let weights = [0.7, 0.2, 0.1]
        var pool = pool(weights)
        var counts = [0, 0, 0]
        for _ in 0..<3000 { counts[try ticket(&pool, 0, random.unit()).position] += 1 }
        let chiSquare = zip(counts, weights).reduce(0.0) { sum, pair in
            let expected = 3000 * pair.1
            return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
        #expect(chiSquare < 13.8)
    }

    @Test func keysWithoutWeightServeOnlyWhenNoOtherCan() throws {
        var pool = pool([0, 1, 0])
        for random in [0.0, 0.3, 0.6, 0.999999] {
            #expect(try ticket(&pool, 0, random).position == 1)
        }
        let positions = try [0.0, 0.4, 0.6, 0.999999].map { random in
            try ticket(&pool, 0, random) { $0.tried = KeySet([1]) }.position
        }
        #expect(positions == [0, 0, 2, 2])
    }

    @Test(arguments: [[Double.nan, .infinity, -1], [0, 0, 0], [1e308, 1e308, 1e308]])
    func weightsThatMakeNoSenseCountTheSame(weights: [Double]) throws {
        var pool = pool(weights)
        let positions = try [0.0, 0.34, 0.67].map { try ticket(&pool, 0, $0).position }
        #expect(positions == [0, 1, 2])
    }

    @Test func reasonsAreTold() {
        var single = pool([1])
        var several = pool([1, 1])
        func reason(_ pool: inout KeyPool, _ change: (inout KeyWish) -> Void = { _ in }) -> KeyReason? {
            guard case .use(_, let reason) = pool.choose(wish(pool, change), now: start, random: 0) else { return nil }
            return reason
        }
        #expect(reason(&single) == .only)
        #expect(reason(&several) == .weight)
        #expect(reason(&several) { $0.session = 7 } == .session)
        #expect(reason(&several) { $0.preferred = 1 } == .promptCache)
        #expect(reason(&several) { $0.pinnedName = "key-1" } == .pinned)
    }

    // MARK: Wishes

    @Test func onlyKeysThatServeAreChosen() throws {
        var pool = pool([1, 1, 1])
        for step in 0..<20 {
            let ticket = try ticket(&pool, 0, Double(step) / 20) { $0.serving = KeySet([0, 2]) }
            #expect(ticket.position != 1)
        }
        #expect(pool.choose(wish(pool) { $0.serving = KeySet() }, now: start, random: 0) == .refused(.noneServes))
        var empty = KeyPool([])
        #expect(empty.choose(wish(empty), now: start, random: 0) == .refused(.noneServes))
    }

    @Test func whatWasTriedIsNotTriedAgain() throws {
        var pool = pool([1, 1, 1])
        var tried = KeySet()
        var positions: Set<Int> = []
        for _ in 0..<3 {
            let position = try ticket(&pool, 0, 0.5) { $0.tried = tried }.position
            tried.insert(position)
            positions.insert(position)
        }
        #expect(positions == [0, 1, 2])
        #expect(pool.choose(wish(pool) { $0.tried = tried }, now: start, random: 0) == .refused(.allTried))
    }

    @Test func aPinnedKeyIsTheOnlyOne() throws {
        var pool = pool([1, 1, 1])
        let pinned = try ticket(&pool) { $0.pinnedName = "key-2" }
        #expect(pinned.position == 2)
        for name in ["key-3", "", "KEY-2"] {
            let decision = pool.choose(wish(pool) { $0.pinnedName = name }, now: start, random: 0)
            #expect(decision == .refused(.pinnedUnknown))
        }
        pool.record(pinned, .rateLimited, retryAfter: Interval(seconds: 9), now: start, random: 0)
        let decision = pool.choose(wish(pool) { $0.pinnedName = "key-2" }, now: at(1), random: 0)
        #expect(decision == .refused(.allLimited(until: at(9))))
    }

    @Test func thePreferredKeyIsTakenWhileItIsWell() throws {
        var pool = pool([1, 0, 0])
        let preferred = try ticket(&pool) { $0.preferred = 2 }
        #expect(preferred.position == 2)
        pool.record(preferred, .keyRefused, now: start, random: 0.5)
        #expect(try ticket(&pool) { $0.preferred = 2 }.position == 0)
        #expect(try ticket(&pool) { $0.preferred = 99 }.position == 0)
    }

    @Test func manyKeysAreNoTrouble() throws {
        var pool = pool([Double](repeating: 1, count: 200))
        var tried = KeySet()
        for _ in 0..<200 {
            let position = try ticket(&pool, 0, 0.99) { $0.tried = tried }.position
            #expect(!tried.contains(position))
            tried.insert(position)
        }
        #expect(pool.choose(wish(pool) { $0.tried = tried }, now: start, random: 0) == .refused(.allTried))
    }

    // MARK: Sessions

    @Test func aSessionStaysWithItsKeyAndOnlyTheSessionsOfAKeyThatGoesMove() throws {
        let names = (0..<5).map { "key-\($0)" }
        var all = KeyPool(names.map { ($0, 1) })
        var without = KeyPool(names.filter { $0 != "key-2" }.map { ($0, 1) })
        var counts = [Int](repeating: 0, count: 5)
        for session in UInt64(0)..<5000 {
            let before = try ticket(&all, 0, 0.1) { $0.session = session }.position
            #expect(try ticket(&all, 0, 0.9) { $0.session = session }.position == before)
            counts[before] += 1
            let after = try ticket(&without, 0, 0.1) { $0.session = session }.position
            let name = names.filter { $0 != "key-2" }[after]
            #expect(before == 2 ? name != "key-2" : name == names[before])
        }
        for count in counts { #expect((850...1150).contains(count)) }
    }

    @Test func sessionsFollowTheWeights() throws {
        var pool = pool([0.7, 0.2, 0.1, 0])
        var counts = [0, 0, 0, 0]
        for session in UInt64(0)..<10_000 { counts[try ticket(&pool, 0, 0) { $0.session = session }.position] += 1 }
        #expect((6800...7200).contains(counts[0]) && (1850...2150).contains(counts[1]))
        #expect((880...1120).contains(counts[2]) && counts[3] == 0)
    }

    @Test func aSessionReturnsWithItsKey() throws {
        var pool = pool([1, 1, 1])
        let home = try ticket(&pool) { $0.session = 42 }
        pool.record(home, .rateLimited, retryAfter: Interval(seconds: 10), now: start, random: 0.5)
        let refuge = try ticket(&pool, 1) { $0.session = 42 }
        #expect(refuge.position != home.position)
        let probe = try ticket(&pool, 10) { $0.session = 42 }
        #expect(probe.position == home.position && probe.isProbe)
    }

    // MARK: Refusals

    @Test func refusalsAreWorded() {
        let until = at(12.5)
        let table: [(KeyRefusal, String, Int, Int?)] = [
            (.noneServes, "model_not_found", 404, nil), (.pinnedUnknown, "model_not_found", 404, nil),
            (.allTried, "upstream_credentials_exhausted", 502, nil),
            (.allRefused(until: until), "upstream_credentials_exhausted", 502, 13),
            (.allLimited(until: until), "rate_limit_exceeded", 429, 13),
        ]
        for (refusal, code, status, retryAfter) in table {
            #expect(refusal.code == code && refusal.status == status)
            #expect(refusal.retryAfter(now: start) == retryAfter)
            #expect(refusal.message(provider: "openai", model: "m").contains("openai"))
        }
        #expect(KeyRefusal.allLimited(until: start).retryAfter(now: at(5)) == 1)
    }
}
