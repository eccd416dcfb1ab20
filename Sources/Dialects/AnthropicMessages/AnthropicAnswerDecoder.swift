import JSON

/// Reads a provider's whole message. Members and types that nobody knows are passed over.
enum AnthropicAnswerDecoder {
    static func events(of body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        guard body.object != nil else {
            throw FormatProblem("must be an object, not \(body.kind.article)", at: "")
        }
        if let error = body["error"], error != .null {
            return [.failure(AnthropicError.failure(error, status: nil))]
        }
        guard body["content"] != nil || body["stop_reason"] != nil else {
            throw FormatProblem("is missing", at: "content")
        }
        var events: [AnswerEvent] = [.start(start(body))]
        if let text = body["content"]?.string {
            events += [.partStart(choice: 0, .text), .delta(choice: 0, text), .partEnd(choice: 0)]
        }
        for block in body["content"]?.array ?? [] {
            appendEvents(of: block, to: &events)
        }
        if let usage = body["usage"], usage.object != nil {
            var figures = AnthropicUsage()
            let bytes = JSONWriter().write(usage)
            figures.update(bytes.span, in: 0..<bytes.count)
            events.append(.usage(figures.tokens))
        }
        let reason = body["stop_reason"]?.string ?? "end_turn"
        let finish = FinishReason(anthropic: reason, stopSequence: body["stop_sequence"]?.string)
        return events + [.finish(choice: 0, finish), .end]
    }

    /// What a message says before its content.
    static func start(_ message: JSONValue) -> AnswerStart {
        AnswerStart(
            id: message["id"]?.string,
            model: message["model"]?.string,
            serviceTier: message["usage"]?["service_tier"]?.string
        )
    }

    /// A block that only this format has.
    static func foreign(_ block: JSONValue) -> ForeignContent {
        let type = block["type"]?.string ?? ""
        let isServer = type == "server_tool_use" || type == "mcp_tool_use" || type.hasSuffix("_tool_result")
        return ForeignContent(
            .anthropicMessages,
            type: type,
            element: isServer || type == "container_upload" ? .serverToolContent : .unknownPart,
            value: block
        )
    }

    /// The arguments of a call as text.
    static func arguments(_ input: JSONValue?) -> String {
        guard let input, input != .null else { return "{}" }
        return String(decoding: JSONWriter().write(input), as: UTF8.self)
    }

    private static func appendEvents(of block: JSONValue, to events: inout [AnswerEvent]) {
        switch block["type"]?.string {
        case "text":
            events.append(.partStart(choice: 0, .text))
            events.append(.delta(choice: 0, text(block["text"])))
            for citation in block["citations"]?.array ?? [] {
                events.append(.annotation(choice: 0, AnthropicCitation.annotation(citation)))
            }
        case "thinking":
            events.append(.partStart(choice: 0, .reasoning()))
            events.append(.delta(choice: 0, text(block["thinking"])))
            appendSignature(block["signature"], to: &events)
        case "redacted_thinking":
            events.append(.partStart(choice: 0, .reasoning(isRedacted: true)))
            appendSignature(block["data"], to: &events)
        case "tool_use":
            events.append(.partStart(choice: 0, .toolCall(id: text(block["id"]), name: text(block["name"]))))
            events.append(.delta(choice: 0, arguments(block["input"])))
        default:
            events.append(.partStart(choice: 0, .foreign(foreign(block))))
            return
        }
        events.append(.partEnd(choice: 0))
    }

    private static func appendSignature(_ value: JSONValue?, to events: inout [AnswerEvent]) {
        guard let signature = value?.string, !signature.isEmpty else { return }
        events.append(.signature(choice: 0, ReasoningSignature(origin: .anthropicMessages, value: signature)))
    }

    private static func text(_ value: JSONValue?) -> String {
        if case .string(let string)? = value { string.repairedValue } else { "" }
    }
}
