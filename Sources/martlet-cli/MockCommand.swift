import ArgumentParser
import MartletMock
import MartletServer
import NIOCore
import Transport

struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "Run a scripted mock provider.",
        discussion: """
            Speaks OpenAI's chat completions, streamed and not, and its list of models. A model named mock-429, \
            mock-500, mock-503, mock-400, mock-401, mock-404, mock-reset, mock-stall, mock-cut, mock-error-event or \
            mock-tools behaves accordingly; any other is answered by the options.
            """
    )

    @Option(help: "Name or address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "TCP port; 0 lets the system choose.")
    var port = 9101

    @Option(help: "Event loops (default: one for each processor).")
    var threads: Int?

    @OptionGroup(title: "Behaviour")
    var options: MockOptions

    func run() async throws {
        let signals = StopSignals.stream()
        DescriptorLimit.raise()
        let script = try options.script()
        let group = try await WorkerGroup(count: threads ?? WorkerGroup.availableProcessorCount)
        let server: MockServer
        do {
            server = try await MockServer.start(script, on: group, host: host, port: port)
        } catch {
            throw CommandFailure("Cannot listen on \(host):\(port): \(error). Choose another with --host and --port.")
        }
        Terminal.write("Mock provider listens on http://\(host):\(server.port)")
        var iterator = signals.makeAsyncIterator()
        _ = await iterator.next()
        try await server.shutDown()
        Terminal.write("Served: \(server.statistics)")
        try await group.shutDown()
    }
}

/// How the mock behaves.
struct MockOptions: ParsableArguments {
    @Option(help: "Milliseconds before an answer begins.")
    var latency = 0

    @Option(help: "Milliseconds by which the latency varies at random, up and down.")
    var latencyJitter = 0

    @Option(help: "Latency drawn from percentiles instead, in milliseconds, for example 50:100,99:900.")
    var latencyPercentiles: String?

    @Option(help: "Chunks of a streamed answer.")
    var chunks: Int?

    @Option(help: "Tokens in each chunk.")
    var tokensPerChunk: Int?

    @Option(help: "Milliseconds between two chunks.")
    var chunkGap = 0

    @Option(help: "Bytes of an answer that is not streamed.")
    var answerBytes: Int?

    @Option(help: "Share of the requests that fail, from 0 to 1.")
    var failureRate: String?

    @Option(help: "How they fail: some of 429, 500, 503, 400, 401, 404, reset, stall, cut, error-event.")
    var failureKinds: String?

    @Option(help: "Seconds in the Retry-After of a 429.")
    var retryAfter: Int?

    @Option(help: "Token counts of each answer, for example 10:20 for prompt and completion.")
    var usage: String?

    @Flag(help: "Answer with a call of the first tool offered.")
    var toolCalls = false

    @Option(help: "Key that requests must carry.")
    var requiredKey: String?

    @Option(help: "Seed of what is drawn at random.")
    var seed: UInt64?

    func script() throws -> MockScript {
        var script = MockScript()
        do {
            script.latency = .milliseconds(Int64(latency))
            script.latencyJitter = .milliseconds(Int64(latencyJitter))
            script.chunkGap = .milliseconds(Int64(chunkGap))
            if let latencyPercentiles {
                script.latencyPercentiles = try MockScript.parsePercentiles(latencyPercentiles)
            }
            if let failureRate { script.failureRate = try MockScript.parseFailureRate(failureRate) }
            if let failureKinds { script.failureKinds = try MockScript.parseFailureKinds(failureKinds) }
            if let usage { script.usage = try MockScript.parseUsage(usage) }
        } catch {
            throw CommandFailure("\(error)")
        }
        if let chunks { script.chunkCount = chunks }
        if let tokensPerChunk { script.tokensPerChunk = tokensPerChunk }
        if let retryAfter { script.retryAfterSeconds = retryAfter }
        script.answerByteCount = answerBytes
        script.callsTools = toolCalls
        script.requiredKey = requiredKey
        script.seed = seed
        return script
    }

    func validate() throws {
        let amounts = [latency, latencyJitter, chunkGap, retryAfter ?? 0, answerBytes ?? 0]
        guard amounts.allSatisfy({ $0 >= 0 }), chunks ?? 1 > 0, tokensPerChunk ?? 1 > 0 else {
            throw ValidationError("Times, sizes and counts must not be negative, and there is one chunk at least.")
        }
    }
}
