import TestSupport
import Testing

@testable import Martlet

@Suite("Waits between attempts")
struct BackoffTests {
    private var backoff: Backoff {
        var configuration = RetryConfiguration()
        configuration.initialBackoff = 0.5
        configuration.maximumBackoff = 5
        return Backoff(configuration: configuration)
    }

    @Test(
        arguments: [
            (0, nil, 0.5, 0.5), (1, nil, 0.5, 1), (2, nil, 0.5, 2), (3, nil, 0.5, 4), (4, nil, 0.5, 5),
            (60, nil, 0.5, 5),
            (.max, nil, 0.5, 5), (-1, nil, 0.5, 0.5), (0, nil, 0, 0.4), (0, nil, 0x1.fffffffffffffp-1, 0.6),
            (0, 2, 0.5, 2), (0, 0.1, 0.5, 0.5), (0, 100, 0.5, 5), (0, .infinity, 0.5, 0.5), (0, .nan, 0.5, 0.5),
        ] as [(Int, Double?, Double, Double)]
    )
    func delays(_ retry: Int, _ retryAfter: Double?, _ random: Double, _ expected: Double) {
        #expect(abs(backoff.delay(retry: retry, retryAfter: retryAfter, random: random) - expected) < 1e-9)
    }

    @Test func delaysStayWithinTheMaximum() {
        var random = SeededGenerator(seed: 1)
        for retry in 0..<100 {
            let delay = backoff.delay(retry: retry, retryAfter: nil, random: random.unit())
            #expect((0.4...5).contains(delay))
        }
    }
}
