import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Streams that break", .timeLimit(.minutes(2)))
struct BrokenStreamTests {
    struct Break: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var pieces: [String]
        /// Whole events that must still arrive; empty when there is no content, so that the caller gets an error alone.
        var arriving: String
    }

    static let breaks = [
        Break(testDescription: "before the first event", pieces: [""], arriving: ""),
        Break(testDescription: "inside the first event", pieces: ["data: {\"choi"], arriving: ""),
        Break(
            testDescription: "inside an event",
            pieces: [SampleStream.role + SampleStream.first + SampleStream.second.dropLast(9)],
            arriving: SampleStream.role + SampleStream.first
        ),
        Break(
            testDescription: "inside the end of an event",
            pieces: [SampleStream.role, SampleStream.first, String(SampleStream.second.dropLast())],
            arriving: SampleStream.role + SampleStream.first
        ),
        Break(
            testDescription: "inside the end of the first content",
            pieces: [SampleStream.role, String(SampleStream.first.dropLast())],
            arriving: ""
        ),
        Break(testDescription: "after the role", pieces: [SampleStream.role], arriving: ""),
        Break(
            testDescription: "between events",
            pieces: [SampleStream.role, SampleStream.first],
            arriving: SampleStream.role + SampleStream.first
        ),
        Break(
            testDescription: "after the end of one of two choices",
            pieces: [SampleStream.role, oneOfTwo],
            arriving: SampleStream.role + oneOfTwo
        ),
        Break(testDescription: "after a comment", pieces: [": wait\n\n"], arriving: ""),
    ]

    static let oneOfTwo =
        #"data: {"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{},"finish_reason":"stop"}]}"#
        + "\n\n"

    /// The error event at the end of an answer that had begun.
    private func errorCode(_ answer: WireAnswer, after arriving: String) throws -> String? {
        #expect(answer.text.hasPrefix(arriving))
        #expect(!answer.text.contains("[DONE]"))
        let rest = answer.text.dropFirst(arriving.count)
        #expect(rest.hasPrefix("data: ") && rest.hasSuffix("\n\n"))
        let error = try OpenAIError(String(rest.dropFirst(6)))
        #expect(error.requestID == answer.head.fields.string("x-request-id"))
        return error.error.code
    }

    private func expectFailure(_ gateway: RunningGateway, _ code: String) async throws {
        let metrics = try await gateway.get("/metrics").text
        #expect(metrics.contains("martlet_errors_total{provider=\"mock\",kind=\"\(code)\"} 1\n"))
        let line = try object(try #require(try await gateway.logLines().first))
        #expect(line["level"] as? String == "error")
        #expect(line["error"] as? String == code)
    }

    /// Both by the connection's end in the middle of the answer and by an answer that ends well, but too early.
    @Test(arguments: breaks, [MockReply.Ending.cut, .whole])
    func neverLooksWhole(_ broken: Break, _ ending: MockReply.Ending) async throws {
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": SampleStream.reply(broken.pieces.map(\.utf8), ending: ending)]
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            if answer.status == 200 {
                #expect(try errorCode(answer, after: broken.arriving) == "broken_stream")
            } else {
                #expect(answer.status == 502)
                #expect(broken.arriving.isEmpty)
                #expect(try answer.error().code == "broken_stream")
            }
            try await expectFailure(gateway, "broken_stream")
        }
    }

    @Test func anErrorEventIsPassedOn() async throws {
        let text = SampleStream.role + SampleStream.first + SampleStream.error
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": SampleStream.reply(text + SampleStream.done)]
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(answer.text == text)
            try await expectFailure(gateway, "provider_stream_error")
        }
    }

    @Test func anErrorEventBeforeAnyContentIsAnError() async throws {
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": SampleStream.reply(SampleStream.role + SampleStream.error)]
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(answer.status >= 400)
            #expect(try answer.error().message.isEmpty == false)
            #expect(!answer.text.contains("data:"))
        }
    }

    @Test func anErrorEventWithoutItsBlankLineGetsOne() async throws {
        let text = SampleStream.role + SampleStream.first + SampleStream.error.dropLast(2)
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": SampleStream.reply(text)]
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(answer.text == SampleStream.role + SampleStream.first + SampleStream.error)
            try await expectFailure(gateway, "provider_stream_error")
        }
    }

    @Test func theMocksOwnErrorEvent() async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(chat("mock-error-event", isStreamed: true))
            #expect(answer.status == 200)
            #expect(answer.events.last?.contains("\"error\"") == true)
            #expect(!answer.text.contains("[DONE]"))
        }
    }

    @Test func aStreamThatStops() async throws {
        var reply = SampleStream.reply(
            [SampleStream.role + SampleStream.first, SampleStream.second].map(\.utf8)
        )
        reply.pieceGap = .hours(1)
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": reply]
            $0.logs = true
            $0.provider = { $0.timeouts.idle = 0.05 }
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(try errorCode(answer, after: SampleStream.role + SampleStream.first) == "idle_timeout")
            #expect(await gateway.recorder.ends(1) == 1)
            try await expectFailure(gateway, "idle_timeout")
        }
    }

    @Test func aStreamThatTakesTooLong() async throws {
        var reply = SampleStream.reply((0..<10_000).map { _ in Array(SampleStream.first.utf8) })
        reply.pieceGap = .milliseconds(1)
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": reply]
            $0.logs = true
            $0.provider = { $0.timeouts.total = 0.2 }
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(!answer.text.contains("[DONE]"))
            let last = try #require(answer.events.last)
            #expect(try OpenAIError(last).error.code == "total_timeout")
            try await expectFailure(gateway, "total_timeout")
        }
    }

    @Test(
        arguments: [
            (500, "application/json", #"{"error":{"message":"x","type":"t"}}"#, "x"),
            (400, "application/json", #" {"error":{"message":"y","type":"t","param":null,"code":"c"}} "#, "y"),
            (503, "text/html", "<html>no</html>", nil), (429, "text/plain", "", nil),
            (401, "application/json", "[]", nil),
            (418, "text/event-stream", "data: x\n\n", nil), (599, "application/json", "{", nil),
        ] as [(Int, String, String, String?)]
    )
    func refusedStreams(_ status: Int, _ type: String, _ body: String, _ message: String?) async throws {
        var reply = MockReply(status: status, contentType: type, body: ByteBuffer(string: body))
        reply.fields = [("Retry-After", "7")]
        let settings = GatewaySettings { $0.script.replies = ["gpt": reply] }
        for isStreamed in [true, false] {
            // Each with a gateway of its own, since a refused key is not tried again.
            try await withGateway(settings) { gateway async throws in
                let answer = try await gateway.post(chat(isStreamed: isStreamed))
                #expect(answer.status == status)
                #expect(answer.head.fields.equals("content-type", "application/json"))
                #expect(answer.head.fields.string("retry-after") == "7")
                let error = try OpenAIError(answer.text).error
                if let message {
                    let id = try #require(answer.head.fields.string("x-request-id"))
                    let end = try #require(body.lastIndex(of: "}"))
                    #expect(answer.text == "\(body[..<end]),\"request_id\":\"\(id)\"\(body[end...])")
                    #expect(error.message == message)
                } else {
                    #expect(try answer.error().code == "provider_error")
                    #expect(error.message.contains("\(status)"))
                }
            }
        }
    }

    @Test(arguments: [204, 301, 304])
    func statusesThatAreNoErrorsAndNoAnswers(_ status: Int) async throws {
        let reply = MockReply(status: status, contentType: "text/plain", body: ByteBuffer())
        let settings = GatewaySettings { $0.script.replies = ["gpt": reply] }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(answer.status == (status < 300 ? status : 502))
            if status >= 300 {
                #expect(try answer.error().code == "provider_error")
            }
        }
    }

    @Test func keysInErrorsAreHidden() async throws {
        let body = #"{"error":{"message":"Wrong key: \#(GatewaySettings.key)."}}"#
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": MockReply(status: 401, body: ByteBuffer(string: body))]
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == 401)
            #expect(answer.text.hasPrefix(#"{"error":{"message":"Wrong key: ***."},"request_id":"#))
        }
    }
}
