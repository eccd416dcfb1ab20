import Dialects
import NIOCore
import Testing

@testable import Martlet

@Suite("Histograms")
struct HistogramTests {
    @Test(
        arguments: [
            (0, 0), (0.001, 0), (0.00100001, 1), (0.5, 8), (300, 16), (300.1, 17), (.infinity, 17), (-1, 0), (.nan, 17),
        ] as [(Double, Int)]
    )
    func classes(_ seconds: Double, _ position: Int) {
        var histogram = Histogram()
        histogram.record(seconds: seconds)
        #expect(histogram.counts.firstIndex(of: 1) == position)
        #expect(histogram.count == 1)
    }

    @Test func boundsRise() {
        #expect(Histogram.bounds == Histogram.bounds.sorted())
        #expect(Set(Histogram.bounds).count == Histogram.bounds.count)
        #expect(Histogram().counts.count == Histogram.bounds.count + 1)
    }

    @Test func sums() {
        var left = Histogram()
        var right = Histogram()
        left.record(seconds: 0.25)
        right.record(seconds: 0.25)
        right.record(seconds: 1000)
        left += right
        #expect(left.count == 3)
        #expect(left.sum == 1000.5)
        #expect(left.counts.last == 1)
    }
}

@Suite("Figures of requests")
struct RequestFigureTests {
    private func record(model: String, provider: String = "p", status: Int = 200, isStream: Bool = false)
        -> RequestRecord
    {
        var record = RequestRecord(requestID: "r", route: "x", start: .now())
        record.provider = provider
        record.model = model
        record.status = status
        record.isStream = isStream
        return record
    }

    @Test func rowsAreBounded() {
        var figures = RequestFigures()
        for number in 0..<5000 {
            figures.record(record(model: "model-\(number)"))
        }
        #expect(figures.rows.count == RequestFigures.maximumRowCount + 1)
        #expect(figures.rows.values.reduce(0) { $0 + $1.count } == 5000)
        let other = RequestFigures.Key(provider: "p", model: "other", status: 200, isStream: false)
        #expect(figures.rows[other]?.count == 4500)
        // Those that were there first keep their rows.
        figures.record(record(model: "model-0"))
        #expect(figures.rows[.init(provider: "p", model: "model-0", status: 200, isStream: false)]?.count == 2)
    }

    @Test func sumsAreBounded() {
        var sum = RequestFigures()
        for share in 0..<4 {
            var figures = RequestFigures()
            for number in 0..<1000 { figures.record(record(model: "model-\(share)-\(number)")) }
            sum.add(figures)
        }
        #expect(sum.rows.count <= RequestFigures.maximumRowCount + 1)
        #expect(sum.rows.values.reduce(0) { $0 + $1.count } == 4000)
    }

    @Test func unknownModelsAreNoLabels() {
        var figures = RequestFigures()
        for number in 0..<1000 {
            figures.record(record(model: "model-\(number)", status: 404))
            figures.record(record(model: "model-\(number)", provider: "", status: 400))
        }
        #expect(Set(figures.rows.keys.map(\.model)) == [""])
        #expect(figures.rows.count == 2)
    }

    @Test func tokensStopAtTheLargestNumber() {
        var figures = RequestFigures()
        var record = record(model: "m")
        record.usage = TokenUsage(input: .max, output: 1)
        figures.record(record)
        figures.record(record)
        let usage = figures.rows.values.first?.usage
        #expect(usage == TokenUsage(input: .max, output: 2))
    }

    private func attempt(
        _ provider: String,
        _ outcome: String = "ok",
        then action: AttemptAction? = nil,
        isHedge: Bool = false
    ) -> AttemptRecord {
        var attempt = AttemptRecord(provider: provider, model: "m")
        attempt.outcome = outcome
        attempt.action = action
        attempt.isHedge = isHedge
        return attempt
    }

    @Test func failedAttemptsAreCountedByWhatFollowed() {
        var figures = RequestFigures()
        var record = record(model: "m", provider: "b")
        record.attempts = [attempt("b")]
        figures.record(record)
        #expect(figures.attemptFailures.isEmpty)
        record.attempts = [
            attempt("a", "server_error", then: .retrySameKey), attempt("a", "server_error", then: .retrySameKey),
            attempt("a", "key_refused", then: .rotateKey), attempt("a", "server_error", then: .nextTarget),
            attempt("b"),
        ]
        figures.record(record)
        let expected: [RequestFigures.FailureKey: Int] = [
            .init(provider: "a", failure: "server_error", action: .retrySameKey): 2,
            .init(provider: "a", failure: "key_refused", action: .rotateKey): 1,
            .init(provider: "a", failure: "server_error", action: .nextTarget): 1,
        ]
        #expect(figures.attemptFailures == expected)
        #expect(figures.hedges.isEmpty)
        var sum = figures
        sum.add(figures)
        #expect(sum.attemptFailures == expected.mapValues { $0 * 2 })
    }

    @Test func hedgesAreCountedByTheirOutcome() {
        var figures = RequestFigures()
        var record = record(model: "m")
        record.attempts = [attempt("a", "cancelled", then: .stop), attempt("b", isHedge: true)]
        figures.record(record)
        record.attempts = [attempt("a"), attempt("b", "cancelled", then: .stop, isHedge: true)]
        figures.record(record)
        figures.record(record)
        let expected: [RequestFigures.HedgeKey: Int] = [
            .init(provider: "b", isAnswer: true): 1, .init(provider: "b", isAnswer: false): 2,
        ]
        #expect(figures.hedges == expected)
        var sum = figures
        sum.add(figures)
        #expect(sum.hedges == expected.mapValues { $0 * 2 })
    }

    @Test func errorsAreCountedByKind() {
        var figures = RequestFigures()
        var record = record(model: "m")
        for kind in [GatewayError.Kind.provider, .provider, .cancelled] {
            record.error = GatewayError(kind, "")
            figures.record(record)
        }
        #expect(figures.errors[.init(provider: "p", kind: .provider)] == 2)
        #expect(figures.errors[.init(provider: "p", kind: .cancelled)] == 1)
        var sum = RequestFigures()
        sum.add(figures)
        sum.add(figures)
        #expect(sum.errors[.init(provider: "p", kind: .provider)] == 4)
    }
}
