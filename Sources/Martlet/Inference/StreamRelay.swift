import Dialects
import NIOCore
import Transport

/// Carries a provider's stream to a caller.
protocol StreamRelay: AnswerConsumer {
    /// The figures, once the provider has told them.
    var usage: TokenUsage? { get }
    /// When the first event with content came.
    var firstTokenTime: NIODeadline? { get }
    /// How it ended; nil while it runs.
    var end: StreamEnd? { get }
    /// Ends the caller's stream with an error, in its own format.
    func fail(_ error: GatewayError)
}

/// How a stream came to its end.
enum StreamEnd: Equatable {
    /// Whole.
    case complete
    /// With the provider's error, which the caller has got.
    case error
    /// With the provider's error, before the caller has got anything. Indirect, because every chunk looks whether there
    /// is an end.
    indirect case failedAtStart(ProviderFailure)
    /// Too early.
    case broken
    /// An event grew beyond the limit.
    case oversized
}
