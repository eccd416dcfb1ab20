import JSON

/// Reads the answers of which a stream consists, or a whole one.
///
/// Format: Gemini API reference, "GenerateContentResponse", "Candidate". Lenient: what is not known is passed over or
/// kept as foreign content.
struct GeminiAnswerDecoder: Sendable {
    private enum OpenPart { case text, thought }

    private struct Choice {
        var open: OpenPart?
        var callCount = 0
        /// All visible text, to which citations count their offsets.
        var text = ""
        /// Where in it, in bytes, the open part begins.
        var openStart = 0
        var isSeen = false
        var isFinished = false
    }

    /// Whether nothing follows, so that an end without a reason is one.
    let isWhole: Bool
    private(set) var hasStarted = false
    private(set) var hasFailed = false

    private var id = ""
    private var choices: [Choice] = []

    init(isWhole: Bool) {
        self.isWhole = isWhole
    }

    /// Whether all choices have come to their ends.
    var isComplete: Bool {
        !hasFailed && choices.contains(where: \.isSeen) && choices.allSatisfy { $0.isFinished || !$0.isSeen }
    }

    mutating func decode(_ object: JSONObject, into events: inout [AnswerEvent]) {
        guard !hasFailed else { return }
        if let failure = GeminiError.failure(of: .object(object), status: nil) {
            hasFailed = true
            events.append(.failure(failure))
            return
        }
        start(object, into: &events)
        let candidates = object["candidates"]?.array ?? []
        for candidate in candidates {
            guard let candidate = candidate.object else { continue }
            decodeCandidate(candidate, into: &events)
        }
        if candidates.isEmpty, let reason = object["promptFeedback"]?["blockReason"]?.string, !reason.isEmpty {
            makeRoom(for: 0)
            choices[0].isSeen = true
            finish(0, .contentFilter, into: &events)
        }
        if let usage = object["usageMetadata"], usage.object != nil,
            let figures = GeminiUsage.usage(JSONWriter().write(usage).span)
        {
            events.append(.usage(figures))
        }
    }

    /// Nothing follows.
    mutating func finish(into events: inout [AnswerEvent]) {
        guard !hasFailed else { return }
        if isWhole {
            for index in choices.indices where choices[index].isSeen && !choices[index].isFinished {
                finish(index, .other("FINISH_REASON_UNSPECIFIED"), into: &events)
            }
            events.append(.end)
        } else if isComplete {
            events.append(.end)
        }
    }

    /// Most choices that are made room for; no model gives more than eight.
    private static let maximumChoiceCount = 64

    /// - Returns: Whether there is room.
    @discardableResult
    private mutating func makeRoom(for index: Int) -> Bool {
        guard (0..<Self.maximumChoiceCount).contains(index) else { return false }
        while choices.count <= index {
            choices.append(Choice())
        }
        return true
    }

    private mutating func start(_ object: JSONObject, into events: inout [AnswerEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        id = object["responseId"]?.string ?? ""
        var start = AnswerStart(id: id.isEmpty ? nil : id, model: object["modelVersion"]?.string)
        start.created = object["createTime"]?.string.flatMap(GeminiTime.seconds)
        start.serviceTier = object["usageMetadata"]?["serviceTier"]?.string
        events.append(.start(start))
    }

    // MARK: Candidates

    private mutating func decodeCandidate(_ candidate: JSONObject, into events: inout [AnswerEvent]) {
        // Protobuf leaves out a zero.
        let number = candidate["index"].flatMap { $0.integer ?? $0.double.flatMap(Int.init(exactly:)) }
        let index = number ?? 0
        guard makeRoom(for: index), !choices[index].isFinished else { return }
        choices[index].isSeen = true
        var parts = candidate["content"]?["parts"]?.array ?? []
        if let part = candidate["content"]?["parts"]?.object { parts = [.object(part)] }
        // Citations belong to text that came before or comes with them.
        let lastText = parts.lastIndex { $0["text"]?.string?.isEmpty == false && $0["thought"]?.boolean != true }
        if lastText == nil, choices[index].open == .text { decodeCitations(candidate, of: index, into: &events) }
        for (place, part) in parts.enumerated() {
            guard let part = part.object else { continue }
            decodePart(part, of: index, into: &events)
            if place == lastText { decodeCitations(candidate, of: index, into: &events) }
        }
        let entries = GeminiLogProbabilities.entries(candidate["logprobsResult"])
        if !entries.isEmpty { events.append(.logProbabilities(choice: index, entries)) }
        if let word = candidate["finishReason"]?.string, let reason = GeminiFinishReason.reason(word) {
            finish(index, reason, into: &events)
        }
    }

    private mutating func finish(_ index: Int, _ reason: FinishReason, into events: inout [AnswerEvent]) {
        close(index, into: &events)
        choices[index].isFinished = true
        events.append(.finish(choice: index, reason))
    }

    private mutating func close(_ index: Int, into events: inout [AnswerEvent]) {
        guard choices[index].open != nil else { return }
        choices[index].open = nil
        events.append(.partEnd(choice: index))
    }

    private func decodeCitations(_ candidate: JSONObject, of index: Int, into events: inout [AnswerEvent]) {
        for annotation in GeminiCitations.annotations(
            of: candidate,
            text: choices[index].text,
            openStart: choices[index].openStart
        ) {
            events.append(.annotation(choice: index, annotation))
        }
    }

    // MARK: Parts

    private mutating func decodePart(_ part: JSONObject, of index: Int, into events: inout [AnswerEvent]) {
        var text: String?
        if case .string(let string)? = part["text"] { text = string.repairedValue }
        let signature = (part["thoughtSignature"] ?? part["thought_signature"])?.string
            .flatMap { $0.isEmpty ? nil : ReasoningSignature(received: $0, in: .gemini) }
        if part["thought"]?.boolean == true {
            decodeThought(text ?? "", signature, of: index, into: &events)
            return
        }
        if let signature {
            // Redacted thoughts of other providers travel in a part of their own; see the encoder.
            let isRedacted = signature.origin != .gemini && text?.isEmpty == true
            close(index, into: &events)
            events.append(.partStart(choice: index, .reasoning(isRedacted: isRedacted)))
            events.append(.signature(choice: index, signature))
            events.append(.partEnd(choice: index))
        }
        if let text {
            decodeText(text, isThought: false, of: index, into: &events)
        } else if let call = part["functionCall"]?.object {
            decodeCall(call, of: index, into: &events)
        } else if let content = Self.wholeContent(part) {
            close(index, into: &events)
            events.append(.partStart(choice: index, content))
        }
    }

    private mutating func decodeThought(
        _ text: String,
        _ signature: ReasoningSignature?,
        of index: Int,
        into events: inout [AnswerEvent]
    ) {
        if text.isEmpty, signature != nil, choices[index].open != .thought {
            close(index, into: &events)
            choices[index].open = .thought
            events.append(.partStart(choice: index, .reasoning(isSummary: true)))
        }
        decodeText(text, isThought: true, of: index, into: &events)
        guard let signature else { return }
        events.append(.signature(choice: index, signature))
        close(index, into: &events)
    }

    /// Texts that follow each other are one part.
    private mutating func decodeText(
        _ text: String,
        isThought: Bool,
        of index: Int,
        into events: inout [AnswerEvent]
    ) {
        guard !text.isEmpty else { return }
        let kind: OpenPart = isThought ? .thought : .text
        if choices[index].open != kind {
            close(index, into: &events)
            choices[index].open = kind
            if !isThought { choices[index].openStart = choices[index].text.utf8.count }
            events.append(.partStart(choice: index, isThought ? .reasoning(isSummary: true) : .text))
        }
        if !isThought { choices[index].text += text }
        events.append(.delta(choice: index, text))
    }

    private mutating func decodeCall(_ call: JSONObject, of index: Int, into events: inout [AnswerEvent]) {
        close(index, into: &events)
        let place = choices[index].callCount
        choices[index].callCount += 1
        let given = call["id"]?.string ?? ""
        let callID = given.isEmpty ? ToolCallID.allowed("call_\(id)_\(index)_\(place)") : given
        let arguments = call["args"] ?? .object([:])
        events.append(.partStart(choice: index, .toolCall(id: callID, name: call["name"]?.string ?? "")))
        let text = JSONWriter().write(arguments == .null ? .object([:]) : arguments)
        events.append(.delta(choice: index, String(decoding: text, as: UTF8.self)))
        events.append(.partEnd(choice: index))
    }

    /// Media and what only Gemini knows.
    private static func wholeContent(_ part: JSONObject) -> AnswerPart? {
        if let blob = part["inlineData"], let data = blob["data"]?.string {
            return .media(
                GeminiMedia.content(Media(.data(base64: Base64.standard(data)), mediaType: blob["mimeType"]?.string))
            )
        }
        if let file = part["fileData"], let address = file["fileUri"]?.string {
            return .media(GeminiMedia.content(Media(.url(address), mediaType: file["mimeType"]?.string)))
        }
        for name in ["executableCode", "codeExecutionResult", "toolCall", "toolResponse"] where part[name] != nil {
            var content = part
            content.remove("thoughtSignature")
            return .foreign(
                ForeignContent(.gemini, type: name, element: .serverToolContent, value: .object(content))
            )
        }
        let known: Set<String> = ["thought", "thoughtSignature", "thought_signature"]
        guard let name = part.members.first(where: { !known.contains($0.name.repairedValue) })?.name.repairedValue
        else { return nil }
        return .foreign(ForeignContent(.gemini, type: name, element: .unknownPart, value: .object(part)))
    }
}

extension GeminiAnswerDecoder {
    /// Reads an event that holds more text of one choice and nothing else but figures, without building a tree.
    ///
    /// - Returns: Whether it was such an event; if not, nothing was read.
    mutating func decodeDelta(_ data: Span<UInt8>, into events: inout [AnswerEvent]) -> Bool {
        guard hasStarted, !hasFailed, let delta = GeminiTextDelta(data) else { return false }
        guard makeRoom(for: delta.index) else { return false }
        if !choices[delta.index].isFinished {
            choices[delta.index].isSeen = true
            decodeText(delta.text, isThought: delta.isThought, of: delta.index, into: &events)
        }
        if let usage = delta.usage, let figures = GeminiUsage.usage(data.extracting(usage)) {
            events.append(.usage(figures))
        }
        return true
    }
}
