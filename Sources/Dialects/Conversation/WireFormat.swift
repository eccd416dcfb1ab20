/// A wire format that applications and providers speak.
package enum WireFormat: String, Sendable, Hashable, CaseIterable {
    /// OpenAI Chat Completions, and all who answer in its format.
    case openAIChat = "openai-chat"
    /// OpenAI Responses.
    case openAIResponses = "openai-responses"
    /// Anthropic Messages.
    case anthropicMessages = "anthropic-messages"
    /// Gemini `generateContent` and `streamGenerateContent`.
    case gemini
    /// Amazon Bedrock Converse and ConverseStream.
    case bedrockConverse = "bedrock-converse"
    /// Cohere Chat of API v2, which providers are spoken to in and no caller speaks.
    case cohereChat = "cohere-chat"
    /// OpenAI Completions, which callers speak and no provider is spoken to in.
    case openAICompletions = "openai-completions"

    /// The name for people, as the provider writes it.
    package var title: String {
        switch self {
        case .openAIChat: "OpenAI Chat Completions"
        case .openAIResponses: "OpenAI Responses"
        case .anthropicMessages: "Anthropic Messages"
        case .gemini: "Gemini"
        case .bedrockConverse: "Bedrock Converse"
        case .cohereChat: "Cohere Chat"
        case .openAICompletions: "OpenAI Completions"
        }
    }

    /// The formats that providers are spoken to in.
    package static let providerFormats = allCases.filter { $0 != .openAICompletions }
    /// The formats that callers speak.
    package static let callerFormats = allCases.filter { $0 != .cohereChat }
    /// The formats of both.
    package static let commonFormats = providerFormats.filter(callerFormats.contains)
}
