package import NIOCore

/// How the mock provider behaves. The defaults answer at once, in eight pieces of one token, and never fail.
///
/// A request may change some of it for itself: by its model's name (``FailureKind``, `mock-tools`) and by the header
/// fields `x-mock-latency`, `x-mock-chunk-gap` (milliseconds), `x-mock-chunks`, `x-mock-answer-bytes` (counts) and
/// `x-mock-failure` (a ``FailureKind``).
package struct MockScript: Sendable {
    /// The most pieces an answer is divided into; greater numbers count as this one.
    package static let maximumChunkCount = 100_000
    /// The longest text of an answer, in bytes; greater numbers count as this one.
    package static let maximumAnswerByteCount = 64 << 20

    /// Time from the end of a request to the beginning of its answer.
    package var latency = TimeAmount.zero
    /// How far `latency` varies to both sides, every value in between being as likely as any other.
    package var latencyJitter = TimeAmount.zero
    /// Points of a distribution that takes the place of `latency` when there are any; in ascending order.
    package var latencyPercentiles: [LatencyPercentile] = []

    /// Number of pieces the text of a stream comes in.
    package var chunkCount = 8
    /// Words in one piece; a word counts as a token. Without effect where `answerByteCount` says how long the text is.
    package var tokensPerChunk = 1
    /// Time between two pieces of text. Zero sends each as soon as the last is with the kernel.
    package var chunkGap = TimeAmount.zero
    /// Length of the answer's text in bytes, streamed or not; nil for as many words as the pieces have.
    package var answerByteCount: Int?

    /// The share of requests that fail, from 0 to 1.
    package var failureRate = 0.0
    /// How they fail, each kind being as likely as any other; with none of them nothing fails.
    package var failureKinds: [FailureKind] = [.tooManyRequests, .serverError, .unavailable]
    /// What answers with status 429 say in `Retry-After`, in seconds.
    package var retryAfterSeconds = 1

    /// The token counts every answer reports; nil derives them from the sizes of request and answer.
    package var usage: MockUsage?
    /// Whether answers call the first tool the request offers, as those of the model `mock-tools` always do. A request
    /// without tools is answered with text.
    package var callsTools = false
    /// The key that `Authorization: Bearer` must bring; nil accepts every request.
    package var requiredKey: String?
    /// Makes everything random repeat itself. Every worker draws a sequence of its own, so that the order of draws is
    /// the same only with one worker. Nil draws differently each time.
    package var seed: UInt64?

    /// Exact answers, for tests: by the `model` of a request to any path, with or without what precedes its last
    /// slash, or, for keys that begin with a slash, by the path of the request, with its query or without.
    package var replies: [String: MockReply] = [:]

    /// The script that answers at once and never fails.
    package init() {}

    /// A point of a latency distribution. Between two points, and between zero and the first, latency rises evenly;
    /// beyond the last it stays.
    package struct LatencyPercentile: Sendable, Equatable {
        /// How many of 100 requests are answered within `latency`.
        package var percent: Double
        /// The time they take at most.
        package var latency: TimeAmount

        package init(percent: Double, latency: TimeAmount) {
            self.percent = percent
            self.latency = latency
        }
    }
}

/// Token counts of an answer, as in the `usage` object of OpenAI's Chat Completions API.
package struct MockUsage: Sendable, Equatable {
    /// Tokens of the request.
    package var promptTokens: Int
    /// Tokens of the answer.
    package var completionTokens: Int

    package init(promptTokens: Int, completionTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }

    /// Both together; the greatest number there is where they do not fit.
    package var totalTokens: Int {
        let (sum, hasOverflow) = promptTokens.addingReportingOverflow(completionTokens)
        return hasOverflow ? .max : sum
    }
}
