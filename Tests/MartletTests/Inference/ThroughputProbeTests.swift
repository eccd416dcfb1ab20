import Dialects
import JSON
import Testing

@testable import Martlet

@Suite("The pace of a stream")
struct ThroughputProbeTests {
    private func probe(_ rate: Double, _ window: Double = 5) -> ThroughputProbe {
        var settings = ThroughputConfiguration(minimumCharactersPerSecond: rate)
        settings.window = window
        return ThroughputProbe(settings)
    }

    @Test(arguments: [
        (20, 5, 100, 5), (0.1, 5, 1, 5), (200, 5, 256, 1.28), (1e9, 5, 256, 0.1), (20, 0.01, 1, 0.1), (0, 5, 1, 5),
        (.nan, 5, 1, 5), (.infinity, 5, 256, 0.1),
    ])
    func isLookedAtNoLongerThanItMustBe(rate: Double, window: Double, count: Int, duration: Double) {
        let probe = probe(rate, window)
        #expect(probe.neededCount == count)
        #expect(probe.duration == duration)
        #expect(probe.verdict == .waiting)
    }

    @Test(
        arguments: [
            ([.delta(choice: 0, "ten charac")], .passed), ([.delta(choice: 0, "nine char")], .counting),
            ([.delta(choice: 0, "five "), .delta(choice: 1, "more.")], .passed),
            ([.delta(choice: 0, "😀😀😀😀😀😀😀😀😀")], .counting),
            ([.partStart(choice: 0, .toolCall(id: "a", name: "look")), .delta(choice: 0, #"{"a":1"#)], .passed),
            ([.partStart(choice: 0, .toolCall(id: "a_long_id_", name: "look"))], .counting),
            ([.partStart(choice: 0, .reasoning())], .begun), ([.partStart(choice: 0, .text)], .begun),
            ([.start(AnswerStart(id: "a")), .usage(TokenUsage(input: 1, output: 1))], .waiting),
            ([.delta(choice: 0, "short"), .finish(choice: 0, .stop)], .passed),
            ([.delta(choice: 0, "short"), .failure(ProviderFailure(.server, "x"))], .counting),
            (
                [
                    .partStart(
                        choice: 0,
                        .foreign(ForeignContent(.gemini, type: "t", element: .unknownPart, value: .null))
                    )
                ], .passed
            ),
        ] as [([AnswerEvent], ThroughputProbe.Verdict)]
    )
    func isWhatItSays(events: [AnswerEvent], verdict: ThroughputProbe.Verdict) {
        var probe = probe(2)
        for event in events { probe.note(event) }
        #expect(probe.verdict == verdict)
    }
}
