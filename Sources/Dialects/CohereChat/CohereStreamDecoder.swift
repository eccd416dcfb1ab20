import JSON

/// Reads a provider's stream.
///
/// A text stays open behind its end until something else begins, because what it cites may come later. Events of a type
/// that nobody knows are passed over.
///
/// Format: Cohere API reference, "Chat with Streaming", and the guide "A Guide to Streaming Responses".
package struct CohereStreamDecoder: AnswerStreamDecoder {
    private enum Block: Sendable { case none, text, plan, reasoning, toolCall }

    /// Where the members of an event are.
    private struct Members {
        var type: Range<Int>?
        var delta: Range<Int>?
        var probabilities: Range<Int>?
        var message: Range<Int>?
    }

    private var block = Block.none
    private var hasEnded = false

    package init() {}

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        guard !hasEnded else { return }
        do throws(JSONError) {
            var members = Members()
            try JSONScanner.scanObject(data) { member throws(JSONError) in
                switch member.kind {
                case .string where member.isNamed("type", in: data): members.type = member.value
                case .object where member.isNamed("delta", in: data): members.delta = member.value
                case .object where member.isNamed("logprobs", in: data): members.probabilities = member.value
                case .string where member.isNamed("message", in: data): members.message = member.value
                default: break
                }
            }
            try handle(members, data, name, into: &events)
        } catch {
            malformed(data, error, into: &events)
        }
    }

    package mutating func finish(into events: inout [AnswerEvent]) {}

    private mutating func handle(
        _ members: Members,
        _ data: Span<UInt8>,
        _ name: String,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        // Most events are of this type.
        if members.type.map({ data.hasQuoted("content-delta", at: $0) }) ?? (name == "content-delta") {
            try decodeContent(data, members, into: &events)
            return
        }
        let type = members.type.flatMap { JSONText.string(data, $0) } ?? name
        switch type {
        case "message-start": events.append(.start(AnswerStart(id: try JSONValue(parsing: data)["id"]?.string)))
        case "content-start": try decodeContent(data, members, into: &events)
        case "content-end": endContent(into: &events)
        case "tool-plan-delta": try decodePlan(data, members, into: &events)
        case "tool-call-start": try decodeCallStart(JSONValue(parsing: data), into: &events)
        case "tool-call-delta": try decodeCallDelta(JSONValue(parsing: data), into: &events)
        case "tool-call-end": close(into: &events)
        case "citation-start": try decodeCitations(JSONValue(parsing: data), into: &events)
        case "message-end": try decodeEnd(JSONValue(parsing: data), into: &events)
        default: decodeOther(members, data, type, into: &events)
        }
    }

    /// An error that comes when the stream has begun has the form of any other.
    private mutating func decodeOther(
        _ members: Members,
        _ data: Span<UInt8>,
        _ type: String,
        into events: inout [AnswerEvent]
    ) {
        guard type == "error" || (members.type == nil && members.message != nil) else { return }
        hasEnded = true
        let message = members.message.flatMap { JSONText.string(data, $0) }
        events.append(.failure(CohereError.failure(message: message, reason: "ERROR")))
    }

    private mutating func malformed(_ data: Span<UInt8>, _ error: JSONError, into events: inout [AnswerEvent]) {
        let range = JSONText.trimmedRange(data)
        // What follows the last event.
        if range.isEmpty || data.hasQuoted("DONE", at: range) { return }
        hasEnded = true
        events.append(.failure(ProviderFailure(.server, "The provider's stream is malformed: \(error).")))
    }

    // MARK: Content

    private mutating func begin(_ block: Block, _ part: AnswerPart, into events: inout [AnswerEvent]) {
        guard self.block != block else { return }
        close(into: &events)
        self.block = block
        events.append(.partStart(choice: 0, part))
    }

    private mutating func close(into events: inout [AnswerEvent]) {
        if block != .none { events.append(.partEnd(choice: 0)) }
        block = .none
    }

    private mutating func endContent(into events: inout [AnswerEvent]) {
        if block != .text { close(into: &events) }
    }

    private mutating func decodeContent(
        _ data: Span<UInt8>,
        _ members: Members,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        let message = try Self.object("message", in: data, members.delta)
        guard let content = try Self.object("content", in: data, message) else { return }
        var text: Range<Int>?
        var thoughts: Range<Int>?
        try JSONScanner.scanObject(data, in: content) { member throws(JSONError) in
            guard member.kind == .string else { return }
            if member.isNamed("text", in: data) {
                text = member.value
            } else if member.isNamed("thinking", in: data) {
                thoughts = member.value
            }
        }
        // An empty piece begins nothing: some models announce thoughts that they do not have.
        if let thoughts = thoughts.map({ JSONText.repairedString(data, $0) }), !thoughts.isEmpty {
            begin(.reasoning, .reasoning(), into: &events)
            events.append(.delta(choice: 0, thoughts))
        }
        if let text = text.map({ JSONText.repairedString(data, $0) }), !text.isEmpty {
            begin(.text, .text, into: &events)
            events.append(.delta(choice: 0, text))
        }
        if let range = members.probabilities,
            let entry = try CohereLogProbability.entry(JSONValue(parsing: data.extracting(range)))
        {
            events.append(.logProbabilities(choice: 0, [entry]))
        }
    }

    /// The object that is the member `name` of the one at `range`.
    private static func object(
        _ name: StaticString,
        in data: Span<UInt8>,
        _ range: Range<Int>?
    ) throws(JSONError) -> Range<Int>? {
        guard let range else { return nil }
        var found: Range<Int>?
        try JSONScanner.scanObject(data, in: range) { member throws(JSONError) in
            if member.kind == .object, member.isNamed(name, in: data) { found = member.value }
        }
        return found
    }

    // MARK: Calls

    private mutating func decodePlan(
        _ data: Span<UInt8>,
        _ members: Members,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        guard let message = try Self.object("message", in: data, members.delta) else { return }
        var plan = ""
        try JSONScanner.scanObject(data, in: message) { member throws(JSONError) in
            if member.kind == .string, member.isNamed("tool_plan", in: data) {
                plan = JSONText.repairedString(data, member.value)
            }
        }
        guard !plan.isEmpty else { return }
        begin(.plan, .text, into: &events)
        events.append(.delta(choice: 0, plan))
    }

    private mutating func decodeCallStart(_ event: JSONValue, into events: inout [AnswerEvent]) {
        let call = event["delta"]?["message"]?["tool_calls"]
        let function = call?["function"]
        close(into: &events)
        let id = call?["id"]?.string ?? ""
        begin(.toolCall, .toolCall(id: id, name: function?["name"]?.string ?? ""), into: &events)
        events.append(.delta(choice: 0, function?["arguments"]?.string ?? ""))
    }

    private func decodeCallDelta(_ event: JSONValue, into events: inout [AnswerEvent]) {
        let function = event["delta"]?["message"]?["tool_calls"]?["function"]
        guard block == .toolCall, let arguments = function?["arguments"]?.string else { return }
        events.append(.delta(choice: 0, arguments))
    }

    private func decodeCitations(_ event: JSONValue, into events: inout [AnswerEvent]) {
        guard let found = event["delta"]?["message"]?["citations"], block == .text else { return }
        let citations = found.array ?? [found]
        events += citations.flatMap(CohereCitation.annotations).map { .annotation(choice: 0, $0) }
    }

    // MARK: The end

    private mutating func decodeEnd(_ event: JSONValue, into events: inout [AnswerEvent]) {
        hasEnded = true
        let delta = event["delta"]
        let reason = delta?["finish_reason"]?.string
        let error = delta?["error"]?.string
        guard !CohereFinishReason.isFailure(reason) else {
            events.append(.failure(CohereError.failure(message: error, reason: reason ?? "")))
            return
        }
        close(into: &events)
        if let usage = TokenUsage(cohere: delta?["usage"]) { events.append(.usage(usage)) }
        events.append(.finish(choice: 0, CohereFinishReason.finish(reason)))
        events.append(.end)
    }
}
