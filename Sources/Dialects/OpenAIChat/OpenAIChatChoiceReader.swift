import JSON

/// Makes events of what one choice says, piece by piece or all at once.
struct OpenAIChatChoiceReader {
    private enum OpenPart: Equatable {
        case none, text, refusal, toolCall
        /// The member to be named in place of a signature, until one has come.
        case reasoning(OpenAIReasoningMember?)
    }

    let index: Int
    private(set) var isFinished = false

    private var openPart = OpenPart.none
    private var lastDetail: ReasoningDetail?
    /// Encrypted thoughts that belong to a call of the same message, or may belong to one that follows them.
    private var held: [ReasoningDetail] = []
    private var expectedIDs: [String] = []
    private var calls: OpenAIChatCallReader
    private var hasCalls = false
    /// What came in the middle of a call.
    private var deferred: [AnswerEvent] = []
    private var postponedPart: AnswerPart?
    private var audio = ""
    private var audioFormat: String?

    init(index: Int) {
        self.index = index
        calls = OpenAIChatCallReader(choice: index)
    }

    // MARK: - Texts

    mutating func receive(text: String, into events: inout [AnswerEvent]) {
        guard !text.isEmpty else { return }
        if openPart != .text {
            guard !hasToWait else {
                postpone(text, of: .text)
                return
            }
            begin(.text, .text, into: &events)
        }
        events.append(.delta(choice: index, text))
    }

    mutating func receive(refusal: String, into events: inout [AnswerEvent]) {
        guard !refusal.isEmpty else { return }
        if openPart != .refusal {
            begin(.refusal, .refusal, into: &events)
        }
        events.append(.delta(choice: index, refusal))
    }

    mutating func receive(
        reasoning: String,
        of member: OpenAIReasoningMember,
        into events: inout [AnswerEvent]
    ) {
        guard !reasoning.isEmpty else { return }
        guard !hasToWait else {
            postpone(reasoning, of: .reasoning())
            return
        }
        if case .reasoning = openPart {
            // More of the same.
        } else {
            begin(.reasoning(member), .reasoning(), into: &events)
        }
        events.append(.delta(choice: index, reasoning))
    }

    /// Content in parts: Mistral's thoughts and texts.
    mutating func receive(parts: [JSONValue], into events: inout [AnswerEvent]) {
        for part in parts {
            switch part["type"]?.string {
            case "text": receive(text: Self.text(part["text"]) ?? "", into: &events)
            case "refusal": receive(refusal: Self.text(part["refusal"]) ?? "", into: &events)
            case "thinking":
                let thoughts = OpenAIChatPartDecoder.thinkingText(part["thinking"])
                receive(reasoning: thoughts, of: .thinkingPart, into: &events)
            case "image_url": receive(image: part, into: &events)
            // The numbers of sources say nothing without them.
            case "reference": break
            default:
                guard part.object != nil else { break }
                let type = part["type"]?.string ?? ""
                receive(
                    .foreign(ForeignContent(.openAIChat, type: type, element: .unknownPart, value: part)),
                    into: &events
                )
            }
        }
    }

    // MARK: - Reasoning in detail

    mutating func receive(details: [ReasoningDetail], into events: inout [AnswerEvent]) {
        for entry in details {
            let continues = lastDetail.map(entry.continues) ?? false
            switch entry.kind {
            case .text, .summary:
                if hasToWait {
                    postpone(entry)
                } else {
                    receiveText(of: entry, continues: continues && lastDetail?.kind == entry.kind, into: &events)
                }
            case .encrypted:
                guard !entry.text.isEmpty else { continue }
                if continues, lastDetail?.kind == .summary, case .reasoning(.some) = openPart {
                    sign(entry.signature(entry.text), into: &events)
                } else if entry.id != nil {
                    held.append(entry)
                } else {
                    writeSecret(entry, into: &events)
                }
            }
            let id = lastDetail?.id
            lastDetail = entry
            if continues, entry.id == nil { lastDetail?.id = id }
        }
    }

    private mutating func receiveText(
        of entry: ReasoningDetail,
        continues: Bool,
        into events: inout [AnswerEvent]
    ) {
        var isOpen = false
        if case .reasoning(let member) = openPart {
            // A signature ends a block; one that comes alone is of the block before, or of the part that follows.
            isOpen = (continues || lastDetail == nil || entry.index == nil) && member != nil
        }
        if entry.text.isEmpty, entry.signature == nil { return }
        if !isOpen {
            let part = AnswerPart.reasoning(id: entry.id, isSummary: entry.kind == .summary)
            begin(.reasoning(.details), part, into: &events)
        }
        if !entry.text.isEmpty {
            events.append(.delta(choice: index, entry.text))
        }
        if let signature = entry.signature {
            sign(entry.signature(signature), into: &events)
        }
    }

    private mutating func sign(_ signature: ReasoningSignature, into events: inout [AnswerEvent]) {
        events.append(.signature(choice: index, signature))
        openPart = .reasoning(nil)
    }

    private mutating func writeSecret(_ entry: ReasoningDetail, into events: inout [AnswerEvent]) {
        begin(.reasoning(nil), .reasoning(id: entry.id, isRedacted: true), into: &events)
        sign(entry.signature(entry.text), into: &events)
        end(into: &events)
    }

    /// Takes note of the ids of calls that come in the same chunk or message, behind what is read first.
    mutating func expect(callIDs: [String]) {
        expectedIDs = callIDs
    }

    private mutating func releaseHeld(into events: inout [AnswerEvent]) {
        guard !held.isEmpty else { return }
        let released = held.filter { !expectedIDs.contains($0.id ?? "") }
        held.removeAll { !expectedIDs.contains($0.id ?? "") }
        for entry in released {
            writeSecret(entry, into: &events)
        }
    }

    // MARK: - Calls

    mutating func receive(calls values: [JSONValue], into events: inout [AnswerEvent]) {
        releaseHeld(into: &events)
        expectedIDs = []
        for value in values where value.object != nil {
            if value["type"]?.string == "custom" {
                let foreign = ForeignContent(.openAIChat, type: "custom", element: .customTool, value: value)
                receive(.foreign(foreign), into: &events)
            } else {
                receive(call: value["function"], id: Self.text(value["id"]), of: value, into: &events)
            }
        }
    }

    /// A call in the older form, of which there is one at most.
    mutating func receive(functionCall value: JSONValue, into events: inout [AnswerEvent]) {
        receive(call: value, id: nil, of: ["index": 0], into: &events)
    }

    private mutating func receive(
        call function: JSONValue?,
        id: String?,
        of value: JSONValue,
        into events: inout [AnswerEvent]
    ) {
        var arguments = Self.text(function?["arguments"]) ?? ""
        if let object = function?["arguments"]?.object {
            arguments = String(decoding: JSONWriter().write(.object(object)), as: UTF8.self)
        }
        var piece = OpenAIChatCallReader.Piece(
            index: value["index"]?.integer,
            id: id,
            name: Self.text(function?["name"]),
            arguments: arguments
        )
        if calls.begins(piece) {
            if let place = held.firstIndex(where: { $0.id == id && id != nil }) {
                let entry = held.remove(at: place)
                piece.signature = entry.signature(entry.text)
            } else if let text = GoogleExtraContent.signature(of: value["extra_content"]) {
                piece.signature = GoogleExtraContent.marked(text)
            }
        }
        if openPart != .toolCall {
            end(into: &events)
            openPart = .toolCall
        }
        hasCalls = true
        calls.receive(piece, into: &events)
    }

    // MARK: - Others

    mutating func receive(annotations: [JSONValue], into events: inout [AnswerEvent]) {
        for value in annotations where value.object != nil {
            let citation = value["url_citation"]
            var annotation = Annotation(value: value, format: .openAIChat)
            annotation.url = Self.text(citation?["url"])
            annotation.title = Self.text(citation?["title"])
            annotation.citedText = Self.text(citation?["content"])
            if let start = citation?["start_index"]?.integer, let end = citation?["end_index"]?.integer, start >= 0,
                start <= end
            {
                annotation.range = start..<end
            }
            if hasToWait {
                deferred.append(.annotation(choice: index, annotation))
            } else {
                if openPart != .text { begin(.text, .text, into: &events) }
                events.append(.annotation(choice: index, annotation))
            }
        }
    }

    /// OpenRouter's pictures in answers.
    mutating func receive(image value: JSONValue, into events: inout [AnswerEvent]) {
        guard let url = Self.text(value["image_url"]?["url"]) ?? Self.text(value["image_url"]) else { return }
        receive(.media(.image(Media(url: url))), into: &events)
    }

    /// A recording, whose transcript is the answer's text. Its pieces are put together.
    mutating func receive(audio value: JSONValue, into events: inout [AnswerEvent]) {
        audio += Self.text(value["data"]) ?? ""
        audioFormat = Self.text(value["format"]) ?? audioFormat
        receive(text: Self.text(value["transcript"]) ?? "", into: &events)
    }

    mutating func receive(logProbabilities value: JSONValue, into events: inout [AnswerEvent]) {
        let entries = (value["content"]?.array ?? []) + (value["refusal"]?.array ?? [])
        let tokens = entries.compactMap { entry in
            OpenAIChatLogProbability.candidate(entry).map { chosen in
                let top = (entry["top_logprobs"]?.array ?? []).compactMap(OpenAIChatLogProbability.candidate)
                return TokenLogProbability(chosen: chosen, top: top)
            }
        }
        if !tokens.isEmpty {
            events.append(.logProbabilities(choice: index, tokens))
        }
    }

    mutating func finish(_ reason: FinishReason, into events: inout [AnswerEvent]) {
        guard !isFinished else { return }
        isFinished = true
        expectedIDs = []
        releaseHeld(into: &events)
        calls.finish(into: &events)
        end(into: &events)
        events += deferred
        if !audio.isEmpty {
            let format = audioFormat ?? "wav"
            let type = format == "mp3" ? "audio/mpeg" : "audio/\(format)"
            receive(.media(.audio(Media(.data(base64: audio), mediaType: type))), into: &events)
        }
        events.append(.finish(choice: index, reason))
    }

    // MARK: - Parts

    /// A string's text, lone surrogates replaced.
    static func text(_ value: JSONValue?) -> String? {
        guard case .string(let string) = value else { return nil }
        return string.repairedValue
    }

    /// Whether a call is in the middle of its arguments.
    private var hasToWait: Bool { hasCalls && calls.isBusy }

    /// Keeps what came in the middle of a call for behind it.
    private mutating func postpone(_ text: String, of part: AnswerPart) {
        if postponedPart != part { deferred.append(.partStart(choice: index, part)) }
        postponedPart = part
        deferred.append(.delta(choice: index, text))
    }

    private mutating func postpone(_ entry: ReasoningDetail) {
        let part = AnswerPart.reasoning(id: entry.id, isSummary: entry.kind == .summary)
        postpone(entry.text, of: part)
        guard let signature = entry.signature else { return }
        deferred.append(.signature(choice: index, entry.signature(signature)))
        postponedPart = nil
    }

    private mutating func receive(_ whole: AnswerPart, into events: inout [AnswerEvent]) {
        guard !hasToWait else {
            deferred.append(.partStart(choice: index, whole))
            postponedPart = nil
            return
        }
        begin(.none, whole, into: &events)
    }

    private mutating func begin(_ open: OpenPart, _ part: AnswerPart, into events: inout [AnswerEvent]) {
        closeReasoning(into: &events)
        releaseHeld(into: &events)
        closePart(into: &events)
        openPart = open
        events.append(.partStart(choice: index, part))
    }

    private mutating func end(into events: inout [AnswerEvent]) {
        closeReasoning(into: &events)
        closePart(into: &events)
        openPart = .none
    }

    private mutating func closePart(into events: inout [AnswerEvent]) {
        switch openPart {
        case .none: break
        case .toolCall: calls.finish(into: &events)
        case .text, .refusal, .reasoning: events.append(.partEnd(choice: index))
        }
    }

    /// Thoughts without a signature say which member they came in.
    private mutating func closeReasoning(into events: inout [AnswerEvent]) {
        guard case .reasoning(let member?) = openPart else { return }
        var signature = member.signature
        if member == .details, let lastDetail { signature.label = lastDetail.label.text }
        events.append(.signature(choice: index, signature))
        openPart = .reasoning(nil)
    }
}
