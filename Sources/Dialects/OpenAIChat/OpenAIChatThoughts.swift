import JSON

/// Writes thoughts for a caller: their text in the three members that clients read, their signatures in
/// `reasoning_details`.
struct OpenAIChatThoughts {
    /// The place of the next block among all of the choice.
    private(set) var index = 0

    /// The pieces of a delta that carry more of a block's text.
    func text(_ text: String, isSummary: Bool, id: String?) -> JSONObject {
        let entry = ReasoningDetail.text(text, isSummary: isSummary, signature: nil, id: id, index: index)
        return [
            "reasoning_content": .string(text),
            "reasoning": .string(text),
            "reasoning_details": [.object(entry)],
        ]
    }

    /// The entry with the signature of a block that ends; nil if it has none.
    ///
    /// - Parameters:
    ///   - block: The block. What matters of its text is whether there is any.
    ///   - callID: The call that a signature without a text of its own belongs to.
    func ending(of block: Reasoning, callID: String?) -> JSONObject? {
        guard let signature = block.signature, OpenAIReasoningMember(signature) == nil else { return nil }
        let value = signature.text(for: .openAIChat)
        var entry: JSONObject
        if Self.hasEntryOfItsOwn(block) {
            entry = ReasoningDetail.encrypted(value, id: block.id, index: index + 1)
        } else if block.isRedacted || (block.text.isEmpty && block.id != nil) {
            entry = ReasoningDetail.encrypted(value, id: block.id, index: index)
        } else if block.text.isEmpty, let callID {
            entry = ReasoningDetail.encrypted(value, id: callID, index: index)
        } else {
            let isSummary = block.isSummary && !block.text.isEmpty
            entry = ReasoningDetail.text("", isSummary: isSummary, signature: value, id: nil, index: index)
        }
        if let format = ReasoningDetail.formatName(signature.origin) {
            entry.append("format", .string(format))
        }
        return entry
    }

    /// What a call has of Gemini's signature; nil if it has none.
    static func extraContent(_ signature: ReasoningSignature?) -> JSONValue? {
        guard let signature else { return nil }
        if let value = GoogleExtraContent.unmarked(signature) { return GoogleExtraContent.value(value) }
        return signature.origin == .gemini ? GoogleExtraContent.value(signature.value) : nil
    }

    /// The next block begins.
    mutating func advance(past block: Reasoning) {
        index += Self.hasEntryOfItsOwn(block) ? 2 : 1
    }

    /// Whether the signature of a summary stands in a further entry with the same id. It needs a place of its own,
    /// because clients join entries of one place.
    private static func hasEntryOfItsOwn(_ block: Reasoning) -> Bool {
        block.isSummary && !block.isRedacted && !block.text.isEmpty && block.id != nil
    }
}

/// What answers and their streams have in common.
enum OpenAIChatAnswerPieces {
    /// The id of an answer.
    static func id(_ start: AnswerStart, _ context: AnswerContext) -> String {
        start.id.flatMap { $0.isEmpty ? nil : $0 } ?? "chatcmpl-\(context.requestID)"
    }

    /// The id of a call, made of the request's where the provider gave none.
    static func callID(_ id: String, _ context: AnswerContext, choice: Int, place: Int) -> String {
        id.isEmpty ? ToolCallID.allowed("call_\(context.requestID)_\(choice)_\(place)", maximumLength: 40) : id
    }

    /// Whether the caller asked in the older way, with `functions`, and reads `function_call`.
    static func usesFunctions(_ context: AnswerContext) -> Bool {
        guard let request = context.request else { return false }
        return request["functions"]?.array?.isEmpty == false && request["tools"]?.array?.isEmpty != false
    }

    /// An annotation; nil when it has no address.
    ///
    /// - Parameter offset: Characters of the answer's text before the part that it is in.
    static func annotation(_ annotation: Annotation, offset: Int) -> JSONValue? {
        if annotation.format == .openAIChat { return annotation.value }
        guard let url = annotation.url else { return nil }
        let (start, overflow) = (annotation.range?.lowerBound ?? 0).addingReportingOverflow(offset)
        let (end, secondOverflow) = (annotation.range?.upperBound ?? 0).addingReportingOverflow(offset)
        var citation: JSONObject = [
            "url": .string(url),
            "title": .string(annotation.title ?? ""),
            "start_index": .number(overflow ? 0 : start),
            "end_index": .number(secondOverflow ? 0 : end),
        ]
        if let text = annotation.citedText { citation.append("content", .string(text)) }
        return ["type": "url_citation", "url_citation": .object(citation)]
    }

    /// A picture or recording as the member of a message that holds it; nil for what answers cannot hold.
    static func media(_ content: PartContent, _ context: AnswerContext) -> JSONObject.Member? {
        switch content {
        case .image(let media):
            guard let url = media.url(assuming: "image/png") else { return nil }
            return .init(name: "images", value: [["type": "image_url", "image_url": ["url": .string(url)]]])
        case .audio(let media):
            guard case .data(let base64) = media.source else { return nil }
            var audio: JSONObject = [
                "id": .string("audio_\(context.requestID)"),
                "data": .string(base64),
                "expires_at": .number(context.created),
                "transcript": "",
            ]
            if let type = media.mediaType, type.hasPrefix("audio/"), type != "audio/wav" {
                audio.append("format", .string(type == "audio/mpeg" ? "mp3" : String(type.dropFirst(6))))
            }
            return .init(name: "audio", value: .object(audio))
        default: return nil
        }
    }

    /// The members of a choice that tell its end.
    static func finish(_ reason: FinishReason, hasRefusal: Bool, usesFunctions: Bool) -> JSONObject {
        let words = OpenAIChatFinish.words(reason, hasRefusal: hasRefusal)
        let word = usesFunctions && words.word == "tool_calls" ? "function_call" : words.word
        var members: JSONObject = ["finish_reason": .string(word)]
        if let native = words.native { members.append("native_finish_reason", .string(native)) }
        if case .stopSequence(let text?) = reason { members.append("stop_reason", .string(text)) }
        return members
    }
}
