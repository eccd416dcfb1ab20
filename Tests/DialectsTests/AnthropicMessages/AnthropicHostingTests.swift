import JSON
import Testing

@testable import Dialects

@Suite("Anthropic's format on Vertex AI")
struct AnthropicHostingTests {
    @Test(arguments: [
        (#"{"model":"m","max_tokens":1}"#, #"{"max_tokens":1,"anthropic_version":"vertex-2023-10-16"}"#),
        (#"{"max_tokens":1, "model":"m"}"#, #"{"max_tokens":1,"anthropic_version":"vertex-2023-10-16"}"#),
        (#"{"mod\u0065l":"m"}"#, #"{"anthropic_version":"vertex-2023-10-16"}"#),
        (#"{"anthropic_version":"own","model":"m","a":1.50}"#, #"{"anthropic_version":"own","a":1.50}"#),
        (#"{"anthropic_version":null,"a":1}"#, #"{"a":1,"anthropic_version":"vertex-2023-10-16"}"#),
    ])
    func hasItsVersionInTheBodyAndNoModel(body: String, expected: String) {
        let result = AnthropicHosting.body(of: Array(body.utf8).span, keepsModel: false)
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test func keepsTheModelWhereTokensAreCounted() {
        let result = AnthropicHosting.body(of: Array(#"{"model":"m"}"#.utf8).span, keepsModel: true)
        #expect(String(decoding: result, as: UTF8.self) == #"{"model":"m","anthropic_version":"vertex-2023-10-16"}"#)
    }
}
