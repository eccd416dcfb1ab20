import JSON

/// Reads a whole answer. Lenient: what is not known is left out or kept as foreign.
///
/// Format: API reference, "Converse", "Response Syntax".
enum BedrockAnswerDecoder {
    static func events(of body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        guard body.object != nil else { throw FormatProblem("must be an object, not \(body.kind.article)", at: "") }
        guard let output = body["output"], output != .null else { throw FormatProblem("is missing", at: "output") }
        var events: [AnswerEvent] = [
            .start(
                AnswerStart(
                    model: body["trace"]?["promptRouter"]?["invokedModelId"]?.string,
                    serviceTier: body["serviceTier"]?["type"]?.string
                )
            )
        ]
        var isTextOpen = false
        for block in output["message"]?["content"]?.array ?? [] {
            append(block, isTextOpen: &isTextOpen, to: &events)
        }
        if let usage = TokenUsage(bedrock: body["usage"]) { events.append(.usage(usage)) }
        let sequence = stopSequence(body["additionalModelResponseFields"])
        let finish = BedrockStopReason.finish(body["stopReason"]?.string, stopSequence: sequence)
        events.append(.finish(choice: 0, finish))
        events.append(.end)
        return events
    }

    /// Claude's stop sequence, which a request can ask for with the pointer `/stop_sequence`.
    static func stopSequence(_ fields: JSONValue?) -> String? {
        fields?["stop_sequence"]?.string
    }

    private static func append(_ block: JSONValue, isTextOpen: inout Bool, to events: inout [AnswerEvent]) {
        if let text = text(block["text"]) {
            guard !text.isEmpty else { return }
            events.append(.partStart(choice: 0, .text))
            events.append(.delta(choice: 0, text))
            isTextOpen = true
            return
        }
        if let cited = block["citationsContent"] {
            append(cited: cited, isTextOpen: &isTextOpen, to: &events)
            return
        }
        isTextOpen = false
        if let call = block["toolUse"], call["type"]?.string != "server_tool_use" {
            append(call: call, to: &events)
        } else if let reasoning = block["reasoningContent"] {
            append(reasoning: reasoning, to: &events)
        } else if let image = block["image"], let media = media(image) {
            events.append(.partStart(choice: 0, .media(.image(media))))
        } else if let member = block.object?.members.first {
            let name = member.name.repairedValue
            let foreign = foreign(name, member.value)
            events.append(.partStart(choice: 0, .foreign(foreign)))
        }
    }

    static func foreign(_ name: String, _ value: JSONValue) -> ForeignContent {
        let isTool = name == "toolUse" || name == "toolResult"
        let element: ConversationElement = isTool ? .serverToolContent : .unknownPart
        return ForeignContent(.bedrockConverse, type: name, element: element, value: value)
    }

    /// A text without words of its own cites for the text before it, as web grounding does.
    private static func append(cited: JSONValue, isTextOpen: inout Bool, to events: inout [AnswerEvent]) {
        let pieces = (cited["content"]?.array ?? []).compactMap { text($0["text"]) }
        let citations = cited["citations"]?.array ?? []
        guard !pieces.isEmpty || !citations.isEmpty else { return }
        let words = pieces.joined()
        if !words.isEmpty || !isTextOpen {
            events.append(.partStart(choice: 0, .text))
        }
        for citation in citations {
            events.append(.annotation(choice: 0, BedrockCitation.annotation(citation)))
        }
        if !words.isEmpty { events.append(.delta(choice: 0, words)) }
        isTextOpen = true
    }

    private static func append(call: JSONValue, to events: inout [AnswerEvent]) {
        let part = AnswerPart.toolCall(id: text(call["toolUseId"]) ?? "", name: text(call["name"]) ?? "")
        events.append(.partStart(choice: 0, part))
        let input = call["input"] ?? [:]
        events.append(.delta(choice: 0, String(decoding: JSONWriter().write(input), as: UTF8.self)))
        events.append(.partEnd(choice: 0))
    }

    private static func append(reasoning: JSONValue, to events: inout [AnswerEvent]) {
        if let hidden = text(reasoning["redactedContent"]) {
            events.append(.partStart(choice: 0, .reasoning(isRedacted: true)))
            events.append(.signature(choice: 0, ReasoningSignature(origin: .bedrockConverse, value: hidden)))
        } else {
            events.append(.partStart(choice: 0, .reasoning()))
            events.append(.delta(choice: 0, text(reasoning["reasoningText"]?["text"]) ?? ""))
            if let signature = text(reasoning["reasoningText"]?["signature"]) {
                events.append(.signature(choice: 0, ReasoningSignature(origin: .bedrockConverse, value: signature)))
            }
        }
        events.append(.partEnd(choice: 0))
    }

    private static func media(_ image: JSONValue) -> Media? {
        let mediaType = text(image["format"]).map { "image/\($0)" }
        if let bytes = text(image["source"]?["bytes"]) {
            return Media(.data(base64: bytes), mediaType: mediaType)
        }
        return text(image["source"]?["s3Location"]?["uri"]).map { Media(.url($0), mediaType: mediaType) }
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard case .string(let string) = value else { return nil }
        return string.repairedValue
    }
}
