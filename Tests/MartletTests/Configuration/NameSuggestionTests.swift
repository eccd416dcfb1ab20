import Testing

@testable import Martlet

@Suite("Suggestions of names")
struct NameSuggestionTests {
    @Test(
        arguments: [
            ("opnai", "openai"), ("opneai", "openai"), ("OPENAI", "openai"), ("max-retries", "max_retries"),
            ("max_retrys", "max_retries"), ("xyz", nil), ("", nil), ("keyz", "keys"), ("openaiopenai", nil),
            (String(repeating: "a", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func areNear(name: String, suggestion: String?) {
        #expect(NameSuggestion.nearest(to: name, in: ["keys", "max_retries", "openai"]) == suggestion)
    }
}
