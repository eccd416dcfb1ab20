import Martlet
import MartletMock
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

/// A gateway in front of a mock provider, both on workers of their own for the time of one test.
struct RunningGateway {
    let mock: MockServer
    let recorder: MockRecorder
    let server: GatewayServer
    let gateway: Gateway
    let group: WorkerGroup
    let log: LogPipe?

    func caller(isReading: Bool = true) async throws -> Caller {
        try await Caller(port: server.port, isReading: isReading)
    }

    /// Sends one request on a connection of its own and reads the answer.
    func post(_ body: String, path: String = "/openai/v1/chat/completions", fields: String = "") async throws
        -> WireAnswer
    {
        let caller = try await caller()
        let answer = try await caller.post(body, path: path, fields: fields)
        try? await caller.close()
        return answer
    }

    func get(_ path: String, method: String = "GET", fields: String = "") async throws -> WireAnswer {
        let caller = try await caller()
        let answer = try await caller.ask(
            "\(method) \(path) HTTP/1.1\r\nHost: g\r\n\(fields)\r\n",
            isHead: method == "HEAD"
        )
        try? await caller.close()
        return answer
    }

    /// Stops the server, whose log is complete then, and reads that.
    func logLines() async throws -> [String] {
        _ = try await server.shutDown(grace: .seconds(5))
        return try #require(log).lines()
    }
}

/// What a test changes about the default gateway: one provider, `mock`, with one key, and those that a test adds.
struct GatewaySettings {
    var script = MockScript()
    var workerCount = 1
    var logs = false
    var server: ServerConfiguration
    var files = WebFiles.embedded
    /// Changes each provider.
    var provider: (inout ProviderConfiguration) -> Void = { _ in }
    /// Changes the whole configuration, after the provider.
    var gateway: (inout GatewayConfiguration) -> Void = { _ in }
    /// The environment that keys find credentials in, with the port where the mock listens.
    var environment: (_ mockPort: Int) -> [String: String] = { _ in [:] }
    /// Where `mock` is; by default where the mock listens.
    var providerPort: Int?
    /// The names and ports of further providers, each with one key.
    var furtherProviders: [(name: String, port: Int)] = []

    init(_ change: (inout GatewaySettings) -> Void = { _ in }) {
        server = ServerConfiguration()
        // Beside others, a test may get its next turn late.
        server.headTimeout = .minutes(5)
        server.bodyIdleTimeout = .minutes(5)
        change(&self)
    }

    static let key = "sk-test-key-0123456789"

    func configuration(mockPort: Int) throws -> GatewayConfiguration {
        let places = [(name: "mock", port: providerPort ?? mockPort)] + furtherProviders
        let providers = try places.map { place in
            let url = try #require(BaseURL("http://127.0.0.1:\(place.port)"))
            var provider = ProviderConfiguration(name: place.name, baseURL: url)
            provider.keys = [ProviderKey(name: "main", value: Self.key)]
            self.provider(&provider)
            return provider
        }
        var configuration = GatewayConfiguration(providers: providers)
        gateway(&configuration)
        return configuration
    }
}

/// Runs `body` with a gateway that ends with it.
func withGateway(
    _ settings: GatewaySettings = GatewaySettings(),
    _ body: (RunningGateway) async throws -> Void
) async throws {
    let group = try await WorkerGroup(count: settings.workerCount)
    let recorder = MockRecorder()
    let mock = try await MockServer.start(settings.script, on: group, observer: recorder)
    let log = settings.logs ? try LogPipe() : nil
    let gateway = try Gateway(
        settings.configuration(mockPort: mock.port),
        logWriter: log.map { LogWriter(descriptor: $0.writeEnd) },
        environment: settings.environment(mock.port)
    )
    var options = GatewayServer.Options()
    options.port = 0
    options.server = settings.server
    options.files = settings.files
    let server = try await GatewayServer.start(gateway, on: group, options: options)
    let running = RunningGateway(
        mock: mock,
        recorder: recorder,
        server: server,
        gateway: gateway,
        group: group,
        log: log
    )
    let outcome: (any Error)?
    do {
        try await body(running)
        outcome = nil
    } catch {
        outcome = error
    }
    _ = try await server.shutDown(grace: .zero)
    try await mock.shutDown()
    try await group.shutDown()
    if let outcome { throw outcome }
}

/// A request for a chat completion.
func chat(_ model: String = "mock/gpt", isStreamed: Bool = false, _ more: String = "") -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"hello"}]\#(isStreamed ? #","stream":true"# : "")\#(more)}"#
}
