import Foundation
import Testing

@testable import Martlet

/// The tables of docs/reliability.md are made from the rules and settings themselves, so they cannot be wrong about
/// them.
@Suite("Tables of the reliability document")
struct ReliabilityDocumentTests {
    /// Set `MARTLET_UPDATE_DOCS` to write the tables instead of comparing them.
    @Test(arguments: ReliabilityTable.allCases)
    func documentationHasTheTablesOfTheRules(table: ReliabilityTable) throws {
        var document = try ReliabilityDocument(table)
        if ProcessInfo.processInfo.environment["MARTLET_UPDATE_DOCS"] != nil {
            document.table = table.text
            try document.write()
        } else {
            #expect(document.table == table.text, "run the tests with MARTLET_UPDATE_DOCS=1")
        }
    }
}

/// A table that is made from code.
enum ReliabilityTable: String, CaseIterable, Sendable {
    case failures
    case settings

    var text: String {
        let rows =
            switch self {
            case .failures: Self.rowsOfFailures
            case .settings: Self.rowsOfSettings
            }
        let rule = "|" + String(repeating: "---|", count: rows.first?.count ?? 0)
        var lines = rows.map { "| " + $0.joined(separator: " | ") + " |" }
        lines.insert(rule, at: 1)
        return "\n" + lines.map { $0 + "\n" }.joined() + "\n"
    }

    private static var rowsOfFailures: [[String]] {
        let header = [
            "Failure", "What", "Tried, in this order", "The key", "Against the target", "Next target", "Not repeatable",
        ]
        return [header]
            + FailureClass.allCases.map { failure in
                let rule = AttemptTable.rule(for: failure)
                let steps = rule.ladder.map(\.rawValue).joined(separator: ", ")
                let breaker: String =
                    switch rule.breakerOutcome {
                    case .failure: "counts"
                    case .success: "counts for it"
                    case .unknown: ""
                    }
                return [
                    "`\(failure.rawValue)`", failure.title, steps.isEmpty ? "nothing" : steps, rule.keyEffect.rawValue,
                    breaker, rule.fallback.rawValue, rule.mayHaveRun || steps.isEmpty ? "stop" : "as others",
                ]
            }
    }

    private static var rowsOfSettings: [[String]] {
        let attempts = AttemptLimits()
        let retries = RetryBudgetSettings()
        let keys = KeyRestSettings()
        let breaker = BreakerSettings()
        let hedge = HedgeSettings()
        let affinity = AffinitySettings()
        return [
            ["What", "Default"],
            ["Attempts of one request, of whatever kind", "\(attempts.maximumAttemptCount)"],
            [
                "Retries to a target",
                "\(percent(retries.share)) of its requests and \(retries.minimumCount), in \(time(retries.window))",
            ],
            ["Longest `Retry-After` that is believed", time(RetryAfter.maximum.seconds)],
            ["Rest of a key after 429 without `Retry-After`", doubling(keys.rest, keys.maximumRest)],
            ["Longest rest of a key that `Retry-After` can ask for", time(keys.maximumRetryAfter)],
            ["A refused key is probed after", doubling(keys.deadTime, keys.maximumDeadTime)],
            ["A probe after 429 has been let in after", time(keys.rateProbeTimeout)],
            ["A breaker opens after failures in a row", "\(breaker.consecutiveFailureLimit)"],
            [
                "A breaker opens at a share of failures",
                "\(percent(breaker.failureRate)) of at least \(breaker.minimumRequestCount) requests in \(time(breaker.window))",
            ],
            ["An open breaker is probed after", doubling(breaker.openTime, breaker.maximumOpenTime)],
            ["A probe that tells nothing is lost after", time(breaker.probeTimeout)],
            [
                "A request is hedged after",
                "the \(percent(hedge.quantile)) quantile of at least \(hedge.minimumSampleCount) first tokens, "
                    + "between \(time(hedge.minimumDelay)) and \(time(hedge.maximumDelay))",
            ],
            ["Hedges", "\(percent(hedge.share)) of the requests, and \(Int(hedge.burst)) saved up"],
            [
                "Beginnings of prompts that are remembered",
                "\(affinity.maximumCount), for \(time(affinity.lifetime)) after their last use",
            ],
            ["Shortest beginning that is remembered", "\(PrefixDigest.minimumByteCount) bytes"],
        ]
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private static func doubling(_ first: Double, _ longest: Double) -> String {
        "\(time(first)), doubling up to \(time(longest))"
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "\(Int((seconds * 1000).rounded())) ms"
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3600)) h"
        }
    }
}

/// The document and the part of it between the two marks of a table.
private struct ReliabilityDocument {
    private static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/reliability.md")

    var table: String
    private let before: String
    private let after: String

    init(_ table: ReliabilityTable) throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- \(table.rawValue): begin -->\n"))
        let end = try #require(text.range(of: "<!-- \(table.rawValue): end -->\n"))
        before = String(text[..<begin.upperBound])
        self.table = String(text[begin.upperBound..<end.lowerBound])
        after = String(text[end.lowerBound...])
    }

    func write() throws {
        try (before + table + after).write(to: Self.file, atomically: true, encoding: .utf8)
    }
}
