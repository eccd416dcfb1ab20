import Martlet
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Keys that fail", .timeLimit(.minutes(2)))
struct KeyRotationTests {
    /// Two keys, of which the first gets all requests while it is well.
    private static func firstOfTwo(_ provider: inout ProviderConfiguration) {
        provider.keys = [ProviderKey(name: "a", value: "key-a"), ProviderKey(name: "b", value: "key-b")]
        provider.keys[1].weight = 0
    }

    @Test(arguments: [(401, "Retry-After: 0\r\n"), (402, ""), (403, ""), (429, "Retry-After: 3600\r\n")])
    func aFailedKeyIsUsedOnce(_ status: Int, _ fields: String) async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            visit.key == "key-a" ? .status(status, fields: fields) : .chat
        }
        try await withGateway(to: [provider]) {
            $0.provider = Self.firstOfTwo
        } _: { gateway async throws in
            let caller = try await gateway.caller()
            for _ in 0..<50 { #expect(try await caller.post(chat("p1/m")).status == 200) }
            #expect(provider.visits.map(\.key) == ["key-a"] + Array(repeating: "key-b", count: 50))
        }
    }

    /// It is the provider that failed in the end, not the key.
    @Test func theLastFailureOfATargetIsTold() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            visit.key == "key-a" ? .status(401) : .status(503)
        }
        try await withGateway(to: [provider]) {
            $0.provider = Self.firstOfTwo
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m")).status == 503)
            #expect(provider.visits.map(\.key) == ["key-a", "key-b"])
        }
    }

    @Test func aForbiddenModelTakesTheKeyFromNoOther() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            visit.key == "key-a" && visit.body.contains("\"secret\"") ? .status(403) : .chat
        }
        try await withGateway(to: [provider]) {
            $0.provider = Self.firstOfTwo
        } _: { gateway async throws in
            for model in ["secret", "m", "secret", "m"] {
                #expect(try await gateway.post(chat("p1/\(model)")).status == 200)
            }
            #expect(provider.visits.map(\.key) == ["key-a", "key-b", "key-a", "key-b", "key-a"])
        }
    }

    /// The rest is over when the key is asked again; that nobody asks it before is shown by the test above.
    @Test func aRestedKeyComesBackByOneProbe() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            guard visit.key == "key-a" else { return .chat }
            return visit.number == 1 ? .status(429, fields: "retry-after-ms: 20\r\n") : .silence
        }
        try await withGateway(to: [provider]) {
            $0.workerCount = 1
            $0.provider = Self.firstOfTwo
            $0.gateway = { $0.reliability.keyRest.rateProbeTimeout = 3600 }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            #expect(provider.visits.map(\.key) == ["key-a", "key-b"])
            let probe = try await Self.probe(gateway, provider)
            let caller = try await gateway.caller()
            for _ in 0..<20 { #expect(try await caller.post(chat("p1/m")).status == 200) }
            #expect(provider.visits.filter { $0.key == "key-a" }.count == 2)
            try await probe.visit.send(.chat)
            #expect(try await probe.caller.answer().status == 200)
            let after = try await gateway.caller()
            try await after.begin(chat("p1/m"))
            while try await provider.nextVisit().number <= probe.visit.number + 20 {}
            #expect(provider.visits.last?.key == "key-a")
        }
    }

    /// Asks again and again until a request is with the first key, whose provider is silent.
    private static func probe(
        _ gateway: RunningGateway,
        _ provider: ScriptedProvider
    ) async throws -> (caller: Caller, visit: Visit) {
        _ = try await provider.nextVisit()
        _ = try await provider.nextVisit()
        while true {
            let caller = try await gateway.caller()
            try await caller.begin(chat("p1/m"))
            let visit = try await provider.nextVisit()
            if visit.key == "key-a" { return (caller, visit) }
            #expect(try await caller.answer().status == 200)
            try await caller.close()
        }
    }

    // MARK: Retry-After

    @Test(
        arguments: [
            ("Retry-After: 1800", 1700...1800), ("Retry-After: 1800.5", 1700...1801),
            ("retry-after-ms: 1800000", 1700...1800), ("retry-after-ms: 1800000\r\nRetry-After: 5", 1700...1800),
            ("Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nRetry-After: Sat, 21 Nov 2026 12:30:00 GMT", 1700...1800),
            ("Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nRetry-After: Saturday, 21-Nov-26 12:30:00 GMT", 1700...1800),
            ("Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nRetry-After: Sat Nov 21 12:30:00 2026", 1700...1800),
            ("Retry-After: 999999999", 3500...3600), ("Retry-After: 99999999999999999999999999", 3500...3600),
            // A rest of the gateway's own choice: 300 s, a fifth more or less.
            ("Retry-After: -1800", 200...360), ("Retry-After: soon", 200...360), ("Retry-After: 0x708", 200...360),
            ("X-A: b", 200...360),
        ] as [(String, ClosedRange<Int>)]
    )
    func aKeyRestsForWhatTheProviderAsksUpToALimit(_ fields: String, _ seconds: ClosedRange<Int>) async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in .status(429, fields: "\(fields)\r\n") }
        // The only key of a provider would not rest unless the provider says how long.
        try await withGateway(to: [provider]) {
            $0.provider = Self.firstOfTwo
            $0.gateway = {
                $0.reliability.keyRest.rest = 300
                $0.reliability.keyRest.maximumRest = 300
            }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m")).status == 429)
            let refused = try await gateway.post(chat("p1/m"))
            #expect(refused.status == 429)
            let rest = try #require(Int(refused.head.fields.string("retry-after") ?? ""))
            #expect(seconds.contains(rest))
            #expect(provider.visits.map(\.key) == ["key-a", "key-b"])
        }
    }

    @Test func whenAllKeysAreRefusedTheAnswerSaysSo() async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in .status(401) }
        try await withGateway(to: [provider]) {
            $0.provider = Self.firstOfTwo
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m")).status == 401)
            let answer = try await gateway.post(chat("p1/m"))
            #expect(answer.status == 502)
            #expect(try answer.error().code == "upstream_credentials_exhausted")
            #expect(provider.visits.map(\.key) == ["key-a", "key-b"])
        }
    }
}
