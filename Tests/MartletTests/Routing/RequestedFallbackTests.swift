import Testing

@testable import Martlet

@Suite("Fallbacks in a body")
struct RequestedFallbackTests {
    @Test func areStringsAndObjects() throws {
        let value =
            #"["openai/gpt-4o", {"provider":"anthropic","model":"claude"}, {"model":"fast","x":1}, {"provider":null,"model":"a"}]"#
        let list = try RequestedFallback.list(parsing: value.utf8.span)
        #expect(
            list == [
                RequestedFallback(model: "openai/gpt-4o"), RequestedFallback(provider: "anthropic", model: "claude"),
                RequestedFallback(model: "fast"), RequestedFallback(model: "a"),
            ]
        )
    }

    @Test(arguments: ["null", "[]"])
    func canBeNone(value: String) throws {
        #expect(try RequestedFallback.list(parsing: value.utf8.span).isEmpty)
    }

    @Test(
        arguments: [
            ("\"openai/gpt-4o\"", "fallbacks", "must be a list, not a string"),
            ("{}", "fallbacks", "must be a list, not an object"),
            ("[1]", "fallbacks[0]", "must be \"provider/model\" or an object, not a number"),
            ("[\"a\",null]", "fallbacks[1]", "must be \"provider/model\" or an object, not null"),
            ("[\"\"]", "fallbacks[0]", "is empty"),
            ("[{}]", "fallbacks[0]", "has no model"),
            ("[{\"model\":null}]", "fallbacks[0]", "has no model"),
            ("[{\"model\":[]}]", "fallbacks[0].model", "must be a string, not a list"),
            ("[{\"model\":\"a\",\"provider\":7}]", "fallbacks[0].provider", "must be a string, not a number"),
            ("[\"\\ud800\"]", "fallbacks[0]", "is not valid Unicode"),
            ("[", "fallbacks", "is not valid JSON: the text ends too early"),
            (
                "[" + Array(repeating: "\"a\"", count: 17).joined(separator: ",") + "]", "fallbacks",
                "has 17 elements; at most 16 are allowed"
            ),
            ("[\"\(String(repeating: "x", count: 1025))\"]", "fallbacks[0]", "is longer than 1024 bytes"),
        ]
    )
    func areRefusedClearly(value: String, path: String, message: String) {
        #expect(throws: RequestedFallback.Problem(path: path, message: message)) {
            try RequestedFallback.list(parsing: value.utf8.span)
        }
    }
}
