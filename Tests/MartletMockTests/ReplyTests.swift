import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Exact replies")
struct ReplyTests {
    @Test(arguments: [
        ("exact", "/v1/chat/completions"), ("openai/exact", "/v1/embeddings"), ("a/exact", "/v1/messages"),
        ("other", "/special"),
    ])
    func byModelAndPath(_ model: String, _ path: String) async throws {
        var reply = MockReply(status: 418, contentType: "text/plain", body: ByteBuffer(string: "tea"))
        reply.fields = [("x-extra", "1"), ("x-bad", "a\r\nb: c")]
        try await withMock(script { $0.replies = ["exact": reply, "/special": reply] }) { mock async throws in
            let answer = try #require(try await mock.ask(chat(model), path: path))
            #expect(answer.status == 418)
            #expect(answer.text == "tea")
            #expect(answer.head.framing == .length(3))
            #expect(answer.head.fields.string("content-type") == "text/plain")
            #expect(answer.head.fields.string("x-extra") == "1")
            #expect(!answer.head.fields.contains("x-bad"))
            #expect(try await mock.ask(chat("none"))?.status == 200)
            #expect(mock.server.statistics.replies == 1)
        }
    }

    @Test(arguments: [MockReply.Ending.whole, .cut])
    func inPieces(_ ending: MockReply.Ending) async throws {
        let pieces = ["data: a", "b\n", "\nda", "ta: c\n\n"].map { ByteBuffer(string: $0) }
        var reply = MockReply(pieces: pieces, ending: ending)
        reply.pieceGap = .milliseconds(1)
        try await withMock(script { $0.replies = ["exact": reply] }) { mock async throws in
            let client = try await mock.client()
            try await client.post(chat("exact"))
            let raw = await client.raw(until: "\r\n0\r\n\r\n")
            let body = raw.split(separator: "\r\n\r\n", maxSplits: 1).last
            let chunks = "7\r\ndata: a\r\n2\r\nb\n\r\n3\r\n\nda\r\n7\r\nta: c\n\n\r\n"
            #expect(body.map(String.init) == chunks + (ending == .whole ? "0\r\n\r\n" : ""))
        }
    }

    @Test func observerSeesWhatArrived() async throws {
        try await withMock { mock async throws in
            _ = try await mock.ask(chat("seen"), fields: "X-Trace: abc\r\n")
            let request = try #require(await mock.recorder.beginnings(1).first)
            #expect(String(buffer: request.body) == chat("seen"))
            #expect(request.head.fields.string("x-trace") == "abc")
            #expect(mock.recorder.requests.count == 1)
        }
    }
}
