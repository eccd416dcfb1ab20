import Testing

@testable import Martlet

@Suite("When a credential is fetched again")
struct RefreshStateTests {
    private typealias State = RefreshState<String>

    /// A state that holds a credential which came at time 0.
    private func state(expiry: Int64?, random: Double = 0) -> State {
        var state = State()
        _ = state.request(at: 0)
        _ = state.finish(.success(ExpiringCredential(value: "first", expiry: expiry)), at: 0, random: random)
        return state
    }

    private func fail(_ state: inout State, at now: Int64, random: Double = 0) {
        _ = state.finish(.failure(TalkativeError(description: "no")), at: now, random: random)
    }

    private func text(_ verdict: State.Verdict) -> String {
        switch verdict {
        case .use(let value, let startsFetch): startsFetch ? "\(value), fetch" : value
        case .wait(let startsFetch): startsFetch ? "wait, fetch" : "wait"
        case .fail(let error): "fail: \(error)"
        }
    }

    @Test func theFirstFetchesAndTheOthersWait() {
        var state = State()
        #expect(state.look(at: 0) == (nil, true))
        #expect(text(state.request(at: 0)) == "wait, fetch")
        #expect(state.look(at: 0) == (nil, false))
        for _ in 0..<3 { #expect(text(state.request(at: 0)) == "wait") }
        let result = state.finish(.success(ExpiringCredential(value: "first", expiry: 100)), at: 1, random: 0)
        #expect((try? result.get()) == "first")
        #expect(text(state.request(at: 1)) == "first")
    }

    @Test(
        "Refreshes a tenth of its life before its end, at most five minutes, less by chance",
        arguments: [
            (3600, 0, 3300), (3600, 0.5, 3330), (3600, 0x1.fffffffffffffp-1, 3359), (1000, 0, 900), (86_400, 0, 86_100),
            (10, 0, 9), (9, 0, 9), (1, 0, 1),
        ] as [(Int64, Double, Int64)]
    )
    func margin(_ life: Int64, _ random: Double, _ refreshTime: Int64) {
        var state = state(expiry: life, random: random)
        #expect(text(state.request(at: refreshTime - 1)) == "first")
        guard refreshTime < life else {
            #expect(text(state.request(at: refreshTime)) == "wait, fetch")
            return
        }
        #expect(state.look(at: refreshTime) == ("first", true))
        #expect(text(state.request(at: refreshTime)) == "first, fetch")
        #expect(state.look(at: refreshTime) == ("first", false))
        #expect(text(state.request(at: refreshTime)) == "first")
        #expect(text(state.request(at: life - 1)) == "first")
        #expect(text(state.request(at: life)) == "wait")
    }

    @Test func theSameTokenAgainIsNotAskedForAgainAtOnce() {
        var state = state(expiry: 3600)
        #expect(text(state.request(at: 3300)) == "first, fetch")
        _ = state.finish(.success(ExpiringCredential(value: "first", expiry: 3600)), at: 3300, random: 0)
        #expect(text(state.request(at: 3569)) == "first")
        #expect(text(state.request(at: 3570)) == "first, fetch")
    }

    @Test func whatHasNoEndIsKept() {
        var state = state(expiry: nil)
        #expect(text(state.request(at: .max)) == "first")
    }

    @Test func anExpiredCredentialIsAFailure() {
        for expiry: Int64 in [.min, -1, 0, 50] {
            var state = State()
            _ = state.request(at: 0)
            let result = state.finish(.success(ExpiringCredential(value: "old", expiry: expiry)), at: 50, random: 0)
            #expect(throws: CredentialProblem.self) { try result.get() }
            #expect(state.look(at: 50) == (nil, false))
        }
    }

    @Test func aFirstFailureIsRepeatedForAWhile() {
        var state = State()
        var now: Int64 = 0
        for pause: Int64 in [1, 2, 4, 8, 8, 8] {
            #expect(text(state.request(at: now)) == "wait, fetch")
            fail(&state, at: now, random: 0.9)
            #expect(text(state.request(at: now)) == "fail: no")
            #expect(text(state.request(at: now + pause - 1)) == "fail: no")
            now += pause
        }
    }

    @Test func aFailureKeepsWhatLivesAndIsTriedAgainAtGrowingIntervals() {
        var state = state(expiry: 3600)
        var now: Int64 = 3300
        for pause: Int64 in [4, 8, 16, 32, 64, 120] {
            #expect(text(state.request(at: now)) == "first, fetch")
            fail(&state, at: now)
            #expect(text(state.request(at: now)) == "first")
            #expect(text(state.request(at: now + pause - 1)) == "first")
            #expect(state.look(at: now + pause - 1) == ("first", false))
            now += pause
        }
        // 244 seconds later; the last pause is over when the credential has ended.
        #expect(text(state.request(at: 3599)) == "first, fetch")
    }

    @Test func chanceProlongsThePause() {
        var state = state(expiry: 3600)
        for (now, random, pause): (Int64, Double, Int64) in [(3300, 0, 4), (3310, 0.5, 9), (3330, 0.9, 19)] {
            #expect(text(state.request(at: now)) == "first, fetch")
            fail(&state, at: now, random: random)
            #expect(state.look(at: now + pause - 1) == ("first", false))
            #expect(state.look(at: now + pause) == ("first", true))
        }
    }

    @Test func thePauseOfALivingCredentialEndsWithIt() {
        var state = state(expiry: 3600)
        for now: Int64 in [3300, 3304, 3312, 3328, 3360, 3424, 3590] {
            _ = state.request(at: now)
            fail(&state, at: now)
        }
        #expect(text(state.request(at: 3597)) == "first")
        #expect(text(state.request(at: 3600)) == "wait, fetch")
    }

    @Test func successEndsTheSeriesOfFailures() {
        var state = State()
        for now: Int64 in [0, 1, 3, 7] {
            _ = state.request(at: now)
            fail(&state, at: now)
        }
        _ = state.request(at: 15)
        _ = state.finish(.success(ExpiringCredential(value: "first", expiry: 1015)), at: 15, random: 0)
        #expect(text(state.request(at: 915)) == "first, fetch")
        fail(&state, at: 915)
        #expect(state.look(at: 918) == ("first", false))
        #expect(state.look(at: 919) == ("first", true))
    }

    @Test func aClockThatIsSetBackDoesNotProlongThePause() {
        var state = State()
        _ = state.request(at: 1_000_000)
        fail(&state, at: 1_000_000)
        #expect(text(state.request(at: 10)) == "wait, fetch")
    }

    @Test(
        arguments: [
            (Int64.max, Int64.min), (.max, 0), (.max, .max), (.min, .max), (0, .max), (1, .min), (.max, -1),
        ]
    )
    func noTimeOverflows(_ expiry: Int64, _ now: Int64) {
        var state = State()
        _ = state.request(at: now)
        let result = state.finish(.success(ExpiringCredential(value: "first", expiry: expiry)), at: now, random: 0.5)
        #expect((try? result.get()) == (expiry > now ? "first" : nil))
        for time: Int64 in [.min, 0, now, .max] {
            _ = state.look(at: time)
            _ = state.request(at: time)
            fail(&state, at: time, random: 0.5)
        }
    }

    @Test func manyFailuresDoNotOverflow() {
        var state = state(expiry: nil)
        for _ in 0..<1000 { fail(&state, at: 1) }
        #expect(state.look(at: 2) == ("first", false))
    }
}
