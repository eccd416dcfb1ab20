import Foundation
import Testing

@testable import Martlet

/// The table of docs/providers.md is made from the catalogue itself.
@Suite("Table of the providers' document")
struct ProviderDocumentTests {
    private static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/providers.md")

    /// Set `MARTLET_UPDATE_DOCS` to write the table instead of comparing it.
    @Test func documentationHasTheTableOfTheCatalogue() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- catalogue: begin -->\n"))
        let end = try #require(text.range(of: "<!-- catalogue: end -->\n"))
        if ProcessInfo.processInfo.environment["MARTLET_UPDATE_DOCS"] != nil {
            let document = text[..<begin.upperBound] + Self.table + text[end.lowerBound...]
            try document.write(to: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[begin.upperBound..<end.lowerBound] == Self.table, "run the tests with MARTLET_UPDATE_DOCS=1")
        }
    }

    private static var table: String {
        var lines = ["| Name | Address | Chats | Embeddings | Variables of the key |", "|---|---|---|---|---|"]
        for known in ProviderCatalogue.all {
            let address =
                known.baseURL.map { "`\($0)`" } ?? (known.kind.isCloud ? "of the region or resource" : "yours")
            let keys = known.keyVariables.map { "`\($0)`" }.joined(separator: ", ")
            let chats = "`\(known.chatCompletionsPath)`"
            let embeddings = known.embeddingsPath.map { "`\($0)`" } ?? ""
            lines.append("| `\(known.name)` | \(address) | \(chats) | \(embeddings) | \(keys) |")
        }
        return "\n" + lines.map { $0 + "\n" }.joined() + "\n"
    }
}
