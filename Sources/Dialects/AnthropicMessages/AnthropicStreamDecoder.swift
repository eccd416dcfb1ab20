import JSON

/// Reads a provider's stream.
///
/// Format: Anthropic API reference, "Streaming messages". Events of a type that nobody knows are passed over.
package struct AnthropicStreamDecoder: AnswerStreamDecoder {
    /// A block that began while another one was open. Deltas may come by turns, but parts of an answer come one after
    /// the other.
    private struct WaitingBlock {
        var index: Int
        var block = AnthropicStreamBlock()
        var events: [AnswerEvent] = []
        var isStopped = false

        mutating func read(_ data: Span<UInt8>, _ range: Range<Int>) {
            block.read(data, range, &events)
        }
    }

    /// Where the members of an event are.
    private struct Members {
        var type: Range<Int>?
        var delta: Range<Int>?
        var usage: Range<Int>?
        var payload: Range<Int>?
        var error: Range<Int>?
        var index: Int?
    }

    private var block = AnthropicStreamBlock()
    private var index: Int?
    private var waiting: [WaitingBlock] = []
    private var usage = AnthropicUsage()
    private var hasFinished = false

    package init() {}

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        var members = Members()
        do throws(JSONError) {
            try JSONScanner.scanObject(data) { member throws(JSONError) in
                switch member.kind {
                case .string where member.isNamed("type", in: data): members.type = member.value
                case .object where member.isNamed("delta", in: data): members.delta = member.value
                case .object where member.isNamed("usage", in: data): members.usage = member.value
                case .object where member.isNamed("message", in: data): members.payload = member.value
                case .object where member.isNamed("content_block", in: data): members.payload = member.value
                case .object where member.isNamed("error", in: data): members.error = member.value
                case .string where member.isNamed("error", in: data): members.error = member.value
                case .number where member.isNamed("index", in: data):
                    members.index = JSONText.integer(data, member.value)
                default: break
                }
            }
        } catch {
            malformed(data, error, &events)
            return
        }
        handle(kind(data, members.type, name), members, data, &events)
    }

    package mutating func finish(into events: inout [AnswerEvent]) {}

    private enum Kind {
        case delta, blockStart, blockStop, messageStart, messageDelta, messageStop, error, other
    }

    /// The type that the data tells, or else the event's name.
    private func kind(_ data: Span<UInt8>, _ type: Range<Int>?, _ name: String) -> Kind {
        if let type {
            if data.hasQuoted("content_block_delta", at: type) { return .delta }
            if data.hasQuoted("content_block_start", at: type) { return .blockStart }
            if data.hasQuoted("content_block_stop", at: type) { return .blockStop }
            if data.hasQuoted("message_start", at: type) { return .messageStart }
            if data.hasQuoted("message_delta", at: type) { return .messageDelta }
            if data.hasQuoted("message_stop", at: type) { return .messageStop }
            return data.hasQuoted("error", at: type) ? .error : .other
        }
        switch name {
        case "content_block_delta": return .delta
        case "content_block_start": return .blockStart
        case "content_block_stop": return .blockStop
        case "message_start": return .messageStart
        case "message_delta": return .messageDelta
        case "message_stop": return .messageStop
        case "error": return .error
        default: return .other
        }
    }

    private mutating func handle(
        _ kind: Kind,
        _ members: Members,
        _ data: Span<UInt8>,
        _ events: inout [AnswerEvent]
    ) {
        switch kind {
        case .delta:
            if let range = members.delta { readDelta(data, range, members.index, &events) }
        case .blockStart:
            if let range = members.payload, let value = try? JSONValue(parsing: data.extracting(range)) {
                openBlock(value, members.index, &events)
            }
        case .blockStop:
            closeBlock(members.index, &events)
        case .messageStart:
            if let range = members.payload { readStart(data, range, &events) }
        case .messageDelta:
            readMessageDelta(data, members, &events)
        case .messageStop:
            closeBlocks(&events)
            if !hasFinished { events.append(.finish(choice: 0, .stop)) }
            events.append(.end)
        case .error:
            events.append(.failure(failure(data, members.error)))
        case .other:
            // Proxies in front of the provider leave out the type.
            if members.error != nil { events.append(.failure(failure(data, members.error))) }
        }
    }

    // MARK: Messages

    private mutating func readStart(_ data: Span<UInt8>, _ range: Range<Int>, _ events: inout [AnswerEvent]) {
        guard let message = try? JSONValue(parsing: data.extracting(range)) else { return }
        events.append(.start(AnthropicAnswerDecoder.start(message)))
        try? JSONScanner.scanObject(data, in: range) { member throws(JSONError) in
            if member.kind == .object, member.isNamed("usage", in: data) {
                usage.update(data, in: member.value)
                events.append(.usage(usage.tokens))
            }
        }
    }

    private mutating func readMessageDelta(
        _ data: Span<UInt8>,
        _ members: Members,
        _ events: inout [AnswerEvent]
    ) {
        closeBlocks(&events)
        if let range = members.usage {
            usage.update(data, in: range)
            events.append(.usage(usage.tokens))
        }
        guard let range = members.delta, let delta = try? JSONValue(parsing: data.extracting(range)),
            let reason = delta["stop_reason"]?.string, !hasFinished
        else { return }
        hasFinished = true
        let finish = FinishReason(anthropic: reason, stopSequence: delta["stop_sequence"]?.string)
        events.append(.finish(choice: 0, finish))
    }

    private func failure(_ data: Span<UInt8>, _ range: Range<Int>?) -> ProviderFailure {
        let error = range.flatMap { try? JSONValue(parsing: data.extracting($0)) }
        return AnthropicError.failure(error ?? .null, status: nil)
    }

    private func malformed(_ data: Span<UInt8>, _ error: JSONError, _ events: inout [AnswerEvent]) {
        let range = JSONText.trimmedRange(data)
        // Compatible providers end their streams as OpenAI does.
        if range.isEmpty || data.hasQuoted("DONE", at: range) { return }
        events.append(.failure(ProviderFailure(.server, "The provider's stream is malformed: \(error).")))
    }

    // MARK: Blocks

    private mutating func openBlock(_ value: JSONValue, _ index: Int?, _ events: inout [AnswerEvent]) {
        if block.isOpen, let index, let current = self.index, index != current {
            var later = WaitingBlock(index: index)
            later.block.open(value, &later.events)
            waiting.append(later)
        } else {
            block.close(&events)
            block.open(value, &events)
            self.index = index
        }
    }

    private mutating func readDelta(
        _ data: Span<UInt8>,
        _ range: Range<Int>,
        _ index: Int?,
        _ events: inout [AnswerEvent]
    ) {
        if !waiting.isEmpty, let place = waiting.lastIndex(where: { $0.index == index }) {
            waiting[place].read(data, range)
        } else {
            block.read(data, range, &events)
        }
    }

    private mutating func closeBlock(_ index: Int?, _ events: inout [AnswerEvent]) {
        if !waiting.isEmpty, let place = waiting.lastIndex(where: { $0.index == index }) {
            waiting[place].isStopped = true
            return
        }
        block.close(&events)
        while !block.isOpen, !waiting.isEmpty {
            promote(&events)
        }
    }

    private mutating func promote(_ events: inout [AnswerEvent]) {
        let next = waiting.removeFirst()
        events += next.events
        block = next.block
        index = next.index
        if next.isStopped { block.close(&events) }
    }

    private mutating func closeBlocks(_ events: inout [AnswerEvent]) {
        block.close(&events)
        while !waiting.isEmpty {
            promote(&events)
            block.close(&events)
        }
    }
}
