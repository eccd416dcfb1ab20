import JSON

/// Reads the events of ConverseStream.
///
/// Texts, thoughts and citations have no start of their own: their part begins with the first delta of a block. A block
/// of citations alone cites for the text before it, which therefore stays open until another part begins.
///
/// Format: API reference, "ConverseStream", "ContentBlockDeltaEvent" and the events beside it.
package struct BedrockStreamDecoder: AnswerStreamDecoder {
    private enum Block: Sendable {
        case none
        case text
        case reasoning
        case toolCall
        /// Encrypted thoughts so far.
        case redacted([UInt8])
        /// What is only known whole.
        case collected(BedrockCollectedBlock)
    }

    private var block = Block.none
    private var index = -1
    /// Whether the last part is a text, though its block may be over.
    private var isTextOpen = false
    /// Citations that came before the words that cite.
    private var heldCitations: [Annotation] = []
    private var hasStopped = false
    private var hasEnded = false

    package init() {}

    package var isCompleteUnmarked: Bool { hasStopped && !hasEnded }

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        guard !hasEnded else { return }
        do throws(JSONError) {
            switch name {
            case "contentBlockDelta": try decodeDelta(data, into: &events)
            case "contentBlockStart": try decodeStart(JSONValue(parsing: data), into: &events)
            case "contentBlockStop": closeBlock(into: &events)
            case "messageStart": events.append(.start(AnswerStart()))
            case "messageStop": try decodeMessageStop(JSONValue(parsing: data), into: &events)
            case "metadata": try decodeMetadata(JSONValue(parsing: data), into: &events)
            default: decodeOther(data, name, into: &events)
            }
        } catch {
            hasEnded = true
            events.append(.failure(ProviderFailure(.server, "The provider's stream has malformed JSON.")))
        }
    }

    package mutating func finish(into events: inout [AnswerEvent]) {
        guard isCompleteUnmarked else { return }
        hasEnded = true
        events.append(.end)
    }

    private mutating func decodeOther(_ data: Span<UInt8>, _ name: String, into events: inout [AnswerEvent]) {
        let word = name.lowercased()
        let endings = ["exception", "error", "failure", "fault"]
        guard endings.contains(where: word.hasSuffix) else { return }
        hasEnded = true
        events.append(.failure(BedrockException.failure(ofPayload: data, name: name)))
    }

    // MARK: The end

    private mutating func decodeMessageStop(_ event: JSONValue, into events: inout [AnswerEvent]) {
        closeBlock(into: &events)
        hasStopped = true
        let sequence = BedrockAnswerDecoder.stopSequence(event["additionalModelResponseFields"])
        let finish = BedrockStopReason.finish(event["stopReason"]?.string, stopSequence: sequence)
        events.append(.finish(choice: 0, finish))
    }

    private mutating func decodeMetadata(_ event: JSONValue, into events: inout [AnswerEvent]) {
        if let usage = TokenUsage(bedrock: event["usage"]) { events.append(.usage(usage)) }
        finish(into: &events)
    }

    // MARK: Blocks

    private mutating func decodeStart(_ event: JSONValue, into events: inout [AnswerEvent]) {
        closeBlock(into: &events)
        index = event["contentBlockIndex"]?.integer ?? index
        guard let start = event["start"]?.object?.members.first else { return }
        let name = start.name.repairedValue
        let value = start.value
        if name == "toolUse", value["type"]?.string != "server_tool_use" {
            isTextOpen = false
            block = .toolCall
            let id = value["toolUseId"]?.string ?? ""
            events.append(.partStart(choice: 0, .toolCall(id: id, name: value["name"]?.string ?? "")))
        } else if name != "text", name != "reasoningContent" {
            block = .collected(BedrockCollectedBlock(name: name, start: value))
        }
    }

    private mutating func closeBlock(into events: inout [AnswerEvent]) {
        flushCitations(into: &events)
        switch block {
        case .none, .text: break
        case .reasoning, .toolCall: events.append(.partEnd(choice: 0))
        case .redacted(let bytes):
            let signature = ReasoningSignature(origin: .bedrockConverse, value: Base64.encoded(bytes))
            events.append(.signature(choice: 0, signature))
            events.append(.partEnd(choice: 0))
        case .collected(let collected):
            if let part = collected.part {
                isTextOpen = false
                events.append(.partStart(choice: 0, part))
            }
        }
        block = .none
    }

    private mutating func flushCitations(into events: inout [AnswerEvent]) {
        guard !heldCitations.isEmpty else { return }
        if !isTextOpen { begin(.text, .text, into: &events) }
        events += heldCitations.map { .annotation(choice: 0, $0) }
        heldCitations = []
    }

    private mutating func begin(_ block: Block, _ part: AnswerPart, into events: inout [AnswerEvent]) {
        if case .text = block { isTextOpen = true } else { isTextOpen = false }
        self.block = block
        events.append(.partStart(choice: 0, part))
    }

    // MARK: Deltas

    private mutating func decodeDelta(
        _ data: Span<UInt8>,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        var delta: Range<Int>?
        var place: Int?
        try JSONScanner.scanObject(data) { member throws(JSONError) in
            if member.kind == .object, member.isNamed("delta", in: data) {
                delta = member.value
            } else if member.kind == .number, member.isNamed("contentBlockIndex", in: data) {
                place = JSONText.integer(data, member.value)
            }
        }
        if let place, place != index {
            closeBlock(into: &events)
            index = place
        }
        guard let delta else { return }
        var found: JSONMember?
        try JSONScanner.scanObject(data, in: delta) { member throws(JSONError) in
            if found == nil, member.kind != .null { found = member }
        }
        guard let found else { return }
        if found.kind == .string, found.isNamed("text", in: data) {
            appendText(BedrockText.string(data, found.value), into: &events)
        } else if found.kind == .object, found.isNamed("toolUse", in: data) {
            try appendInput(data, found.value, into: &events)
        } else if found.kind == .object, found.isNamed("reasoningContent", in: data) {
            try appendReasoning(data, found.value, into: &events)
        } else {
            try appendRare(JSONValue(parsing: data.extracting(delta)), into: &events)
        }
    }

    private mutating func appendText(_ text: String, into events: inout [AnswerEvent]) {
        if case .text = block {
        } else {
            guard !text.isEmpty else { return }
            begin(.text, .text, into: &events)
            events += heldCitations.map { .annotation(choice: 0, $0) }
            heldCitations = []
        }
        events.append(.delta(choice: 0, text))
    }

    private mutating func appendInput(
        _ data: Span<UInt8>,
        _ range: Range<Int>,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        var text: Range<Int>?
        try JSONScanner.scanObject(data, in: range) { member throws(JSONError) in
            if member.kind == .string, member.isNamed("input", in: data) { text = member.value }
        }
        guard let text else { return }
        switch block {
        case .toolCall: events.append(.delta(choice: 0, BedrockText.string(data, text)))
        case .collected(var collected):
            block = .none
            collected.input += BedrockText.string(data, text)
            block = .collected(collected)
        case .none, .text, .reasoning, .redacted: break
        }
    }

    private mutating func appendReasoning(
        _ data: Span<UInt8>,
        _ range: Range<Int>,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        var found: JSONMember?
        try JSONScanner.scanObject(data, in: range) { member throws(JSONError) in
            if member.kind == .string { found = member }
        }
        guard let found else { return }
        let text = BedrockText.string(data, found.value)
        if found.isNamed("redactedContent", in: data) {
            appendRedacted(text, into: &events)
            return
        }
        if case .reasoning = block {
        } else {
            begin(.reasoning, .reasoning(), into: &events)
        }
        if found.isNamed("signature", in: data) {
            let signature = ReasoningSignature(origin: .bedrockConverse, value: text)
            if !text.isEmpty { events.append(.signature(choice: 0, signature)) }
        } else if found.isNamed("text", in: data) {
            events.append(.delta(choice: 0, text))
        }
    }

    private mutating func appendRedacted(_ text: String, into events: inout [AnswerEvent]) {
        guard let bytes = Base64.decoded(text) else { return }
        if case .redacted(let earlier) = block {
            block = .redacted(earlier + bytes)
        } else {
            begin(.redacted(bytes), .reasoning(isRedacted: true), into: &events)
        }
    }

    private mutating func appendRare(_ delta: JSONValue, into events: inout [AnswerEvent]) {
        if let citation = delta["citation"] {
            let annotation = BedrockCitation.annotation(citation)
            if case .text = block {
                events.append(.annotation(choice: 0, annotation))
            } else {
                heldCitations.append(annotation)
            }
        } else if case .collected(var collected) = block {
            block = .none
            collected.append(delta)
            block = .collected(collected)
        }
    }
}
