import Synchronization
import Testing

@testable import Martlet

@Suite("A credential for all event loops", .timeLimit(.minutes(2)))
struct RefreshingCredentialTests {
    /// A source whose fetches end when the test says so.
    private final class Source: Sendable {
        typealias Result = Swift.Result<ExpiringCredential<String>, any Error>

        private let calls: AsyncStream<CheckedContinuation<Result, Never>>
        private let call: AsyncStream<CheckedContinuation<Result, Never>>.Continuation
        private let fetches = Mutex(0)
        let time = Mutex<Int64>(0)

        init() {
            (calls, call) = AsyncStream.makeStream()
        }

        var fetchCount: Int { fetches.withLock { $0 } }

        func fetch() async throws -> ExpiringCredential<String> {
            fetches.withLock { $0 += 1 }
            return try await withCheckedContinuation { call.yield($0) }.get()
        }

        /// Waits for a fetch to begin.
        func begun() async -> CheckedContinuation<Result, Never>? {
            var iterator = calls.makeAsyncIterator()
            return await iterator.next()
        }

        func end(_ value: String, expiry: Int64?) async {
            await begun()?.resume(returning: .success(ExpiringCredential(value: value, expiry: expiry)))
        }

        func fail(_ message: String) async {
            await begun()?.resume(returning: .failure(CredentialProblem(message: message)))
        }
    }

    private let source = Source()
    private let credential: RefreshingCredential<String>

    init() {
        credential = RefreshingCredential(
            clock: { [source] in source.time.withLock { $0 } },
            random: { 0 },
            fetch: { [source] in try await source.fetch() }
        )
    }

    /// Tasks that wait for the credential when this returns.
    private func waiters(_ count: Int, now: Int64 = 0) async -> [Task<String, any Error>] {
        let before = credential.waiterCount
        let tasks = (0..<count).map { _ in Task { try await credential.value(now: now) } }
        while credential.waiterCount < before + count { await Task.yield() }
        return tasks
    }

    /// Waits for what a fetch in the background brings.
    private func settled(now: Int64, _ condition: ((value: String?, needsRefresh: Bool)) -> Bool) async {
        while !condition(credential.current(now: now)) { await Task.yield() }
    }

    @Test func aThousandWaitForOneFetch() async throws {
        #expect(credential.current(now: 0) == (nil, true))
        let tasks = await waiters(1000)
        await source.end("token", expiry: 3600)
        for task in tasks { #expect(try await task.value == "token") }
        #expect(source.fetchCount == 1)
        #expect(credential.waiterCount == 0)
        #expect(credential.current(now: 0) == ("token", false))
    }

    @Test func nobodyWaitsForARefresh() async throws {
        let first = await waiters(1)
        await source.end("old", expiry: 3600)
        _ = try await first[0].value
        for _ in 0..<100 { #expect(try await credential.value(now: 3400) == "old") }
        source.time.withLock { $0 = 3400 }
        await source.end("new", expiry: 7000)
        await settled(now: 3400) { $0.value == "new" }
        #expect(source.fetchCount == 2)
        #expect(try await credential.value(now: 3600) == "new")
    }

    @Test func aFailedRefreshKeepsWhatLives() async throws {
        let first = await waiters(1)
        await source.end("old", expiry: 3600)
        _ = try await first[0].value
        source.time.withLock { $0 = 3400 }
        #expect(try await credential.value(now: 3400) == "old")
        await source.fail("no")
        await settled(now: 3404) { $0.needsRefresh }
        for _ in 0..<100 { #expect(try await credential.value(now: 3403) == "old") }
        #expect(source.fetchCount == 2)
        #expect(try await credential.value(now: 3404) == "old")
        await source.end("new", expiry: 7000)
        await settled(now: 3404) { $0.value == "new" }
        #expect(source.fetchCount == 3)
    }

    @Test func aFailedFirstFetchFailsAllWaitersAndIsTriedAgain() async throws {
        let tasks = await waiters(50)
        await source.fail("The service is gone.")
        for task in tasks {
            await #expect(throws: CredentialProblem.self) { try await task.value }
        }
        for _ in 0..<50 {
            #expect(await problem { _ = try await credential.value(now: 0) } == "The service is gone.")
        }
        #expect(source.fetchCount == 1)
        let again = await waiters(3, now: 1)
        await source.end("token", expiry: 3600)
        for task in again { #expect(try await task.value == "token") }
        #expect(source.fetchCount == 2)
    }

    @Test func whoIsCancelledLeavesAlone() async throws {
        let leaving = await waiters(3)
        let staying = await waiters(3)
        for task in leaving { task.cancel() }
        for task in leaving {
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(credential.waiterCount == 3)
        await source.end("token", expiry: 3600)
        for task in staying { #expect(try await task.value == "token") }
        #expect(source.fetchCount == 1)
    }

    @Test func whoCameCancelledDoesNotWait() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await credential.value(now: 0)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(credential.waiterCount == 0)
        await source.end("token", expiry: 3600)
        await settled(now: 0) { $0.value == "token" }
    }

    @Test func theFetchOutlivesItsStarter() async throws {
        let task = await waiters(1)
        let fetch = await source.begun()
        task[0].cancel()
        await #expect(throws: CancellationError.self) { try await task[0].value }
        #expect(credential.current(now: 0) == (nil, false))
        fetch?.resume(returning: .success(ExpiringCredential(value: "token", expiry: nil)))
        await settled(now: 0) { $0.value == "token" }
        #expect(try await credential.value(now: .max) == "token")
    }

    @Test func whoFindsItEndedDuringARefreshWaitsForThat() async throws {
        let first = await waiters(1)
        await source.end("old", expiry: 3600)
        _ = try await first[0].value
        #expect(try await credential.value(now: 3400) == "old")
        let late = await waiters(2, now: 3600)
        source.time.withLock { $0 = 3600 }
        await source.end("new", expiry: 7000)
        for task in late { #expect(try await task.value == "new") }
        #expect(source.fetchCount == 2)
    }
}
