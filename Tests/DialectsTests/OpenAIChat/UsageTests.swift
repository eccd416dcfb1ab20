import JSON
import Testing

@testable import Dialects

@Suite("Token usage")
struct UsageTests {
    @Test(
        arguments: [
            (#"{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"#, TokenUsage(input: 1, output: 2)),
            (
                """
                {"prompt_tokens":10,"completion_tokens":20,"prompt_tokens_details":{"audio_tokens":9,"cached_tokens":4},\
                "completion_tokens_details":{"reasoning_tokens":5}}
                """,
                TokenUsage(input: 10, output: 20, cachedInput: 4, reasoning: 5)
            ),
            (#"{}"#, TokenUsage()),
            (#"{"prompt_tokens":null,"completion_tokens":null}"#, TokenUsage()),
            (#"{"prompt_tokens":null,"completion_tokens":7}"#, TokenUsage(output: 7)),
            (#"{"prompt_tokens_details":null,"completion_tokens_details":7}"#, TokenUsage()),
            (#"{"prompt_tokens_details":{"cached_tokens":null}}"#, TokenUsage()),
            (#"{"prompt_tokens":-1,"completion_tokens":-9223372036854775808}"#, TokenUsage()),
            (#"{"prompt_tokens":9223372036854775807}"#, TokenUsage(input: .max)),
            (#"{"prompt_tokens":18446744073709551616,"completion_tokens":1}"#, TokenUsage(output: 1)),
            (#"{"prompt_tokens":"12","completion_tokens":"x"}"#, TokenUsage()),
            (#"{"prompt_tokens":true,"completion_tokens":[3]}"#, TokenUsage()),
            (#"{"prompt_tokens":1.5}"#, TokenUsage()),
            (#"{"prompt\u005ftokens":4}"#, TokenUsage(input: 4)),
            (#"{"prompt_tokens":1,"prompt_tokens":2}"#, TokenUsage(input: 2)),
        ] as [(String, TokenUsage)]
    )
    func reading(_ json: String, _ expected: TokenUsage) {
        #expect(TokenUsage(openAI: bytes(json).span) == expected)
    }

    @Test(
        arguments: [
            (#"{"usage":{"prompt_tokens":1}}"#, TokenUsage(input: 1)),
            (#"{"choices":[{"usage":{"prompt_tokens":9}}]}"#, nil),
            (#"{"usage":null}"#, nil),
            (#"{"usage":[]}"#, nil),
            (#"[{"usage":{}}]"#, nil),
            ("", nil),
            ("<html>", nil),
        ] as [(String, TokenUsage?)]
    )
    func wholeAnswer(_ json: String, _ expected: TokenUsage?) {
        #expect(TokenUsage.ofOpenAIAnswer(bytes(json).span) == expected)
    }
}

@Suite("Error bodies")
struct ErrorBodyTests {
    @Test func allMembers() {
        let body = OpenAIErrorBody(message: "a \"b\"\n", type: "t", parameter: "p", code: "c", requestID: "r")
        let expected =
            #"{"error":{"message":"a \"b\"\n","type":"t","param":"p","code":"c","request_id":"r"},"request_id":"r"}"#
        #expect(text(body.json) == expected)
        #expect(text(body.event) == "data: \(expected)\n\n")
    }

    @Test func absentMembersAreNull() {
        let body = OpenAIErrorBody(message: "m", type: "t")
        #expect(text(body.json) == #"{"error":{"message":"m","type":"t","param":null,"code":null}}"#)
    }

    @Test func hostileTextStaysInItsString() throws {
        let hostile = "\u{0}\u{7F}\u{2028}\\\"},\r\n\r\ndata: [DONE]\n\n😀"
        let body = OpenAIErrorBody(
            message: hostile,
            type: hostile,
            parameter: hostile,
            code: hostile,
            requestID: hostile
        )
        let value = try JSONValue(parsing: body.json.span)
        for member in ["message", "type", "param", "code"] {
            #expect(value["error"]?[member]?.string == hostile)
        }
        #expect(value["request_id"]?.string == hostile)
        // As an event it is one line: the only line feeds are the two at its end.
        #expect(body.event.filter { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.count == 2)
    }
}
