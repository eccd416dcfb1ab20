import JSON
import TestSupport
import Testing

@testable import Dialects

/// Answers that come back as history: through the caller's format to the provider that gave them, or to another one.
@Suite("Histories in all formats")
struct HistoryTests {
    static let pairs = WireFormat.commonFormats.flatMap { caller in WireFormat.commonFormats.map { (caller, $0) } }

    /// Five turns with one provider; the history is tried with all others after each.
    @Test(arguments: pairs, [false, true])
    func fiveTurns(_ pair: (caller: WireFormat, provider: WireFormat), beginsWithStream: Bool) throws {
        var run = HistoryRun(caller: pair.caller, "five turns")
        for (turn, pieces) in HistoryAnswers.script.enumerated() {
            for target in WireFormat.commonFormats { try run.check(target, searchesLeaks: true) }
            try run.answer(
                from: pair.provider,
                pieces,
                isStream: (turn % 2 == 0) == beginsWithStream,
                joinsPieces: turn % 3 == 0,
                asksOn: turn % 2 == 1,
                isPlainChat: turn > 2
            )
        }
        for target in WireFormat.commonFormats { try run.check(target, searchesLeaks: true) }
    }

    @Test(arguments: pairs)
    func randomTurns(caller: WireFormat, provider: WireFormat) throws {
        var random = SeededGenerator(seed: 3)
        for round in 0..<60 {
            var run = HistoryRun(caller: caller, "round \(round)")
            let isRepeating = Int.random(in: 0..<4, using: &random) == 0
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let isOther = Int.random(in: 0..<3, using: &random) == 0
                var pieces = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    HistoryAnswers.Piece.allCases.randomElement(using: &random) ?? .text
                }
                // Nothing follows the last thoughts otherwise, and some providers refuse such turns.
                pieces.append(Bool.random(using: &random) ? .text : .call)
                try run.answer(
                    from: isOther ? WireFormat.commonFormats.randomElement(using: &random) ?? provider : provider,
                    pieces,
                    isStream: Bool.random(using: &random),
                    joinsPieces: Bool.random(using: &random),
                    asksOn: Bool.random(using: &random),
                    isPlainChat: Bool.random(using: &random),
                    repeatsIDs: isRepeating
                )
            }
            try run.check(provider, searchesLeaks: false)
        }
    }
}
