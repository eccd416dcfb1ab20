import JSON

/// Reads a delta, or a whole message, which has the same members.
enum OpenAIChatDelta {
    private struct Members {
        var content: Range<Int>?
        var contentParts: Range<Int>?
        var refusal: Range<Int>?
        var reasoningContent: Range<Int>?
        var reasoning: Range<Int>?
        var details: Range<Int>?
        var toolCalls: Range<Int>?
        var functionCall: Range<Int>?
        var annotations: Range<Int>?
        var images: Range<Int>?
        var audio: Range<Int>?

        mutating func note(_ member: JSONMember, in data: Span<UInt8>) {
            guard member.value.count > 2 else { return }
            switch member.kind {
            case .string:
                if member.isNamed("content", in: data) {
                    content = member.value
                } else if member.isNamed("reasoning_content", in: data) {
                    reasoningContent = member.value
                } else if member.isNamed("reasoning", in: data) {
                    reasoning = member.value
                } else if member.isNamed("refusal", in: data) {
                    refusal = member.value
                }
            case .array:
                if member.isNamed("tool_calls", in: data) {
                    toolCalls = member.value
                } else if member.isNamed("content", in: data) {
                    contentParts = member.value
                } else if member.isNamed("reasoning_details", in: data) {
                    details = member.value
                } else if member.isNamed("annotations", in: data) {
                    annotations = member.value
                } else if member.isNamed("images", in: data) {
                    images = member.value
                }
            case .object:
                if member.isNamed("function_call", in: data) {
                    functionCall = member.value
                } else if member.isNamed("audio", in: data) {
                    audio = member.value
                }
            case .null, .boolean, .number: break
            }
        }
    }

    static func read(
        _ data: Span<UInt8>,
        into choice: inout OpenAIChatChoiceReader,
        _ events: inout [AnswerEvent]
    ) {
        var members = Members()
        try? JSONScanner.scanObject(data) { member throws(JSONError) in
            members.note(member, in: data)
        }
        let calls = members.toolCalls.map { array(data, $0) } ?? []
        if members.details != nil || !calls.isEmpty {
            choice.expect(callIDs: calls.compactMap { OpenAIChatChoiceReader.text($0["id"]) })
        }
        readReasoning(members, of: data, into: &choice, &events)
        if let range = members.content {
            choice.receive(text: text(data, range), into: &events)
        }
        if let range = members.contentParts {
            choice.receive(parts: array(data, range), into: &events)
        }
        if let range = members.annotations {
            choice.receive(annotations: array(data, range), into: &events)
        }
        if let range = members.refusal {
            choice.receive(refusal: text(data, range), into: &events)
        }
        if let range = members.audio, let audio = try? JSONValue(parsing: data.extracting(range)) {
            choice.receive(audio: audio, into: &events)
        }
        if let range = members.images {
            for image in array(data, range) {
                choice.receive(image: image, into: &events)
            }
        }
        if !calls.isEmpty {
            choice.receive(calls: calls, into: &events)
        }
        if let range = members.functionCall, let call = try? JSONValue(parsing: data.extracting(range)) {
            choice.receive(functionCall: call, into: &events)
        }
    }

    /// Thoughts stand in up to three members, of which one is read.
    private static func readReasoning(
        _ members: Members,
        of data: Span<UInt8>,
        into choice: inout OpenAIChatChoiceReader,
        _ events: inout [AnswerEvent]
    ) {
        let details = members.details.map { array(data, $0).compactMap { ReasoningDetail($0) } } ?? []
        if !details.contains(where: { $0.kind != .encrypted && !$0.text.isEmpty }) {
            if let range = members.reasoningContent {
                choice.receive(reasoning: text(data, range), of: .content, into: &events)
            } else if let range = members.reasoning {
                choice.receive(reasoning: text(data, range), of: .plain, into: &events)
            }
        }
        if !details.isEmpty {
            choice.receive(details: details, into: &events)
        }
    }

    private static func text(_ data: Span<UInt8>, _ range: Range<Int>) -> String {
        JSONText.string(data, range)
            ?? JSONText.repairedString(data.extracting(range.lowerBound + 1..<range.upperBound - 1))
    }

    private static func array(_ data: Span<UInt8>, _ range: Range<Int>) -> [JSONValue] {
        (try? JSONValue(parsing: data.extracting(range)))?.array ?? []
    }
}
