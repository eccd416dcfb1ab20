import Foundation
import Testing

@testable import Dialects

/// The tables of docs/translation.md are made from the rules themselves, so they cannot be wrong about them.
@Suite("Loss tables")
struct LossTableTests {
    /// Set `MARTLET_UPDATE_DOCS` to write the tables instead of comparing them.
    @Test func documentationHasTheTablesOfTheRules() throws {
        let document = try LossDocument()
        if ProcessInfo.processInfo.environment["MARTLET_UPDATE_DOCS"] != nil {
            try document.write()
        } else {
            #expect(document.tables == LossDocument.expectedTables, "run the tests with MARTLET_UPDATE_DOCS=1")
        }
    }

    @Test(arguments: WireFormat.providerFormats)
    func reasonsAreSentences(format: WireFormat) throws {
        for (element, rule) in format.dialect.lossRules {
            let reason = rule.reason
            let first = try #require(reason.first, "\(element) has no reason")
            #expect(first.isUppercase, "\(reason)")
            #expect(reason.hasSuffix("."), "\(reason)")
            #expect(reason.contains(" "), "\(reason)")
            #expect(!reason.contains("  ") && !reason.contains("\n"), "\(reason)")
        }
    }

    @Test(arguments: ConversationElement.allCases)
    func everyElementHasARule(element: ConversationElement) {
        #expect(WireFormat.providerFormats.contains { $0.dialect.lossRules[element] != nil })
    }

    /// An element that nothing ever reports would be a row that promises what never happens.
    @Test func everyElementIsReportedSomewhere() throws {
        let sources = try Repository.swiftFiles(in: "Sources/Dialects").filter { file in
            !file.lastPathComponent.hasSuffix("LossRules.swift")
                && file.lastPathComponent != "ConversationElement.swift"
        }
        let texts = try sources.map { try String(contentsOf: $0, encoding: .utf8) }
        for element in ConversationElement.allCases {
            let use = try Regex("\\.\(element)\\b")
            #expect(texts.contains { $0.contains(use) }, "nothing reports \(element)")
        }
    }
}

/// The files of the package, found from where this one is.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func swiftFiles(in folder: String) throws -> [URL] {
        let folder = root.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
    }
}

/// The document and the part of it between its two marks.
private struct LossDocument {
    private static let begin = "<!-- loss tables: begin -->\n"
    private static let end = "<!-- loss tables: end -->\n"
    private static let file = Repository.root.appending(path: "docs/translation.md")

    let tables: String
    private let before: String
    private let after: String

    init() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let begin = try #require(text.range(of: Self.begin))
        let end = try #require(text.range(of: Self.end))
        before = String(text[..<begin.upperBound])
        tables = String(text[begin.upperBound..<end.lowerBound])
        after = String(text[end.lowerBound...])
    }

    func write() throws {
        try (before + Self.expectedTables + after).write(to: Self.file, atomically: true, encoding: .utf8)
    }

    static var expectedTables: String {
        "\n" + WireFormat.providerFormats.map { table(of: $0) + "\n" }.joined()
    }

    private static func table(of format: WireFormat) -> String {
        let rules = format.dialect.lossRules
        var lines = ["### \(format.title)", "", "| Element | What becomes of it | Why |", "|---|---|---|"]
        for element in ConversationElement.allCases {
            guard let rule = rules[element] else { continue }
            lines.append("| \(element.rawValue) | \(rule.effect.rawValue) | \(escaped(rule.reason)) |")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What Markdown would take for its own or for HTML.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("<", with: "&lt;")
    }
}
