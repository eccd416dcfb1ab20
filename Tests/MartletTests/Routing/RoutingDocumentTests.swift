import Foundation
import Testing

@testable import Martlet

/// The examples of docs/routing.md are read by the gateway itself, so they cannot be wrong.
@Suite("The document about routing")
struct RoutingDocumentTests {
    struct Example {
        let configuration: String
        /// Rows of the table behind it: the model asked for, and where it goes.
        var plans: [(model: String, targets: [String])] = []
    }

    private static func lines() throws -> [String] {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/routing.md"), encoding: .utf8)
        return text.components(separatedBy: "\n")
    }

    /// What stands between back quotes.
    private static func codes(in line: String) -> [String] {
        let parts = line.components(separatedBy: "`")
        return parts.indices.filter { $0 % 2 == 1 && $0 < parts.count - 1 }.map { parts[$0] }
    }

    private static func examples() throws -> [Example] {
        var examples: [Example] = []
        var block: [String]?
        var isPlanTable = false
        for line in try lines() {
            if line == "```json" {
                block = []
            } else if line == "```", let lines = block {
                examples.append(Example(configuration: lines.joined(separator: "\n")))
                block = nil
            } else if block != nil {
                block?.append(line)
            } else if line == "| A request for | goes to |" {
                isPlanTable = true
            } else if !line.hasPrefix("|") {
                isPlanTable = false
            } else if isPlanTable, !line.hasPrefix("|---"), let model = codes(in: line).first {
                examples[examples.count - 1].plans.append((model, Array(codes(in: line).dropFirst())))
            }
        }
        return examples
    }

    /// The codes in the first cells of the table with this head.
    private static func firstCells(under head: String) throws -> [String] {
        let rows = try lines().drop { $0 != head }.dropFirst(2).prefix { $0.hasPrefix("|") }
        return rows.flatMap { codes(in: $0.components(separatedBy: " | ").first ?? "") }
    }

    @Test func examplesAreReadWithoutProblemsAndPlanWhatTheySay() throws {
        let examples = try Self.examples()
        #expect(examples.count >= 7)
        var planCount = 0
        for example in examples {
            let routing = try #require(example.configuration.range(of: "\"routing\": {"))
            let members = example.configuration[routing.upperBound...].components(separatedBy: "\n").dropLast(2)
            let text = members.joined(separator: "\n")
            let read = RoutedRequests.read(text)
            #expect(read.problems.map(\.path) == ["providers.nebius", "providers.nebius.keys[0].value"])
            var requests = try RoutedRequests(text)
            for plan in example.plans {
                #expect(requests.names(plan.model) == plan.targets, "\(plan.model)")
                planCount += 1
            }
        }
        #expect(planCount >= 14)
    }

    @Test func conditionsAreUnderstood() throws {
        let rows = try Self.lines().drop { $0 != "| To say | write |" }.dropFirst(2).prefix { $0.hasPrefix("|") }
        let conditions = rows.flatMap(Self.codes).map { $0.replacing("\\|", with: "|") }
        #expect(conditions.count >= 17)
        for condition in conditions {
            #expect(throws: Never.self, "\(condition)") { try RuleCondition(condition) }
        }
    }

    @Test func tablesAreComplete() throws {
        #expect(try Self.firstCells(under: "| Fact | Kind | Meaning |").sorted() == RuleFact.names.sorted())
        #expect(
            try Self.firstCells(under: "| `strategy` | Order of the targets |")
                == RoutingStrategy.allCases.map(\.rawValue)
        )
        let reasons: [SkipReason] = [
            .unknownProvider, .operation, .contextWindow(tokens: 0, limit: 0), .images, .tools, .documents, .duplicate,
            .candidateLimit,
        ]
        #expect(try Self.firstCells(under: "| Reason | Meaning |") == reasons.map(\.code))
        let names = try Self.lines().filter {
            $0.hasPrefix("| `operation` | text") || $0.hasPrefix("| `format` | text")
        }
        #expect(
            names.map { Self.codes(in: $0).dropFirst().sorted() } == [
                InferenceOperation.ruleNames.sorted(), RuleFact.formatNames.sorted(),
            ]
        )
    }
}
