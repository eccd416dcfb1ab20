import JSON
import Testing

@testable import Dialects

@Suite("What a provider gets of a chat request")
struct RequestSpliceTests {
    struct Case: CustomTestStringConvertible {
        var body: String
        var model = "m"
        var result: String

        var testDescription: String { "\(body) for \(model)" }
    }

    private func splice(_ body: String, model: String, asksForUsage: Bool = true) throws -> String {
        let body = bytes(body)
        let request = try CallerRequest(body.span)
        let splice = request.splice(of: body.span, model: model, asksForUsage: asksForUsage)
        let result = splice.applied(to: body.span)
        #expect(result.count == splice.resultCount(sourceCount: body.count))
        return text(result)
    }

    @Test(arguments: [
        Case(body: #"{"model":"m"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"model":"p/m"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"model":"p/a/b"}"#, model: "a/b", result: #"{"model":"a/b"}"#),
        Case(body: #"{"model":"p\/m"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"model":"p/\u006d"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"model":"\u006d"}"#, result: #"{"model":"\u006d"}"#),
        Case(body: #"{"mo\u0064el" : "p/m" }"#, result: #"{"mo\u0064el" : "m" }"#),
        Case(body: #"{"model":"p/é"}"#, model: "é", result: #"{"model":"é"}"#),
        Case(body: #"{"model":"p/m"}"#, model: "other\"\n", result: #"{"model":"other\"\n"}"#),
        Case(body: "{\"model\":\"p/\u{301}x\"}", model: "\u{301}x", result: "{\"model\":\"\u{301}x\"}"),
        Case(
            body:
                "\r\n{ \"n\" : 1.50e+01 ,\n\t\"model\": \"p/m\" , \"z\":[ ], \"a\":-0.0, \"n\":12345678901234567890 }\n ",
            result:
                "\r\n{ \"n\" : 1.50e+01 ,\n\t\"model\": \"m\" , \"z\":[ ], \"a\":-0.0, \"n\":12345678901234567890 }\n "
        ),
        Case(body: #"{"model":"m","fallbacks":["x"]}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"fallbacks":["x"],"model":"m"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"a":1,"fallbacks":[],"model":"m"}"#, result: #"{"a":1,"model":"m"}"#),
        Case(body: #"{"fallbacks":1,"fallbacks":2,"model":"m"}"#, result: #"{"model":"m"}"#),
        Case(body: #"{"fall\u0062acks":["x"],"model":"p/m","fallbacks":1}"#, result: #"{"model":"m"}"#),
        Case(
            body: #"{"messages":[{"fallbacks":1}],"model":"m"}"#,
            result: #"{"messages":[{"fallbacks":1}],"model":"m"}"#
        ),
        Case(body: #"{"model":"m","stream":false}"#, result: #"{"model":"m","stream":false}"#),
        Case(body: #"{"model":"m","stream_options":null}"#, result: #"{"model":"m","stream_options":null}"#),
    ])
    func plain(_ expected: Case) throws {
        #expect(try splice(expected.body, model: expected.model) == expected.result)
    }

    @Test(arguments: [
        // Absent: added at the end.
        Case(
            body: #"{"model":"m","stream":true}"#,
            result: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        ),
        Case(
            body: "{ \"model\" : \"p/m\" , \"stream\" : true }\n",
            result: "{ \"model\" : \"m\" , \"stream\" : true,\"stream_options\":{\"include_usage\":true} }\n"
        ),
        // Null: replaced.
        Case(
            body: #"{"stream_options": null ,"model":"m","stream":true}"#,
            result: #"{"stream_options": {"include_usage":true} ,"model":"m","stream":true}"#
        ),
        // Empty or with others: completed.
        Case(
            body: #"{"stream_options":{},"model":"m","stream":true}"#,
            result: #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#
        ),
        Case(
            body: #"{"stream_options":{ },"model":"m","stream":true}"#,
            result: #"{"stream_options":{"include_usage":true },"model":"m","stream":true}"#
        ),
        Case(
            body: #"{"stream_options":{ "include_obfuscation":false },"model":"m","stream":true}"#,
            result:
                #"{"stream_options":{"include_usage":true, "include_obfuscation":false },"model":"m","stream":true}"#
        ),
        // False, null or another kind: replaced.
        Case(
            body: #"{"stream_options":{"include_usage":false},"model":"m","stream":true}"#,
            result: #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#
        ),
        Case(
            body: #"{"stream_options":{"include\u005fusage" : null },"model":"m","stream":true}"#,
            result: #"{"stream_options":{"include\u005fusage" : true },"model":"m","stream":true}"#
        ),
        // The last of two is the one that counts.
        Case(
            body: #"{"stream_options":{"include_usage":true,"include_usage":false},"model":"m","stream":true}"#,
            result: #"{"stream_options":{"include_usage":true,"include_usage":true},"model":"m","stream":true}"#
        ),
        // True: untouched.
        Case(
            body: #"{"stream_options":{ "include_usage" : true },"model":"m","stream":true}"#,
            result: #"{"stream_options":{ "include_usage" : true },"model":"m","stream":true}"#
        ),
        // Everything at once.
        Case(
            body: #"{"fallbacks":[1],"model":"p/m","stream":true}"#,
            result: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        ),
        Case(
            body: #"{"model":"p/m","stream":true,"fallbacks":[1]}"#,
            result: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        ),
        Case(
            body: #"{"model":"p/m","stream":true,"fallbacks":[1],"stream_options":{}}"#,
            result: #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        ),
    ])
    func streaming(_ expected: Case) throws {
        #expect(try splice(expected.body, model: expected.model) == expected.result)
    }

    @Test func usageIsNotAskedForAgainstTheWish() throws {
        let body = #"{"model":"p/m","stream":true,"stream_options":{"include_usage":false}}"#
        let result = #"{"model":"m","stream":true,"stream_options":{"include_usage":false}}"#
        #expect(try splice(body, model: "m", asksForUsage: false) == result)
    }
}
