import JSON

@testable import Dialects

/// A conversation for a body as a caller of Chat Completions sends it.
func chat(_ body: String) throws -> Conversation {
    try OpenAIChat.conversation(of: JSONValue(parsing: body.utf8.span), RequestCall())
}

/// The request that a provider of Chat Completions gets.
func chatRequest(_ conversation: Conversation) -> EncodedRequest {
    OpenAIChat.request(for: conversation, RequestOptions(model: "m"))
}

/// A conversation from elsewhere.
func conversation(_ turns: [Turn], source: WireFormat = .anthropicMessages) -> Conversation {
    var conversation = Conversation(source: source, model: "m")
    conversation.turns = turns
    return conversation
}

/// What a caller of Chat Completions gets.
func chatContext(usage: Bool = true, request: JSONObject? = nil) -> AnswerContext {
    AnswerContext(requestID: "req1", model: "m", created: 7, wantsStreamUsage: usage, request: request)
}

/// The text of a value.
func json(_ value: JSONValue?) -> String {
    value.map { text(JSONWriter().write($0)) } ?? "absent"
}

/// The chunks of a stream, without the mark of its end.
func chunks(_ stream: [UInt8]) throws -> [JSONValue] {
    try text(stream).split(separator: "\n\n").filter { $0 != "data: [DONE]" }.map { event in
        try JSONValue(parsing: String(event.dropFirst(6)).utf8.span)
    }
}

extension Turn {
    /// The turn without its places, to compare what is said and not where.
    var withoutPaths: Turn { Turn(role, parts.map(\.withoutPath), name: name, path: "") }
}

extension Part {
    var withoutPath: Part {
        guard case .toolResult(var result) = content else { return Part(content, cacheHint: cacheHint) }
        result.parts = result.parts.map(\.withoutPath)
        return Part(.toolResult(result), cacheHint: cacheHint)
    }
}

extension Part {
    /// The part without what a decoder adds to a signature.
    var withoutLabel: Part {
        guard case .reasoning(var reasoning) = content else { return self }
        reasoning.signature?.label = ""
        return Part(.reasoning(reasoning), cacheHint: cacheHint, path: path)
    }
}

extension [AnswerEvent] {
    /// The events without the names of members that stand for signatures, and without the labels of signatures, both
    /// of which a decoder adds.
    var withoutMembers: [AnswerEvent] {
        compactMap { event in
            guard case .signature(let choice, var signature) = event else { return event }
            signature.label = ""
            return OpenAIReasoningMember(signature) == nil ? .signature(choice: choice, signature) : nil
        }
    }

    /// The events with texts that follow each other joined.
    var joined: [AnswerEvent] {
        reduce(into: []) { result, event in
            if case .delta(let choice, let text) = event, case .delta(choice, let before)? = result.last {
                result[result.count - 1] = .delta(choice: choice, before + text)
            } else if case .usage = event, case .usage? = result.last {
                result[result.count - 1] = event
            } else {
                result.append(event)
            }
        }
    }
}
