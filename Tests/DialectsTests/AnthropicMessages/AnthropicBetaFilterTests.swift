import Testing

@testable import Dialects

@Suite("Anthropic's features in beta")
struct AnthropicBetaFilterTests {
    @Test(
        arguments: [
            (["context-1m-": false], "context-1m-2025-08-07", nil, ["context-1m-2025-08-07"]),
            (["context-1m-": false], "a-1, context-1m-2025-08-07,b-2", "a-1,b-2", ["context-1m-2025-08-07"]),
            (["context-1m-": false], "a-1,  b-2", "a-1,  b-2", []),
            (["context-1m-": false], "context-1", "context-1", []),
            (["context-": false, "context-1m-": true], "context-1m-2,context-2", "context-1m-2", ["context-2"]),
            (["context-": true, "context-1m-": false], "context-1m-2,context-2", "context-2", ["context-1m-2"]),
            (["a": false], "a,a", nil, ["a"]), (["a": false], "", "", []), (["a": false], ",", ",", []),
            (["a": false], "Ä,é", "Ä,é", []),
        ] as [([String: Bool], String, String?, [String])]
    )
    func areAskedForByTheBeginningsOfTheirNames(
        overrides: [String: Bool],
        value: String,
        expected: String?,
        dropped: [String]
    ) throws {
        let filter = try #require(AnthropicBetaFilter(overrides))
        var losses: [Loss] = []
        #expect(filter.filtered(value, noting: &losses) == expected)
        #expect(losses.map(\.path) == dropped.map { "anthropic-beta.\($0)" })
        #expect(losses.allSatisfy { $0.element == .betaFeature && $0.effect == .dropped })
    }

    @Test(arguments: [[:], ["a": true]])
    func allPassWhereNoneIsForbidden(overrides: [String: Bool]) {
        #expect(AnthropicBetaFilter(overrides) == nil)
    }
}
