import Glibc
import Martlet
import MartletMock
import MartletServer
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Transport
import WireTestSupport

/// Mixed traffic for a while, and what it leaves behind. Runs in a process of its own, so that its figures are not
/// those of other tests.
struct Soak: Sendable {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// What should be the same after any number of requests.
    struct Level: CustomStringConvertible {
        var residentKibibytes: Int
        var descriptorCount: Int
        var deadlineCount: Int
        var openCount: Int
        var idleCount: Int
        var connectingCount: Int
        var waitingCount: Int
        var mockConnectionCount: Int

        /// Descriptors besides the two ends of each connection between gateway and mock.
        var otherDescriptorCount: Int { descriptorCount - openCount - mockConnectionCount }
        /// Deadlines besides those of the mock's connections.
        var otherDeadlineCount: Int { deadlineCount - mockConnectionCount }

        var description: String {
            "resident \(residentKibibytes) KiB, descriptors \(descriptorCount) (\(otherDescriptorCount) besides the pool), "
                + "deadlines \(deadlineCount) (\(otherDeadlineCount) besides the mock's), pool open \(openCount) idle "
                + "\(idleCount) connecting \(connectingCount) waiting \(waitingCount)"
        }
    }

    static let callerCount = 64
    /// Growth that is no leak, in KiB: the allocator's own. A leak of 1 KiB in each request would show with 20,000
    /// requests, of which two thirds come after the first measurement.
    static let memoryMargin = 12 * 1024

    let group: WorkerGroup
    let mock: MockServer
    let server: GatewayServer

    static func run(requestCount: Int) async throws {
        let group = try await WorkerGroup(count: 2)
        let mock = try await MockServer.start(script, on: group)
        let settings = GatewaySettings()
        let gateway = try Gateway(settings.configuration(mockPort: mock.port))
        var options = GatewayServer.Options()
        options.port = 0
        let server = try await GatewayServer.start(gateway, on: group, options: options)
        let soak = Soak(group: group, mock: mock, server: server)
        let start = ContinuousClock.now
        try await soak.traffic(requestCount / 3, seed: 1)
        let before = try await soak.level()
        try await soak.traffic(requestCount - requestCount / 3, seed: 2)
        let after = try await soak.level()
        print("Soak: \(requestCount) requests in \(ContinuousClock.now - start)")
        print("Soak: after the first third: \(before)")
        print("Soak: at the end: \(after)")
        print("Soak: mock: \(mock.statistics)")
        try check(before, after)
        _ = try await server.shutDown(grace: .seconds(5))
        try await mock.shutDown()
        try await group.shutDown()
    }

    private static func check(_ before: Level, _ after: Level) throws {
        for level in [before, after] {
            guard level.openCount == level.idleCount, level.connectingCount == 0, level.waitingCount == 0 else {
                throw Problem(description: "connections are busy with nothing: \(level)")
            }
        }
        guard after.otherDescriptorCount == before.otherDescriptorCount else {
            throw Problem(description: "descriptors leak: \(before), then \(after)")
        }
        guard after.otherDeadlineCount == before.otherDeadlineCount else {
            throw Problem(description: "deadlines leak: \(before), then \(after)")
        }
        // Each caller has a connection at most, and one more while its last comes to an end.
        guard after.openCount <= 4 * callerCount else { throw Problem(description: "the pool grows: \(after)") }
        guard after.residentKibibytes - before.residentKibibytes < memoryMargin else {
            throw Problem(description: "memory grows: \(before), then \(after)")
        }
    }

    // MARK: Traffic

    private static var script: MockScript {
        var script = MockScript()
        var slow = SampleStream.reply((SampleStream.content + [SampleStream.usage, SampleStream.done]).map(\.utf8))
        slow.pieceGap = .milliseconds(2)
        script.replies = ["slow": slow]
        return script
    }

    private func traffic(_ count: Int, seed: UInt64) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<Self.callerCount {
                let share = count / Self.callerCount + (number < count % Self.callerCount ? 1 : 0)
                tasks.addTask {
                    var random = SeededGenerator(seed: seed << 32 | UInt64(number))
                    try await call(share, &random)
                }
            }
            try await tasks.waitForAll()
        }
    }

    private func call(_ count: Int, _ random: inout SeededGenerator) async throws {
        var caller = try await Caller(port: server.port)
        for _ in 0..<count {
            let isStreamed = Bool.random(using: &random)
            if Int.random(in: 0..<10, using: &random) < 3 {
                try await leave(caller, isStreamed, Int.random(in: 0..<5, using: &random))
                caller = try await Caller(port: server.port)
            } else {
                try await ask(caller, isStreamed, Int.random(in: 0..<20, using: &random))
            }
        }
        try await caller.close()
    }

    /// Leaves at one of several points.
    private func leave(_ caller: Caller, _ isStreamed: Bool, _ point: Int) async throws {
        switch point {
        case 0: try await caller.begin(chat("gpt", isStreamed: isStreamed))
        case 1: try await caller.begin(chat("mock-stall", isStreamed: isStreamed))
        case 2:
            try await caller.begin(chat("slow", isStreamed: true))
            _ = await caller.raw(until: "\"role\"")
        case 3:
            try await caller.begin(chat("slow", isStreamed: true))
            _ = await caller.raw(until: "Grüße")
        default:
            let request = Caller.request(chat("gpt", isStreamed: isStreamed))
            try await caller.send(String(request.prefix(request.count / 2)))
        }
        try await caller.close()
    }

    private func ask(_ caller: Caller, _ isStreamed: Bool, _ choice: Int) async throws {
        let (model, status): (String, Int) =
            switch choice {
            case 0: ("mock-503", 503)
            case 1: ("mock-400", 400)
            case 2: ("mock-reset", 502)
            case 3: ("mock-cut", isStreamed ? 200 : 502)
            case 4: ("mock-error-event", isStreamed ? 200 : 500)
            case 5: ("slow", 200)
            default: ("gpt", 200)
            }
        let answer = try await caller.post(chat(model, isStreamed: isStreamed))
        guard answer.status == status, answer.isComplete else {
            throw Problem(description: "\(model): status \(answer.status), complete: \(answer.isComplete)")
        }
        guard isStreamed, status == 200 else { return }
        let isWhole = answer.text.hasSuffix("data: [DONE]\n\n")
        guard isWhole == !["mock-cut", "mock-error-event"].contains(model) else {
            throw Problem(description: "\(model): a wrong end of a stream")
        }
    }

    // MARK: Levels

    /// Waits until all is quiet, looking again and again by way of a request, and measures then.
    private func level() async throws -> Level {
        let caller = try await Caller(port: server.port)
        let end = ContinuousClock.now + .seconds(20)
        var last: Level?
        while true {
            let answer = try await caller.ask("GET /metrics HTTP/1.1\r\nHost: g\r\n\r\n")
            let metrics = try MetricsText(answer.text)
            let level = await measure(metrics)
            let isQuiet =
                metrics.sum("martlet_active_requests") == 0 && metrics.sum("martlet_connections") == 1
                && mock.statistics.active == 0 && level.openCount == level.idleCount
                && level.mockConnectionCount == level.openCount
                && level.otherDescriptorCount == last?.otherDescriptorCount
            if isQuiet || ContinuousClock.now > end {
                try await caller.close()
                return level
            }
            last = level
        }
    }

    private func measure(_ metrics: MetricsText) async -> Level {
        var deadlineCount = 0
        for worker in group.workers {
            deadlineCount += await worker.run { $0.deadlines.count }
        }
        let pool = "martlet_upstream_connections"
        let idle = Int(metrics.sum(pool, ["state": "idle"]))
        return Level(
            residentKibibytes: Self.residentKibibytes(),
            descriptorCount: Int(metrics.sum("process_open_fds")),
            deadlineCount: deadlineCount,
            openCount: Int(metrics.sum(pool, ["state": "busy"])) + idle,
            idleCount: idle,
            connectingCount: Int(metrics.sum(pool, ["state": "connecting"])),
            waitingCount: Int(metrics.sum("martlet_upstream_waiting_requests")),
            mockConnectionCount: mock.statistics.connections
        )
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static func residentKibibytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = fread(&bytes, 1, bytes.count, file)
        let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(CInt(_SC_PAGESIZE)) / 1024
    }
}
