import Martlet
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Targets that cannot serve", .timeLimit(.minutes(2)))
struct TargetSkippingTests {
    private static let picture =
        #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}"#
    private static let tools =
        #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]"#
    private static let words = String(repeating: "word ", count: 2000)

    /// A picture, a tool and about 2500 tokens.
    private static func body(_ model: String) -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(words)"},\#(picture)],\#(tools)}"#
    }

    private static func facts(_ name: String, _ change: (inout ModelFacts) -> Void) -> ModelFacts {
        var facts = ModelFacts(name: name)
        change(&facts)
        return facts
    }

    private static func configure(_ configuration: inout GatewayConfiguration) {
        configuration.routing.models = [
            facts("p2/m") { $0.contextWindow = 1000 },
            facts("p3/m") { $0.takesImages = false },
            facts("p4/m") { $0.takesTools = false },
            facts("p5/m") {
                $0.contextWindow = 100_000
                $0.takesImages = true
                $0.takesTools = true
            },
        ]
    }

    @Test func arePassedBy() async throws {
        var providers = [try await ScriptedProvider.start("p1") { _ in .status(500) }]
        for number in 2...5 { providers.append(try await .start("p\(number)") { _ in .chat }) }
        try await withGateway(to: providers) {
            $0.gateway = Self.configure
        } _: { gateway async throws in
            #expect(try await gateway.post(Self.body("any")).status == 200)
            #expect(providers.map(\.visits.count) == [1, 0, 0, 0, 1])
            // All of them take what is small and plain.
            #expect(try await gateway.post(chat("any")).status == 200)
            #expect(providers.map(\.visits.count) == [2, 1, 0, 0, 1])
        }
    }

    @Test func whenNoneIsLeftTheAnswerSaysWhyOfEach() async throws {
        var providers: [ScriptedProvider] = []
        for number in 2...4 { providers.append(try await .start("p\(number)") { _ in .chat }) }
        try await withGateway(to: providers) {
            $0.gateway = { configuration in
                Self.configure(&configuration)
                configuration.routing.models.removeLast()
            }
        } _: { gateway async throws in
            let answer = try await gateway.post(Self.body("any"))
            #expect(answer.status == 404)
            let message = try answer.error().message
            for reason in ["p2/m holds 1000 tokens", "p3/m does not take images", "p4/m does not take tools"] {
                #expect(message.contains(reason))
            }
            #expect(providers.map(\.visits.count) == [0, 0, 0])
        }
    }
}
