import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Known providers on the wire", .timeLimit(.minutes(2)))
struct KnownProviderTests {
    @Test func allHaveACase() {
        let tested = Set(KnownProviderCase.all.map(\.name))
        #expect(Set(ProviderCatalogue.all.map(\.name)) == tested)
    }

    @Test(arguments: KnownProviderCase.all)
    func isAskedWhereAndAsItExpects(known: KnownProviderCase) async throws {
        let settings = try settings(known)
        try await withGateway(settings) { gateway async throws in
            let body =
                #"{"model":"\#(known.name)/\#(known.model)","messages":[{"role":"user","content":"hi"}],"#
                + #""max_completion_tokens":5,"seed":1}"#
            _ = try await gateway.post(body, path: "/v1/chat/completions")
            let request = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: request.head.target) == known.target)
            let keyFields: [StaticString] = ["authorization", "api-key", "x-api-key", "x-goog-api-key"]
            for field in keyFields where "\(field)" != known.field.map({ "\($0.name)" }) {
                // Azure's Claude and its other models have names of their own for the same field.
                let isOther = known.name == "azure" && "\(field)".hasSuffix("api-key")
                #expect(request.head.fields.string(field) == nil || isOther)
            }
            if let field = known.field { #expect(request.head.fields.string(field.name) == field.value) }
            let sent = String(buffer: request.body)
            for part in known.body { #expect(sent.contains(part)) }
            for part in known.absent { #expect(!sent.contains(part)) }
        }
    }

    private func settings(_ known: KnownProviderCase) throws -> GatewaySettings {
        GatewaySettings { settings in
            settings.gateway = { configuration in
                guard let port = configuration.providers.first?.baseURL.port,
                    let made = try? known.configuration(port: port)
                else { return }
                configuration = made
            }
        }
    }
}
