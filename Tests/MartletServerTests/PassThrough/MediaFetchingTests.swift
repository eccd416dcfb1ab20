import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

/// The mock is both the provider, in Bedrock's format, and the server that has the pictures.
@Suite("Media by address, for a provider that takes bytes", .timeLimit(.minutes(2)))
struct MediaFetchingTests {
    private static let converse = "/model/anthropic.claude-x/converse"
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]
    private static let pngInBase64 = "iVBORw0KGgoB"

    /// - Parameter asksLoopback: Whether this host counts as public.
    private func settings(
        asksLoopback: Bool,
        _ gateway: @escaping (inout GatewayConfiguration) -> Void = { _ in }
    ) -> GatewaySettings {
        GatewaySettings {
            let answer =
                #"{"output":{"message":{"role":"assistant","content":[{"text":"A bird."}]}},"#
                + #""stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"#
                + #""metrics":{"latencyMs":1}}"#
            var moved = MockReply(status: 302, body: ByteBuffer())
            moved.fields = [("Location", "p.png")]
            let page = MockReply(contentType: "text/html", body: ByteBuffer(string: "inner secret"))
            var silent = MockReply(contentType: "image/png", pieces: [Self.png, [0]].map { ByteBuffer(bytes: $0) })
            silent.pieceGap = .hours(1)
            $0.script.replies = [
                Self.converse: MockReply(body: ByteBuffer(string: answer)),
                "/p.png": MockReply(contentType: "image/png", body: ByteBuffer(bytes: Self.png)),
                "/p.pdf": MockReply(contentType: "application/pdf", body: ByteBuffer(string: "%PDF-1.7")),
                "/moved": moved,
                "/page": page,
                "/silent": silent,
            ]
            $0.provider = {
                let keys = $0.keys
                $0 = ProviderConfiguration(name: "mock", baseURL: $0.baseURL, kind: .bedrock)
                $0.keys = keys
            }
            $0.gateway = {
                if asksLoopback, let loopback = IPAddress("127.0.0.1") { $0.mediaFetching.exemptAddresses = [loopback] }
                gateway(&$0)
            }
        }
    }

    private func body(_ parts: String...) -> String {
        let content = parts.joined(separator: ",")
        return #"{"model":"mock/anthropic.claude-x","messages":[{"role":"user","content":[\#(content)]}]}"#
    }

    private func image(_ url: String) -> String { #"{"type":"image_url","image_url":{"url":"\#(url)"}}"# }

    private func file(_ url: String) -> String { #"{"type":"file","file":{"file_data":"\#(url)"}}"# }

    private func paths(_ gateway: RunningGateway) -> [String] {
        gateway.recorder.requests.map { String(buffer: $0.head.path) }
    }

    @Test func arrivesAsBytes() async throws {
        try await withGateway(settings(asksLoopback: true)) { gateway async throws in
            let base = "http://127.0.0.1:\(gateway.mock.port)"
            let body = body(image("\(base)/moved"), file("\(base)/p.pdf"))
            let answer = try await gateway.post(body, fields: "Authorization: Bearer of-the-caller\r\nCookie: a=b\r\n")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.text.contains("A bird."))
            #expect(Set(paths(gateway)) == ["/moved", "/p.png", "/p.pdf", Self.converse])
            let asked = try #require(gateway.recorder.requests.last)
            #expect(String(buffer: asked.head.path) == Self.converse)
            let content = try JSONValue(parsing: asked.body.readableBytesUInt8Span)["messages"]?[0]?["content"]
            #expect(content?[0]?["image"]?["source"]?["bytes"]?.string == Self.pngInBase64)
            #expect(content?[0]?["image"]?["format"]?.string == "png")
            #expect(content?[1]?["document"]?["source"]?["bytes"]?.string == "JVBERi0xLjc=")
            #expect(content?[1]?["document"]?["format"]?.string == "pdf")
            for request in gateway.recorder.requests.dropLast() {
                #expect(!request.head.fields.contains("authorization"))
                #expect(!request.head.fields.contains("cookie"))
                #expect(request.head.fields.string("user-agent")?.hasPrefix("martlet/") == true)
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
    func neverComesFromThisHost(_ host: String) async throws {
        try await withGateway(settings(asksLoopback: false)) { gateway async throws in
            let answer = try await gateway.post(body(image("http://\(host):\(gateway.mock.port)/p.png")))
            let error = try OpenAIError(answer.text).error
            #expect(answer.status == 400)
            #expect(error.type == "invalid_request_error")
            #expect(error.param == "messages[0].content[0]")
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("/page", "it is none of image/png, image/jpeg, image/jpg, image/gif, image/webp"),
        ("/nothing", "its server answered with status 404"),
    ])
    func isRefusedBeforeTheProviderIsAsked(_ path: String, _ reason: String) async throws {
        try await withGateway(settings(asksLoopback: true)) { gateway async throws in
            let text = #"{"type":"text","text":"What is it?"}"#
            let answer = try await gateway.post(body(text, image("http://127.0.0.1:\(gateway.mock.port)\(path)")))
            #expect(answer.status == 400)
            #expect(
                try OpenAIError(answer.text).error.message
                    == "\"messages[0].content[1]\" cannot be fetched for provider mock, which takes bytes only: \(reason)."
            )
            #expect(!answer.text.contains("secret"))
            #expect(paths(gateway) == [path])
        }
    }

    @Test(arguments: ["abc", "ftp://a.example/p.png", "file:///etc/passwd"])
    func mustHaveAnHTTPAddress(_ url: String) async throws {
        try await withGateway(settings(asksLoopback: true)) { gateway async throws in
            let answer = try await gateway.post(body(image(url)))
            let error = try OpenAIError(answer.text).error
            #expect(answer.status == 400)
            #expect(error.code == "invalid_request")
            #expect(error.param == "messages[0].content[0]")
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test func isLeftOutWhereFetchingIsForbidden() async throws {
        try await withGateway(settings(asksLoopback: true) { $0.allowsMediaFetching = false }) { gateway async throws in
            let text = #"{"type":"text","text":"What is it?"}"#
            let answer = try await gateway.post(body(text, image("http://127.0.0.1:\(gateway.mock.port)/p.png")))
            #expect(answer.status == 200)
            #expect(answer.head.fields.contains("x-martlet-loss"))
            #expect(paths(gateway) == [Self.converse])
        }
    }

    @Test func endsWithItsCaller() async throws {
        try await withGateway(settings(asksLoopback: true) { $0.mediaFetching.timeout = 3600 }) {
            gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(body(image("http://127.0.0.1:\(gateway.mock.port)/silent")))
            #expect(await gateway.recorder.beginnings(1).count == 1)
            try await caller.close()
            #expect(await gateway.recorder.ends(1) == 1)
            #expect(paths(gateway) == ["/silent"])
        }
    }
}
