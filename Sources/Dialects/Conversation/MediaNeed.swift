/// A picture or document that a request has by its address, while the provider takes nothing but bytes.
package struct MediaNeed: Sendable, Equatable {
    /// Where the medium stands in a conversation.
    struct Place: Sendable, Equatable {
        var turn: Int
        var part: Int
        /// Its place within the tool's result that the part is; nil for the part itself.
        var resultPart: Int?
    }

    /// The address as the caller wrote it. It may be anything.
    package let url: String
    /// The media types that the provider takes in its place, in lower case.
    package let mediaTypes: [String]
    /// Where it is in the caller's body, as in `messages[2].content[0]`.
    package let path: String

    let place: Place
}

extension WireFormat {
    /// Whether providers of the format take pictures and documents as bytes only, and fetch none by themselves.
    package var takesMediaAsBytes: Bool {
        switch self {
        case .bedrockConverse: true
        case .openAIChat, .openAICompletions, .openAIResponses, .anthropicMessages, .gemini, .cohereChat: false
        }
    }
}

extension Conversation {
    /// Pictures and documents that must be fetched before the conversation can be said in `target`, in order.
    ///
    /// - Parameter options: What the encoder will be told.
    package func mediaNeeds(for target: WireFormat, _ options: RequestOptions) -> [MediaNeed] {
        target.takesMediaAsBytes ? BedrockMediaNeeds(model: options.usualModel).needs(of: turns) : []
    }

    /// Puts the bytes of a medium in the place of its address.
    ///
    /// - Parameters:
    ///   - need: One of this conversation's own.
    ///   - base64: The bytes in base64 (RFC 4648, section 4).
    ///   - mediaType: What they are.
    package mutating func fill(_ need: MediaNeed, base64: String, mediaType: String) {
        guard turns.indices.contains(need.place.turn),
            turns[need.place.turn].parts.indices.contains(need.place.part)
        else { return }
        let part = turns[need.place.turn].parts[need.place.part]
        let filled: PartContent
        if let position = need.place.resultPart {
            guard case .toolResult(var result) = part.content, result.parts.indices.contains(position) else { return }
            result.parts[position].content = result.parts[position].content.filled(base64, mediaType)
            filled = .toolResult(result)
        } else {
            filled = part.content.filled(base64, mediaType)
        }
        turns[need.place.turn].parts[need.place.part].content = filled
    }
}

extension PartContent {
    fileprivate func filled(_ base64: String, _ mediaType: String) -> PartContent {
        switch self {
        case .image(var media):
            media.source = .data(base64: base64)
            media.mediaType = mediaType
            return .image(media)
        case .document(var media):
            media.source = .data(base64: base64)
            media.mediaType = mediaType
            return .document(media)
        case .text, .audio, .video, .toolCall, .toolResult, .reasoning, .refusal, .foreign:
            return self
        }
    }
}
