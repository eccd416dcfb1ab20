import NIOCore
import Testing

@testable import MartletMock

@Suite("Random draws")
struct DrawingTests {
    @Test(arguments: [(0.0, 0.0), (25, 50), (50, 100), (75, 550), (99, 990), (99.9, 990)])
    func latencyRisesBetweenPoints(_ percent: Double, _ milliseconds: Double) {
        let points = [
            MockScript.LatencyPercentile(percent: 50, latency: .milliseconds(100)),
            MockScript.LatencyPercentile(percent: 98, latency: .milliseconds(964)),
            MockScript.LatencyPercentile(percent: 99, latency: .milliseconds(990)),
        ]
        #expect(abs(MockScript.nanoseconds(at: percent, of: points) / 1e6 - milliseconds) < 1e-6)
    }

    @Test func aFirstPointAtZeroIsTheLeast() {
        let points = [
            MockScript.LatencyPercentile(percent: 0, latency: .milliseconds(80)),
            MockScript.LatencyPercentile(percent: 100, latency: .milliseconds(90)),
        ]
        #expect(MockScript.nanoseconds(at: 0, of: points) == 80e6)
    }

    @Test func jitterGoesToBothSides() {
        let script = script {
            $0.latency = .milliseconds(100)
            $0.latencyJitter = .milliseconds(20)
        }
        var random = MockRandom(seed: 1)
        let draws = (0..<2000).map { _ in script.drawLatency(&random).nanoseconds }
        #expect(draws.allSatisfy { (80_000_000...120_000_000).contains($0) })
        #expect(draws.contains { $0 < 82_000_000 })
        #expect(draws.contains { $0 > 118_000_000 })
    }

    @Test func latencyIsNeverNegative() {
        let script = script { $0.latencyJitter = .milliseconds(20) }
        var random = MockRandom(seed: 1)
        #expect((0..<200).allSatisfy { _ in script.drawLatency(&random) >= .zero })
    }

    @Test func percentilesTakeThePlaceOfLatency() {
        let script = script {
            $0.latency = .seconds(100)
            $0.latencyPercentiles = [.init(percent: 50, latency: .milliseconds(10))]
        }
        var random = MockRandom(seed: 7)
        let draws = (0..<1000).map { _ in script.drawLatency(&random) }
        #expect(draws.allSatisfy { $0 <= .milliseconds(10) })
        #expect((400...600).contains(draws.count { $0 == .milliseconds(10) }))
    }

    @Test func failureRateIsKept() {
        let script = script {
            $0.failureRate = 0.2
            $0.failureKinds = [.reset, .cut]
        }
        var random = MockRandom(seed: 3)
        let draws = (0..<5000).compactMap { _ in script.drawFailure(&random) }
        #expect((900...1100).contains(draws.count))
        #expect(Set(draws) == [.reset, .cut])
    }

    @Test func withoutKindsNothingFails() {
        let script = script {
            $0.failureRate = 1
            $0.failureKinds = []
        }
        var random = MockRandom(seed: 3)
        #expect(script.drawFailure(&random) == nil)
    }

    @Test func workersDrawDifferently() {
        var one = MockRandom(seed: 9, stream: 0)
        var other = MockRandom(seed: 9, stream: 1)
        var again = MockRandom(seed: 9, stream: 0)
        let first = (0..<4).map { _ in one.next() }
        #expect(first == (0..<4).map { _ in again.next() })
        #expect(first != (0..<4).map { _ in other.next() })
    }

    @Test(arguments: [(0, 5, 0), (1, 5, 1), (3, 5, 3), (1000, 7, 7), (1000, 1, 1), (5, 0, 1), (100_003, 64, 64)])
    func textHasExactlyTheLengthAskedFor(_ byteCount: Int, _ chunkCount: Int, _ pieceCount: Int) {
        let pieces = AnswerShape(chunkCount: chunkCount, tokensPerChunk: 1, byteCount: byteCount).pieces
        #expect(pieces.count == pieceCount)
        #expect(pieces.reduce(0) { $0 + $1.count } == byteCount)
        #expect(pieces.allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: [(Int.max, Int.max, Int?.none), (.min, .min, .min), (.max, 0, .max)])
    func unreasonableSizesAreCut(_ chunkCount: Int, _ tokensPerChunk: Int, _ byteCount: Int?) {
        let shape = AnswerShape(chunkCount: chunkCount, tokensPerChunk: tokensPerChunk, byteCount: byteCount)
        #expect((0...MockScript.maximumChunkCount).contains(shape.chunkCount))
        #expect((byteCount == nil) == (shape.byteCount == nil))
        #expect((0...MockScript.maximumAnswerByteCount).contains(shape.byteCount ?? 0))
        #expect(shape.tokenCount >= 0)
    }
}
