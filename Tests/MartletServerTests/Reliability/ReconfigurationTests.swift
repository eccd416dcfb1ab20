import Martlet
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Other configurations for a running server", .timeLimit(.minutes(2)))
struct ReconfigurationTests {
    /// The configuration with the alias `best` for model `m` of a provider.
    private static func best(
        _ provider: String,
        _ providers: [ScriptedProvider],
        _ change: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws -> GatewayConfiguration {
        var settings = GatewaySettings(to: providers)
        settings.providerPort = 1
        var configuration = try settings.configuration(mockPort: 1)
        configuration.routing.aliases = [ModelAlias(name: "best", model: "\(provider)/m")]
        change(&configuration)
        return configuration
    }

    private static func withServer(
        _ configuration: GatewayConfiguration,
        _ change: (inout GatewaySettings) -> Void = { _ in },
        _ body: (RunningGateway) async throws -> Void
    ) async throws {
        var settings = GatewaySettings(change)
        settings.gateway = { $0 = configuration }
        try await withGateway(settings, body)
    }

    // MARK: Running requests

    @Test func runningStreamsGoOnWithWhatTheyHave() async throws {
        DescriptorLimit.raise()
        let count = 1000
        let old = try await ScriptedProvider.start("old") { _ in .beginning() }
        let new = try await ScriptedProvider.start("new") { _ in .chatStream }
        try await Self.withServer(try Self.best("old", [old])) {
            $0.workerCount = 2
        } _: { gateway async throws in
            var callers: [Caller] = []
            var visits: [Visit] = []
            for _ in 0..<count {
                let caller = try await gateway.caller()
                try await caller.begin(chat("best", isStreamed: true))
                let visit = try await old.nextVisit()
                try await visit.send(chunk: SampleStream.role + SampleStream.first)
                callers.append(caller)
                visits.append(visit)
            }
            for caller in callers { #expect(await caller.raw(until: "Grüße").contains("200 OK")) }
            try await gateway.server.reconfigure(try Self.best("new", [new]))
            for _ in 0..<20 {
                #expect(try await gateway.post(chat("best", isStreamed: true)).text.hasSuffix("data: [DONE]\n\n"))
            }
            #expect(new.visits.count == 20)
            for visit in visits {
                try await visit.send(chunk: SampleStream.second + SampleStream.finish + SampleStream.done)
                try await visit.send(ScriptedAnswer("0\r\n\r\n"))
            }
            for caller in callers {
                let rest = await caller.raw(until: "0\r\n\r\n")
                #expect(rest.contains("data: x") && rest.contains("[DONE]") && !rest.contains("error"))
                try await caller.close()
            }
            #expect(old.visits.count == count)
            // With the last of them go the connections that nobody needs any more.
            for visit in visits { await visit.departure() }
            try await gateway.waitUntil(activeCount: 0)
            let metrics = try MetricsText(try await gateway.get("/metrics").text)
            #expect(metrics.sum("martlet_requests_total", ["status": "200"]) == Double(count + 20))
            #expect(metrics.sum("martlet_errors_total") == 0)
        }
        try await old.close()
        try await new.close()
    }

    @Test func aRetryGoesWhereItsRequestBegan() async throws {
        let old = try await ScriptedProvider.start("old") { $0.number == 1 ? .silence : .chat }
        let new = try await ScriptedProvider.start("new") { _ in .chat }
        let first = try Self.best("old", [old]) { $0.providers[1].retries.maximumRetryCount = 1 }
        try await Self.withServer(first) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat("best"))
            let visit = try await old.nextVisit()
            try await gateway.server.reconfigure(try Self.best("new", [new]))
            try await visit.send(.status(500))
            #expect(try await caller.answer().status == 200)
            #expect(old.visits.count == 2)
            for visit in old.visits { await visit.departure() }
            #expect(new.visits.isEmpty)
            // The caller's connection stays; its next request is one of the new configuration.
            #expect(try await caller.post(chat("best")).status == 200)
            #expect(new.visits.count == 1)
        }
        try await old.close()
        try await new.close()
    }

    @Test func idleConnectionsOfAProviderThatIsGoneAreClosed() async throws {
        let old = try await ScriptedProvider.start("old") { _ in .chat }
        let new = try await ScriptedProvider.start("new") { _ in .chat }
        try await Self.withServer(try Self.best("old", [old, new])) { gateway async throws in
            #expect(try await gateway.post(chat("old/m")).status == 200)
            #expect(try await gateway.post(chat("new/m")).status == 200)
            try await gateway.server.reconfigure(try Self.best("new", [new]))
            await old.visits[0].departure()
            #expect(try await gateway.post(chat("old/m")).status >= 400)
            #expect(old.visits.count == 1)
            // The connection to the provider that stays is kept.
            #expect(try await gateway.post(chat("new/m")).status == 200)
            #expect(new.visits[0].sharesConnection(with: new.visits[1]))
        }
        try await old.close()
        try await new.close()
    }

    // MARK: What is kept

    @Test func whatWasLearnedOfUnchangedProvidersIsKept() async throws {
        let same = try await ScriptedProvider.start("same") { $0.key == "key-a" ? .status(401) : .chat }
        let other = try await ScriptedProvider.start("other") { $0.key == "key-a" ? .status(401) : .chat }
        func configuration(otherKeyWeight: Double) throws -> GatewayConfiguration {
            try Self.best("same", [same, other]) { configuration in
                for index in configuration.providers.indices {
                    var keys = [ProviderKey(name: "a", value: "key-a"), ProviderKey(name: "b", value: "key-b")]
                    keys[1].weight = 0
                    configuration.providers[index].keys = keys
                }
                configuration.providers[2].keys[0].weight = otherKeyWeight
            }
        }
        try await Self.withServer(try configuration(otherKeyWeight: 1)) { gateway async throws in
            for model in ["same/m", "other/m", "best"] {
                #expect(try await gateway.post(chat(model)).status == 200)
            }
            #expect(same.visits.map(\.key) == ["key-a", "key-b", "key-b"])
            #expect(other.visits.map(\.key) == ["key-a", "key-b"])
            try await gateway.server.reconfigure(try configuration(otherKeyWeight: 2))
            for model in ["same/m", "other/m", "best"] {
                #expect(try await gateway.post(chat(model)).status == 200)
            }
            #expect(same.visits.map(\.key) == ["key-a", "key-b", "key-b", "key-b", "key-b"])
            // Nobody knows whether what was changed is what was wrong.
            #expect(other.visits.map(\.key) == ["key-a", "key-b", "key-a", "key-b"])
        }
        try await same.close()
        try await other.close()
    }

    @Test func placesOfAnUnchangedProviderStayTaken() async throws {
        let provider = try await ScriptedProvider.start("same") { $0.number == 1 ? .silence : .chat }
        let first = try Self.best("same", [provider]) {
            $0.providers[1].concurrency = ConcurrencyConfiguration(limit: 1, queueLimit: 10)
        }
        try await Self.withServer(first) { gateway async throws in
            let running = try await gateway.caller()
            try await running.begin(chat("same/m"))
            let visit = try await provider.nextVisit()
            var second = first
            second.routing.aliases.append(ModelAlias(name: "another", model: "same/m"))
            try await gateway.server.reconfigure(second)
            let waiting = try await gateway.caller()
            try await waiting.begin(chat("another"))
            try await gateway.waitUntil(activeCount: 2)
            #expect(provider.visits.count == 1)
            try await visit.send(.chat)
            #expect(try await running.answer().status == 200)
            #expect(try await waiting.answer().status == 200)
        }
        try await provider.close()
    }

    // MARK: What changes

    @Test func limitsAndTheLogChange() async throws {
        let provider = try await ScriptedProvider.start("same") { _ in .chat }
        let first = try Self.best("same", [provider]) { $0.maximumRequestByteCount = 100 }
        try await Self.withServer(first) {
            $0.logs = true
        } _: { gateway async throws in
            let long = chat("best", ",\"user\":\"\(String(repeating: "x", count: 100))\"")
            #expect(try await gateway.post(long).status == 413)
            var second = first
            second.maximumRequestByteCount = 1000
            second.logsRequests = false
            try await gateway.server.reconfigure(second)
            #expect(try await gateway.post(long).status == 200)
            let statuses = try await gateway.logLines().map { try object($0)["status"] as? Int }
            #expect(statuses == [413])
        }
        try await provider.close()
    }

    @Test func aConfigurationThatContradictsItselfChangesNothing() async throws {
        let provider = try await ScriptedProvider.start("same") { _ in .chat }
        try await Self.withServer(try Self.best("same", [provider])) { gateway async throws in
            #expect(try await gateway.post(chat("best")).status == 200)
            let circle = try Self.best("best", []) { $0.routing.aliases = [ModelAlias(name: "best", model: "best")] }
            await #expect(throws: (any Error).self) { try await gateway.server.reconfigure(circle) }
            #expect(try await gateway.post(chat("best")).status == 200)
            #expect(provider.visits[0].sharesConnection(with: provider.visits[1]))
        }
        try await provider.close()
    }
}
