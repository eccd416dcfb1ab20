/// What a provider is asked for.
package enum InferenceOperation: Sendable, Equatable {
    /// An answer.
    case generation
    /// How many tokens a request would have.
    case tokenCount
    /// Vectors for texts.
    case embedding
}
