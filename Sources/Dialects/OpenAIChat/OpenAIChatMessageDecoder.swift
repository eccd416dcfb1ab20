import JSON

/// Reads messages into turns, one each.
struct OpenAIChatMessageDecoder {
    private(set) var turns: [Turn] = []
    private(set) var unread: [UnreadMember] = []

    /// Calls in the older form have no ids. Each gets one of its place, which its result finds by name.
    private var functionCalls: [(name: String, id: String)] = []

    mutating func read(_ message: JSONValue, path: String, index: Int) throws(FormatProblem) {
        var reader = try ObjectReader(message, path: path)
        var parts: [Part]
        let role: Role
        let word = try reader.requiredString("role")
        switch word {
        case "system", "developer", "user":
            role = Role(rawValue: word) ?? .user
            parts = try content(&reader, keepsEmptyText: true)
        case "assistant":
            role = .assistant
            parts = try assistantParts(&reader, index: index)
        case "tool":
            role = .user
            let id = try reader.requiredString("tool_call_id")
            parts = [try result(&reader, callID: id)]
        case "function":
            role = .user
            let name = try reader.requiredString("name")
            let id = functionCalls.last { $0.name == name }?.id ?? "function_\(name)"
            parts = [try result(&reader, callID: id)]
        default:
            throw FormatProblem(
                "must be system, developer, user, assistant, tool or function",
                at: reader.path(of: "role")
            )
        }
        if let hint = try OpenAIChatPartDecoder.cacheHint(&reader), let last = parts.indices.last {
            parts[last].cacheHint = hint
        }
        turns.append(Turn(role, parts, name: try reader.string("name"), path: path))
        if word == "tool" || word == "function" {
            turns[turns.count - 1].name = nil
        }
        unread += reader.unread
    }

    private mutating func content(
        _ reader: inout ObjectReader,
        keepsEmptyText: Bool
    ) throws(FormatProblem) -> [Part] {
        var decoder = OpenAIChatPartDecoder()
        let parts = try decoder.parts(
            of: reader.value("content"),
            path: reader.path(of: "content"),
            keepsEmptyText: keepsEmptyText
        )
        unread += decoder.unread
        return parts
    }

    private mutating func result(_ reader: inout ObjectReader, callID: String) throws(FormatProblem) -> Part {
        let parts = try content(&reader, keepsEmptyText: false)
        var name = try reader.string("name")
        if name == nil {
            name = self.name(ofCall: callID)
        }
        let isError = try reader.boolean("is_error") ?? false
        return Part(
            .toolResult(ToolResult(callID: callID, name: name, parts: parts, isError: isError)),
            path: reader.path
        )
    }

    private func name(ofCall id: String) -> String? {
        for turn in turns.reversed() {
            for case .toolCall(let call) in turn.parts.lazy.map(\.content) where call.id == id {
                return call.name
            }
        }
        return nil
    }

    private mutating func assistantParts(
        _ reader: inout ObjectReader,
        index: Int
    ) throws(FormatProblem) -> [Part] {
        var thoughts = try reasoning(&reader)
        let content = try content(&reader, keepsEmptyText: false)
        if content.contains(where: { if case .reasoning = $0.content { true } else { false } }) {
            // Mistral's content has them in their places.
            thoughts.removeAll { !$0.isSigned }
        }
        let refusal = try reader.string("refusal").flatMap { text in
            text.isEmpty ? nil : Part(.refusal(text), path: reader.path(of: "refusal"))
        }
        var calls = try toolCalls(&reader, index: index)
        for index in calls.indices {
            guard let id = calls[index].id,
                let place = thoughts.firstIndex(where: { $0.reasoning.id == id && $0.reasoning.text.isEmpty })
            else { continue }
            var thought = thoughts.remove(at: place)
            thought.reasoning.id = nil
            thought.reasoning.isRedacted = false
            calls[index].signature = thought.part
        }
        let isCallFirst = content.isEmpty && refusal == nil && calls.first.map { $0.signature == nil } == true
        let late = isCallFirst ? Self.takeLooseSignatures(from: &thoughts) : []
        var parts = thoughts.map(\.part) + content
        if let refusal { parts.append(refusal) }
        if let audio = reader.value("audio") {
            let foreign = ForeignContent(.openAIChat, type: "audio", element: .assistantMedia, value: audio)
            parts.append(Part(.foreign(foreign), path: reader.path(of: "audio")))
        }
        if let images = try reader.array("images") {
            var decoder = OpenAIChatPartDecoder()
            let path = reader.path(of: "images")
            parts += try decoder.parts(of: .array(images), path: path, keepsEmptyText: false)
            unread += decoder.unread
        }
        for call in calls {
            if let signature = call.signature { parts.append(signature) }
            parts.append(call.part)
        }
        parts += late
        // Sources of an earlier answer say nothing to the model.
        reader.ignore("annotations")
        return parts
    }

    /// Takes the signatures out that Gemini gave an empty text. They name no call, but in front of one they would be
    /// taken for its own.
    private static func takeLooseSignatures(from thoughts: inout [Thought]) -> [Part] {
        let kept = thoughts.count - thoughts.reversed().prefix { $0.isLooseSignature }.count
        defer { thoughts.removeLast(thoughts.count - kept) }
        return thoughts[kept...].map(\.part)
    }

    private struct Thought {
        var reasoning: Reasoning
        var path: String
        var part: Part { Part(.reasoning(reasoning), path: path) }
        var isSigned: Bool { reasoning.signature != nil }
        var isLooseSignature: Bool {
            reasoning.text.isEmpty && !reasoning.isRedacted && reasoning.signature?.origin == .gemini
        }
    }

    /// The thoughts, from the member that tells most: the others repeat their text.
    private mutating func reasoning(_ reader: inout ObjectReader) throws(FormatProblem) -> [Thought] {
        let details = try reader.array("reasoning_details") ?? []
        let blocks = try reader.array("thinking_blocks") ?? []
        let content = try reader.string("reasoning_content")
        let plain = try reader.string("reasoning")
        if !details.isEmpty {
            let path = reader.path(of: "reasoning_details")
            var entries: [ReasoningDetail] = []
            for (index, value) in details.enumerated() {
                if let entry = ReasoningDetail(value) {
                    entries.append(entry)
                } else {
                    unread.append(UnreadMember(path: "\(path)[\(index)]"))
                }
            }
            let thoughts = ReasoningDetail.reasoning(in: entries).map { Thought(reasoning: $0, path: path) }
            if !thoughts.isEmpty { return thoughts }
        }
        if !blocks.isEmpty {
            var decoder = OpenAIChatPartDecoder()
            let path = reader.path(of: "thinking_blocks")
            let parts = try decoder.parts(of: .array(blocks), path: path, keepsEmptyText: false)
            unread += decoder.unread
            return parts.compactMap { part in
                guard case .reasoning(let reasoning) = part.content else { return nil }
                return Thought(reasoning: reasoning, path: part.path)
            }
        }
        if let content, !content.isEmpty {
            return [Thought(reasoning: Reasoning(content), path: reader.path(of: "reasoning_content"))]
        }
        guard let plain, !plain.isEmpty else { return [] }
        return [Thought(reasoning: Reasoning(plain), path: reader.path(of: "reasoning"))]
    }

    private struct Call {
        var part: Part
        var id: String?
        var signature: Part?
    }

    private mutating func toolCalls(_ reader: inout ObjectReader, index: Int) throws(FormatProblem) -> [Call] {
        var calls: [Call] = []
        for (place, value) in (try reader.array("tool_calls") ?? []).enumerated() {
            var call = try ObjectReader(value, path: reader.path(of: "tool_calls", place))
            calls.append(try toolCall(value, &call))
        }
        if var function = try reader.reader("function_call") {
            let id = "function_call_\(index)"
            let name = try function.requiredString("name")
            let arguments = try function.string("arguments") ?? ""
            functionCalls.append((name, id))
            let content = PartContent.toolCall(ToolCall(id: id, name: name, arguments: arguments))
            calls.append(Call(part: Part(content, path: function.path), id: id))
            unread += function.unread
        }
        return calls
    }

    private mutating func toolCall(_ value: JSONValue, _ reader: inout ObjectReader) throws(FormatProblem) -> Call {
        let type = try reader.string("type") ?? "function"
        guard type == "function" else {
            let foreign = ForeignContent(.openAIChat, type: type, element: .customTool, value: value)
            return Call(part: Part(.foreign(foreign), path: reader.path))
        }
        let id = try reader.requiredString("id")
        guard var function = try reader.reader("function") else {
            throw FormatProblem("is missing", at: reader.path(of: "function"))
        }
        let name = try function.requiredString("name")
        let arguments: String
        if let object = function.value("arguments")?.object {
            // Ollama and others have them unquoted.
            arguments = String(decoding: JSONWriter().write(.object(object)), as: UTF8.self)
        } else {
            arguments = try function.string("arguments") ?? ""
        }
        let signature = GoogleExtraContent.signature(of: reader.value("extra_content")).map { text in
            Reasoning("", signature: ReasoningSignature(received: text, in: .gemini))
        }
        reader.ignore("index")
        let hint = try OpenAIChatPartDecoder.cacheHint(&reader)
        unread += function.unread + reader.unread
        let content = PartContent.toolCall(ToolCall(id: id, name: name, arguments: arguments))
        return Call(
            part: Part(content, cacheHint: hint, path: reader.path),
            id: id,
            signature: signature.map { Part(.reasoning($0), path: reader.path(of: "extra_content")) }
        )
    }
}
