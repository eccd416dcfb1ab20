package import Dialects
import JSON

extension RequestContent {
    /// What a conversation holds. Results of tools count like what the user says.
    package init(_ conversation: Conversation) {
        self.init()
        toolCount = conversation.tools.count
        for turn in conversation.turns { add(turn.parts) }
        tokenCount = TokenEstimate(conversation).count
        maximumTokenCount = conversation.sampling.maximumTokens
    }

    private mutating func add(_ parts: [Part]) {
        for part in parts {
            switch part.content {
            case .image: imageCount += 1
            case .document: documentCount += 1
            case .toolResult(let result): add(result.parts)
            case .text, .audio, .video, .toolCall, .reasoning, .refusal, .foreign: break
            }
        }
    }
}

extension RequestFacts {
    /// Fills in what a router needs and only the body tells.
    ///
    /// - Parameters:
    ///   - conversation: The body, understood.
    ///   - needed: What the router needs.
    package mutating func fill(from conversation: Conversation, needed: NeededFacts) {
        if needed.content { content = RequestContent(conversation) }
        if needed.user { user = conversation.user ?? "" }
        for name in needed.metadata {
            metadata[name] = conversation.metadata?[name]?.string
        }
    }
}
