import Dialects
import Transport

/// Watches a stream for the end of an answer that nothing marks: all its choices have told why they ended, and silence
/// follows.
struct UnmarkedEnd {
    private let choiceCount: Int
    private var frameCount = 0

    /// - Parameter choiceCount: How many choices the provider was asked for.
    init(choiceCount: Int) {
        self.choiceCount = choiceCount
    }

    /// Bytes have been read.
    mutating func note(_ reader: AnswerStreamReader, of exchange: Exchange) {
        guard reader.mayBeComplete(choiceCount: choiceCount) else {
            exchange.expectMore()
            return
        }
        // Comments keep a connection alive, not an answer.
        if reader.frameCount != frameCount || !exchange.expectsEnd {
            exchange.expectEnd()
        }
        frameCount = reader.frameCount
    }
}
