import JSON

/// Reads `contents` and `systemInstruction`.
///
/// Format: Gemini API reference, "Content", "Part".
struct GeminiContentDecoder {
    var unread: [UnreadMember] = []

    /// Calls whose results have not come, in order.
    private var openCalls: [(id: String, name: String)] = []
    private var madeIDCount = 0

    mutating func instructions(of value: JSONValue, path: String) throws(FormatProblem) -> Turn {
        if case .string(let text) = value {
            return Turn(.system, [Part(.text(text.repairedValue), path: path)], path: path)
        }
        var reader = try GeminiReader(value, path: path)
        _ = try reader.string("role")
        var turn = Turn(.system, [], path: path)
        try readParts(&reader, place: .user, into: &turn.parts)
        return turn
    }

    mutating func turns(of value: JSONValue, path: String) throws(FormatProblem) -> [Turn] {
        switch value {
        case .object:
            var turns: [Turn] = []
            try readTurn(value, path: path, into: &turns)
            return turns
        case .array(let elements):
            guard !elements.isEmpty else { throw FormatProblem("must hold one turn at least", at: path) }
            var turns: [Turn] = []
            turns.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                try readTurn(element, path: "\(path)[\(index)]", into: &turns)
            }
            return turns
        default: throw FormatProblem("must be an array, not \(value.kind.article)", at: path)
        }
    }

    /// Reads one content. Google's SDKs send a stream back with a content for each of its events, so contents of the
    /// model that follow each other are one turn.
    private mutating func readTurn(
        _ value: JSONValue,
        path: String,
        into turns: inout [Turn]
    ) throws(FormatProblem) {
        var reader = try GeminiReader(value, path: path)
        let role: Role
        switch try reader.string("role") {
        case nil, "", "user", "function": role = .user
        case "model": role = .assistant
        default: throw FormatProblem("must be user or model", at: reader.path(of: "role"))
        }
        if role == .assistant, var last = turns.popLast() {
            let isContinued = last.role == .assistant
            if !isContinued {
                turns.append(last)
                last = Turn(role, [], path: path)
            }
            try readParts(&reader, place: isContinued ? .continuedModel : .model, into: &last.parts)
            turns.append(last)
        } else {
            var turn = Turn(role, [], path: path)
            try readParts(&reader, place: role == .assistant ? .model : .user, into: &turn.parts)
            turns.append(turn)
        }
    }

    /// Whose parts they are.
    private enum Place {
        case user
        case model
        /// The model's, in a content behind another of the model.
        case continuedModel
    }

    private mutating func readParts(
        _ reader: inout GeminiReader,
        place: Place,
        into parts: inout [Part]
    ) throws(FormatProblem) {
        let path = reader.path(of: "parts")
        switch reader.value("parts") {
        case nil: break
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let count = parts.count
                try readPart(element, path: "\(path)[\(index)]", isModel: place != .user, into: &parts)
                if index == 0, place == .continuedModel, parts.count == count + 1 { Self.joinTexts(&parts) }
            }
        case .object(let object):
            try readPart(.object(object), path: path, isModel: place != .user, into: &parts)
        case .some(let value): throw FormatProblem("must be an array, not \(value.kind.article)", at: path)
        }
        unread += reader.unread
    }

    /// Makes one text of the last two parts, if they are texts.
    private static func joinTexts(_ parts: inout [Part]) {
        guard parts.count > 1, case .text(let last) = parts[parts.count - 1].content,
            case .text(let first) = parts[parts.count - 2].content
        else { return }
        parts.removeLast()
        parts[parts.count - 1].content = .text(first.text + last.text)
    }

    private mutating func readPart(
        _ value: JSONValue,
        path: String,
        isModel: Bool,
        into parts: inout [Part]
    ) throws(FormatProblem) {
        var reader = try GeminiReader(value, path: path)
        let text = try reader.string("text")
        let isThought = try reader.boolean("thought") ?? false
        let signature = try reader.string("thoughtSignature")
            .flatMap { $0.isEmpty || $0 == GeminiSignature.standIn ? nil : $0 }
            .map { ReasoningSignature(received: $0, in: .gemini) }
        defer { unread += reader.unread }
        if isThought {
            Self.append(Reasoning(text ?? "", isSummary: true, signature: signature), path: path, to: &parts)
            return
        }
        if let signature {
            // Redacted thoughts of other providers travel in a part of their own; see the answer's encoder.
            let isRedacted = signature.origin != .gemini && text?.isEmpty == true
            parts.append(Part(.reasoning(Reasoning("", isRedacted: isRedacted, signature: signature)), path: path))
        }
        if let text {
            // The last event of a stream has a text of no characters.
            guard !text.isEmpty || !isModel && signature == nil else { return }
            parts.append(Part(.text(text), path: path))
        } else if let content = try media(&reader) {
            parts.append(Part(content, path: path))
        } else if var call = try reader.reader("functionCall") {
            parts.append(Part(.toolCall(try toolCall(&call)), path: path))
            unread += call.unread
        } else if var response = try reader.reader("functionResponse") {
            parts.append(Part(.toolResult(try toolResult(&response)), path: path))
            unread += response.unread
        } else if let foreign = Self.foreignContent(&reader, value) {
            parts.append(Part(.foreign(foreign), path: path))
        }
    }

    /// Streams are often sent back in the pieces they came in: thoughts without a signature go on in the next piece.
    private static func append(_ reasoning: Reasoning, path: String, to parts: inout [Part]) {
        if let last = parts.indices.last, case .reasoning(var earlier) = parts[last].content,
            earlier.signature == nil, !earlier.text.isEmpty
        {
            earlier.text += reasoning.text
            earlier.signature = reasoning.signature
            parts[last].content = .reasoning(earlier)
        } else if !reasoning.text.isEmpty || reasoning.signature != nil {
            parts.append(Part(.reasoning(reasoning), path: path))
        }
    }

    private static func foreignContent(_ reader: inout GeminiReader, _ value: JSONValue) -> ForeignContent? {
        for name in ["executableCode", "codeExecutionResult", "toolCall", "toolResponse"]
        where reader.value(name) != nil {
            return ForeignContent(.gemini, type: name, element: .serverToolContent, value: value)
        }
        guard let object = value.object, let first = object.members.first(where: { $0.value != .null }) else {
            return nil
        }
        let name = first.name.repairedValue
        _ = reader.value(name)
        return name == "thoughtSignature" || name == "thought_signature" || name == "thought"
            ? nil : ForeignContent(.gemini, type: name, element: .unknownPart, value: value)
    }

    /// The picture, recording, film or document of a part.
    private mutating func media(_ reader: inout GeminiReader) throws(FormatProblem) -> PartContent? {
        var source: Media.Source
        var mediaType: String?
        var name: String?
        if var blob = try reader.reader("inlineData") {
            source = .data(base64: Base64.standard(try blob.requiredString("data")))
            mediaType = try blob.string("mimeType")
            name = try blob.string("displayName")
            unread += blob.unread
        } else if var file = try reader.reader("fileData") {
            let address = try file.requiredString("fileUri")
            source = GeminiMedia.isStored(address) ? .file(id: address) : .url(address)
            mediaType = try file.string("mimeType")
            name = try file.string("displayName")
            unread += file.unread
        } else {
            return nil
        }
        var media = Media(source, mediaType: mediaType, name: name)
        if let resolution = try reader.object("mediaResolution") {
            switch resolution["level"]?.string {
            case "MEDIA_RESOLUTION_LOW": media.detail = "low"
            case "MEDIA_RESOLUTION_HIGH": media.detail = "high"
            case nil, "MEDIA_RESOLUTION_UNSPECIFIED": break
            default:
                unread.append(UnreadMember(path: reader.path(of: "mediaResolution"), element: .imageDetail))
            }
        }
        return GeminiMedia.content(media)
    }

    private mutating func toolCall(_ reader: inout GeminiReader) throws(FormatProblem) -> ToolCall {
        let name = try reader.requiredString("name")
        let arguments = try reader.object("args") ?? [:]
        let id = try reader.string("id").flatMap { $0.isEmpty ? nil : $0 } ?? makeID()
        openCalls.append((id, name))
        return ToolCall(
            id: id,
            name: name,
            arguments: String(decoding: JSONWriter().write(.object(arguments)), as: UTF8.self)
        )
    }

    /// Counted through the conversation, so that a conversation that goes on keeps them.
    private mutating func makeID() -> String {
        madeIDCount += 1
        return "gemini_call_\(madeIDCount)"
    }

    private mutating func toolResult(_ reader: inout GeminiReader) throws(FormatProblem) -> ToolResult {
        let name = try reader.string("name")
        let id = try reader.string("id").flatMap { $0.isEmpty ? nil : $0 }
        // Without an id the order tells: the first open call of that name.
        let place =
            openCalls.firstIndex { id != nil && $0.id == id }
            ?? (id == nil ? openCalls.firstIndex { name == nil || $0.name == name } : nil)
        let call = place.map { openCalls.remove(at: $0) }
        let response = try reader.object("response") ?? [:]
        let (text, isError) = GeminiToolResponse.text(of: response)
        let path = reader.path(of: "response")
        var parts = [Part(.text(text), path: path)]
        if let attachments = try reader.array("parts") {
            let path = reader.path(of: "parts")
            for (index, attachment) in attachments.enumerated() {
                try readPart(attachment, path: "\(path)[\(index)]", isModel: false, into: &parts)
            }
        }
        return ToolResult(
            callID: id ?? call?.id ?? makeID(),
            name: name ?? call?.name,
            parts: parts,
            isError: isError
        )
    }
}
