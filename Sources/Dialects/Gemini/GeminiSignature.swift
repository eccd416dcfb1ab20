/// Signatures of thoughts in Gemini's parts.
enum GeminiSignature {
    /// What stands where Gemini 3 wants a signature of a call that another model made, or that lost its own (Gemini API
    /// documentation, "Thought signatures", on conversations from other models).
    static let standIn = "skip_thought_signature_validator"
}
