import MartletMock
import NIOCore
import Transport
import WireTestSupport

/// A mock with workers of its own for the time of one test.
struct RunningMock {
    let server: MockServer
    let recorder: MockRecorder

    func client(isReading: Bool = true) async throws -> WireConnection {
        try await WireConnection(port: server.port, isReading: isReading)
    }

    /// Sends one request on a connection of its own and reads the answer.
    func ask(_ body: String, path: String = "/v1/chat/completions", fields: String = "") async throws -> WireAnswer? {
        let client = try await client()
        let answer = try await client.ask(body, path: path, fields: fields)
        try? await client.close()
        return answer
    }
}

/// Runs `body` with a mock that ends with it.
func withMock(
    _ script: MockScript = MockScript(),
    workerCount: Int = 1,
    _ body: (RunningMock) async throws -> Void
) async throws {
    let group = try await WorkerGroup(count: workerCount)
    let recorder = MockRecorder()
    let server = try await MockServer.start(script, on: group, observer: recorder)
    do {
        try await body(RunningMock(server: server, recorder: recorder))
    } catch {
        try await server.shutDown()
        try await group.shutDown()
        throw error
    }
    try await server.shutDown()
    try await group.shutDown()
}

/// A script made by changing the default one.
func script(_ change: (inout MockScript) -> Void) -> MockScript {
    var script = MockScript()
    change(&script)
    return script
}

/// The body of a chat completion request.
func chat(_ model: String = "gpt", isStreamed: Bool = false, _ more: String = "") -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"hello"}]\#(isStreamed ? #","stream":true"# : "")\#(more)}"#
}
