import JSON
import Testing

@testable import Dialects

@Suite("Reading a chat request")
struct RequestReadingTests {
    struct Case: CustomTestStringConvertible {
        var body: String
        var model: String
        var isStream = false
        var wantsUsage = false

        var testDescription: String { body }
    }

    @Test(
        arguments: [
            (.openAIChat, "{}", 1), (.openAIChat, #"{"n":null}"#, 1), (.openAIChat, #"{"n":3}"#, 3),
            (.openAICompletions, #"{"n":2}"#, 2), (.openAIChat, #"{"n":1e99}"#, 1),
            (.gemini, #"{"generationConfig":{"candidateCount":4}}"#, 4),
            (.gemini, #"{"generation_config":{"candidate_count":5}}"#, 5),
            (.gemini, #"{"generationConfig":[]}"#, 1), (.anthropicMessages, #"{"n":2}"#, 1),
        ] as [(WireFormat, String, Int)]
    )
    func choiceCounts(_ format: WireFormat, _ body: String, _ expected: Int) throws {
        let request = try CallerRequest(bytes(body).span, format: format, call: RequestCall(model: "m"))
        #expect(request.choiceCount(in: bytes(body).span) == expected)
    }

    @Test(arguments: [
        Case(body: #"{"model":"m"}"#, model: "m"),
        Case(body: " \n{ \"model\" : \"m\" }\r\n\t", model: "m"),
        Case(body: #"{"messages":[{"model":"no","stream":true}],"model":"m"}"#, model: "m"),
        Case(body: #"{"model":"m","stream":true}"#, model: "m", isStream: true),
        Case(body: #"{"stream":true,"model":"m"}"#, model: "m", isStream: true),
        Case(body: #"{"model":"m","stream":false}"#, model: "m"),
        Case(body: #"{"model":"m","stream":null}"#, model: "m"),
        Case(body: #"{"model":"m","stream_options":null}"#, model: "m"),
        Case(body: #"{"model":"m","stream_options":{}}"#, model: "m"),
        Case(body: #"{"model":"m","stream_options":{"include_usage":false}}"#, model: "m"),
        Case(body: #"{"model":"m","stream_options":{"include_usage":true}}"#, model: "m", wantsUsage: true),
        Case(body: #"{"model":"m","stream_options":{"include_usage":"true"}}"#, model: "m"),
        Case(
            body: #"{"model":"m","stream_options":{"include_usage":null,"include_usage":true}}"#,
            model: "m",
            wantsUsage: true
        ),
        Case(body: #"{"model":"m","stream_options":{"x":{"include_usage":true}}}"#, model: "m"),
        Case(body: #"{"mo\u0064el":"m","s\u0074ream":true}"#, model: "m", isStream: true),
        Case(body: #"{"\u006d\u006f\u0064\u0065\u006c":"\u006d"}"#, model: "m"),
        Case(
            body: #"{"model":"m","stream\u005foptions":{"include\u005Fusage":true}}"#,
            model: "m",
            wantsUsage: true
        ),
        Case(body: #"{"model":"openai\/gpt-4o"}"#, model: "openai/gpt-4o"),
        Case(body: #"{"model":"a\"b\\c\n\ud83d\ude00"}"#, model: "a\"b\\c\n😀"),
        Case(body: #"{"model":"modèle/é"}"#, model: "modèle/é"),
        Case(body: #"{"Model":"no","model":"m","MODEL":"no","model ":"no"}"#, model: "m"),
        Case(body: #"{"temperature":1e999,"model":"m","seed":123456789012345678901234567890}"#, model: "m"),
    ])
    func findings(_ expected: Case) throws {
        let request = try CallerRequest(bytes(expected.body).span)
        #expect(request.model == expected.model)
        #expect(request.isStream == expected.isStream)
        #expect(request.wantsStreamUsage == expected.wantsUsage)
    }

    @Test(
        arguments: [
            (#"{}"#, .missingModel),
            (#"{"messages":[]}"#, .missingModel),
            (#"{"model":""}"#, .missingModel),
            (#"{"model":null}"#, .wrongKind("model", expected: "a string")),
            (#"{"model":1}"#, .wrongKind("model", expected: "a string")),
            (#"{"model":["m"]}"#, .wrongKind("model", expected: "a string")),
            (#"{"model":"\ud800"}"#, .wrongKind("model", expected: "a string")),
            (#"{"model":"m","stream":"true"}"#, .wrongKind("stream", expected: "true or false")),
            (#"{"model":"m","stream":1}"#, .wrongKind("stream", expected: "true or false")),
            (#"{"model":"m","stream":{}}"#, .wrongKind("stream", expected: "true or false")),
            (#"{"model":"m","stream_options":true}"#, .wrongKind("stream_options", expected: "an object")),
            (#"{"model":"m","stream_options":[]}"#, .wrongKind("stream_options", expected: "an object")),
            (#"{"model":"m","stream_options":"{}"}"#, .wrongKind("stream_options", expected: "an object")),
            (#"{"model":"m","model":"m"}"#, .repeated("model")),
            (#"{"model":"m","mode\u006c":"n"}"#, .repeated("model")),
            (#"{"model":"m","stream":false,"stream":true}"#, .repeated("stream")),
            (#"{"model":"m","stream_options":{},"stream_options":{}}"#, .repeated("stream_options")),
            (#"[]"#, .notAnObject),
            (#""model""#, .notAnObject),
            (#"null"#, .notAnObject),
            (#""#, .malformed(JSONError(reason: .unexpectedEnd, offset: 0))),
            (#"{"model":"m""#, .malformed(JSONError(reason: .unexpectedEnd, offset: 12))),
            (#"{"model":"m"} x"#, .malformed(JSONError(reason: .trailingContent, offset: 14))),
            (#"{"model":"m",}"#, .malformed(JSONError(reason: .expectedName, offset: 13))),
            (#"{'model':"m"}"#, .malformed(JSONError(reason: .expectedName, offset: 1))),
        ] as [(String, CallerRequest.Problem)]
    )
    func problems(_ body: String, _ expected: CallerRequest.Problem) {
        #expect(throws: expected) { try CallerRequest(bytes(body).span) }
    }

    @Test func invalidUTF8IsAProblem() {
        let body = bytes(#"{"model":""#) + [0xFF] + bytes(#""}"#)
        #expect(throws: CallerRequest.Problem.malformed(JSONError(reason: .invalidUTF8, offset: 10))) {
            try CallerRequest(body.span)
        }
    }

    @Test func everyCutIsMalformed() {
        let body = bytes(#"{"model":"a/b","stream":true,"stream_options":{"include_usage":true},"fallbacks":["x"]}"#)
        for count in 0..<body.count {
            #expect(throws: CallerRequest.Problem.malformed(JSONError(reason: .unexpectedEnd, offset: count))) {
                try CallerRequest(body.span.extracting(0..<count))
            }
        }
    }
}
