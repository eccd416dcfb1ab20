import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Streams", .timeLimit(.minutes(2)))
struct StreamPassingTests {
    private static let asking = #","stream_options":{"include_usage":true}"#

    private func settings(_ replies: [String: MockReply]) -> GatewaySettings {
        GatewaySettings { $0.script.replies = replies }
    }

    /// Each way of writing the ends of lines, with its comments and names of events.
    static let dialects: [String] = [
        SampleStream.whole,
        ": hello\n\nevent: message\nid: 1\n" + SampleStream.whole,
        SampleStream.whole.replacing("\n", with: "\r\n"),
        SampleStream.whole.replacing("\n", with: "\r"),
        "\u{FEFF}" + SampleStream.whole,
    ]

    @Test(arguments: dialects.indices)
    func cutAtEveryByte(_ dialect: Int) async throws {
        let text = Self.dialects[dialect]
        let bytes = Array(text.utf8)
        var replies = ["single": SampleStream.reply(bytes.map { [$0] })]
        for cut in 0...bytes.count {
            replies["cut-\(cut)"] = SampleStream.reply([bytes[..<cut], bytes[cut...]].filter { !$0.isEmpty })
        }
        let end = text.contains("\r\n") ? "\r\n" : text.contains("\r") ? "\r" : "\n"
        let hidden = SampleStream.usage.replacing("\n", with: end)
        let shown = text.replacing(hidden, with: "")
        // The first half of a line end is one already, so nothing waits for the second. Where the two come apart behind
        // a blank line, a line feed of no meaning follows a hidden event, or is missing after the last.
        var lenient: Set = end == "\r\n" ? ["single"] : []
        for cut in 1..<bytes.count where bytes[cut - 1] == UInt8(ascii: "\r") && bytes[cut] == UInt8(ascii: "\n") {
            lenient.insert("cut-\(cut)")
        }
        #expect(shown != text)
        try await withGateway(settings(replies)) { gateway async throws in
            let caller = try await gateway.caller()
            for model in replies.keys.sorted() {
                let withUsage = try await caller.post(chat(model, isStreamed: true, Self.asking))
                #expect(Self.isSame(withUsage.text, text, looksAway: lenient.contains(model)), "\(model)")
                #expect(withUsage.isComplete, "\(model)")
                let without = try await caller.post(chat(model, isStreamed: true))
                #expect(Self.isSame(without.text, shown, looksAway: lenient.contains(model)), "\(model)")
                #expect(without.isComplete, "\(model)")
            }
        }
    }

    private static func isSame(_ left: String, _ right: String, looksAway: Bool) -> Bool {
        guard looksAway else { return Array(left.utf8) == Array(right.utf8) }
        return left.split(whereSeparator: \.isNewline) == right.split(whereSeparator: \.isNewline)
    }

    @Test func fieldsOfAStream() async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            let fields = answer.head.fields
            #expect(fields.string("content-type") == "text/event-stream; charset=utf-8")
            #expect(fields.string("cache-control") == "no-cache")
            #expect(fields.string("x-accel-buffering") == "no")
            #expect(fields.string("x-request-id")?.hasPrefix("req-") == true)
            #expect(answer.head.framing == .chunked)
            #expect(answer.events.last == "[DONE]")
        }
    }

    @Test(
        arguments: [
            ("", false, true), (#","stream_options":{}"#, false, true), (#","stream_options":null"#, false, true),
            (#","stream_options":{"include_usage":false}"#, false, true), (asking, true, true),
        ]
    )
    func usageIsShownToWhoAsksForIt(_ more: String, _ isShown: Bool, _ isLogged: Bool) async throws {
        let settings = GatewaySettings {
            $0.script.usage = MockUsage(promptTokens: 31, completionTokens: 47)
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true, more))
            #expect(answer.events.last == "[DONE]")
            #expect(answer.text.contains("\"prompt_tokens\":31") == isShown)
            #expect(answer.events.count == (isShown ? 12 : 11))
            let metrics = try await gateway.get("/metrics").text
            #expect(metrics.contains("stream=\"true\",direction=\"input\"} 31\n"))
            #expect(metrics.contains("stream=\"true\",direction=\"output\"} 47\n"))
            let line = try object(try #require(try await gateway.logLines().first))
            #expect(line["input_tokens"] as? Int == 31)
            #expect(line["output_tokens"] as? Int == 47)
            #expect(line["first_token_ms"] as? Double != nil)
        }
    }

    @Test func usageBesideAChoiceIsNeverHidden() async throws {
        let last = SampleStream.event(
            #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":6}}"#
        )
        let text = SampleStream.first + last + SampleStream.done
        try await withGateway(settings(["gpt": SampleStream.reply(text)])) { gateway async throws in
            #expect(try await gateway.post(chat(isStreamed: true)).text == text)
            #expect(try await gateway.get("/metrics").text.contains("direction=\"input\"} 5\n"))
        }
    }

    @Test(arguments: [SampleStream.content.joined(), SampleStream.content.joined() + SampleStream.usage])
    func aFinishedStreamMayOmitItsLastEvent(_ text: String) async throws {
        var settings = settings(["gpt": SampleStream.reply(text)])
        settings.logs = true
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true, Self.asking))
            #expect(answer.text == text)
            #expect(answer.isComplete)
            #expect(try object(try #require(try await gateway.logLines().first))["error"] == nil)
        }
    }

    @Test(arguments: [SampleStream.content.joined() + SampleStream.usage, SampleStream.first])
    func aLastEventWithoutItsBlankLine(_ start: String) async throws {
        let text = start + "data: [DONE]\n"
        try await withGateway(settings(["gpt": SampleStream.reply(text)])) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true, Self.asking))
            #expect(answer.text == text)
            #expect(answer.isComplete)
        }
    }

    @Test func lastUsageWithoutItsBlankLine() async throws {
        let text = SampleStream.content.joined() + SampleStream.usage.dropLast()
        try await withGateway(settings(["gpt": SampleStream.reply(text)])) { gateway async throws in
            let hidden = try await gateway.post(chat(isStreamed: true))
            #expect(hidden.text == SampleStream.content.joined())
            #expect(hidden.isComplete)
            #expect(try await gateway.post(chat(isStreamed: true, Self.asking)).text == text)
            #expect(try await gateway.get("/metrics").text.contains("direction=\"input\"} 22\n"))
        }
    }

    @Test func theAnswerEndsWithDoneThoughTheSocketStaysOpen() async throws {
        var reply = SampleStream.reply([Array(SampleStream.whole.utf8), Array(": never\n\n".utf8)])
        reply.pieceGap = .hours(1)
        try await withGateway(settings(["gpt": reply])) { gateway async throws in
            let caller = try await gateway.caller()
            let answer = try await caller.post(chat(isStreamed: true, Self.asking))
            #expect(answer.text == SampleStream.whole)
            #expect(answer.isComplete)
            // The caller's connection is free at once; the provider's is closed when it does not end by itself.
            #expect(try await caller.post(chat("other", isStreamed: true)).isComplete)
            #expect(await gateway.recorder.ends(2) == 1)
        }
    }

    @Test(arguments: [1, 50, 5000])
    func largeStreamsArriveWhole(_ chunkCount: Int) async throws {
        let settings = GatewaySettings {
            $0.script.answerByteCount = 5_000_000
            $0.script.chunkCount = chunkCount
        }
        try await withGateway(settings) { gateway async throws in
            let body = chat("gpt", isStreamed: true, Self.asking)
            let original = try await Caller(port: gateway.mock.port).post(body)
            let answer = try await gateway.post(body)
            #expect(original.body.readableBytes > 5_000_000)
            #expect(answer.body == original.body)
            #expect(answer.isComplete)
        }
    }

    @Test func slowReadersHoldTheProviderBack() async throws {
        // Far more than all buffers on the way hold together.
        let piece = SampleStream.event(
            #"{"choices":[{"delta":{"content":"\#(String(repeating: "x", count: 100_000))"}}]}"#
        )
        let pieces = [String](repeating: piece, count: 400) + SampleStream.content + [SampleStream.done]
        let reply = SampleStream.reply(pieces.map(\.utf8))
        try await withGateway(settings(["gpt": reply])) { gateway async throws in
            let caller = try await gateway.caller(isReading: false)
            try await caller.begin(chat(isStreamed: true))
            #expect(await gateway.recorder.beginnings(1).count == 1)
            // The provider is done with other requests, but never with this one.
            for _ in 0..<20 {
                #expect(try await gateway.post(chat("other", isStreamed: true)).isComplete)
            }
            #expect(gateway.mock.statistics.active >= 1)
            try await caller.startReading()
            let answer = try await caller.answer()
            #expect(answer.isComplete)
            #expect(answer.body.readableBytes == pieces.reduce(0) { $0 + $1.utf8.count })
            #expect(answer.text == pieces.joined())
        }
    }

    @Test func oldCallersGetTheirStreamWithoutChunks() async throws {
        try await withGateway(settings(["gpt": SampleStream.reply(SampleStream.whole)])) { gateway async throws in
            let caller = try await gateway.caller()
            let body = chat(isStreamed: true, Self.asking)
            let answer = try await caller.ask(
                "POST /openai/v1/chat/completions HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            #expect(answer.head.framing == .untilClose)
            let rest = await caller.rest()
            #expect(answer.text + rest == SampleStream.whole)
        }
    }
}
