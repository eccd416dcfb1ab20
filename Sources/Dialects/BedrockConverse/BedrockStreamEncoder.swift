import Framing
import JSON

/// Writes the events of ConverseStream for a caller.
///
/// Format: API reference, "ConverseStream"; AWS, "Amazon Event Stream Specification" of Smithy.
package struct BedrockStreamEncoder: AnswerStreamEncoder {
    private enum Open: Sendable {
        case none
        case text
        case reasoning(isRedacted: Bool, signature: ReasoningSignature?)
        /// A call, and whether some of its arguments were written.
        case toolCall(hasInput: Bool)
    }

    private let context: AnswerContext
    private var report = LossReport(target: .bedrockConverse, rules: BedrockConverse.lossRules)
    private var open = Open.none
    /// The block that is open, or would be next.
    private var index = 0
    /// Whether something of the block was written.
    private var hasContent = false
    private var usage = TokenUsage()
    private var serviceTier: String?
    private var hasEnded = false

    package init(_ context: AnswerContext) {
        self.context = context
    }

    package var losses: [Loss] { report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        guard !hasEnded else { return }
        switch event {
        case .start(let start):
            if let tier = start.serviceTier, BedrockAnswerEncoder.serviceTiers.contains(tier) { serviceTier = tier }
            write("messageStart", "{\"role\":\"assistant\"}", into: &output)
        case .usage(let usage): self.usage = usage
        case .end:
            writeMetadata(into: &output)
            hasEnded = true
        case .failure(let failure): writeFailure(failure, into: &output)
        case .partStart(let choice, _), .delta(let choice, _), .signature(let choice, _), .annotation(let choice, _),
            .logProbabilities(let choice, _), .partEnd(let choice), .finish(let choice, _):
            if choice == 0 {
                encodeFirstChoice(event, into: &output)
            } else {
                report.note(.furtherChoices, at: "")
            }
        }
    }

    private mutating func encodeFirstChoice(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .partStart(_, let part): start(part, into: &output)
        case .delta(_, let text): writeDelta(text, into: &output)
        case .signature(_, let signature): keep(signature)
        case .annotation(_, let annotation):
            writeDelta("citation", BedrockCitation.value(of: annotation), into: &output)
        case .logProbabilities: report.note(.logProbabilities, at: "")
        case .partEnd: close(into: &output)
        case .finish(_, let reason):
            let (name, isApproximated) = BedrockStopReason.name(reason)
            if isApproximated { report.note(.finishReason, at: "") }
            write("messageStop", ["stopReason": .string(name)], into: &output)
        case .start, .usage, .end, .failure: break
        }
    }

    // MARK: Parts

    private mutating func start(_ part: AnswerPart, into output: inout [UInt8]) {
        switch part {
        case .text, .refusal: open = .text
        case .reasoning(_, _, let isRedacted): open = .reasoning(isRedacted: isRedacted, signature: nil)
        case .toolCall(let id, let name):
            open = .toolCall(hasInput: false)
            let id = BedrockAnswerEncoder.toolUseID(id, index, context)
            writeStart("toolUse", ["toolUseId": .string(id), "name": .string(name)], into: &output)
        case .media(.image(let media)):
            guard let image = BedrockAnswerEncoder.image(media) else { fallthrough }
            writeStart("image", ["format": .string(image.format)], into: &output)
            writeDelta("image", ["source": ["bytes": .string(image.bytes)]], into: &output)
            close(into: &output)
        case .media: report.note(.answerMedia, at: "")
        case .foreign(let foreign): write(foreign, into: &output)
        }
    }

    private mutating func write(_ foreign: ForeignContent, into output: inout [UInt8]) {
        guard foreign.format == .bedrockConverse, var start = foreign.value.object,
            foreign.type == "toolUse" || foreign.type == "toolResult"
        else {
            report.note(foreign.element, at: "")
            return
        }
        let isCall = foreign.type == "toolUse"
        let content = start.remove(isCall ? "input" : "content")
        writeStart(foreign.type, .object(start), into: &output)
        if isCall {
            let input = String(decoding: JSONWriter().write(content ?? [:]), as: UTF8.self)
            writeDelta("toolUse", ["input": .string(input)], into: &output)
        } else {
            writeDelta("toolResult", content ?? [], into: &output)
        }
        close(into: &output)
    }

    private mutating func keep(_ signature: ReasoningSignature) {
        guard case .reasoning(let isRedacted, var kept) = open else { return }
        if let earlier = kept, earlier.origin == signature.origin {
            kept?.value += signature.value
        } else {
            kept = signature
        }
        open = .reasoning(isRedacted: isRedacted, signature: kept)
    }

    private mutating func close(into output: inout [UInt8]) {
        switch open {
        case .none, .text: break
        case .reasoning(let isRedacted, let signature):
            guard let text = signature?.text(for: .bedrockConverse) else { break }
            if isRedacted, !hasContent {
                guard let hidden = BedrockBlob.normalized(text) else { break }
                writeDelta("reasoningContent", ["redactedContent": .string(hidden)], into: &output)
            } else {
                writeDelta("reasoningContent", ["signature": .string(text)], into: &output)
            }
        case .toolCall(let hasInput):
            // Callers parse the arguments as JSON, which nothing at all is not.
            if !hasInput { writeDelta("toolUse", ["input": "{}"], into: &output) }
        }
        open = .none
        guard hasContent else { return }
        write("contentBlockStop", "{\"contentBlockIndex\":\(index)}", into: &output)
        index += 1
        hasContent = false
    }

    // MARK: Events

    private mutating func writeStart(_ name: String, _ value: JSONValue, into output: inout [UInt8]) {
        hasContent = true
        let start = JSONValue.object(JSONObject([.init(name: JSONString(name), value: value)]))
        write("contentBlockStart", ["start": start, "contentBlockIndex": .number(index)], into: &output)
    }

    private mutating func writeDelta(_ name: String, _ value: JSONValue, into output: inout [UInt8]) {
        hasContent = true
        let delta = JSONValue.object(JSONObject([.init(name: JSONString(name), value: value)]))
        write("contentBlockDelta", ["delta": delta, "contentBlockIndex": .number(index)], into: &output)
    }

    /// The hot path: text without a tree of values.
    private mutating func writeDelta(_ text: String, into output: inout [UInt8]) {
        let (before, after): (StaticString, StaticString)
        switch open {
        case .none, .text: (before, after) = ("{\"delta\":{\"text\":", "}")
        case .reasoning: (before, after) = ("{\"delta\":{\"reasoningContent\":{\"text\":", "}}")
        case .toolCall:
            (before, after) = ("{\"delta\":{\"toolUse\":{\"input\":", "}}")
            open = .toolCall(hasInput: true)
        }
        hasContent = true
        var payload: [UInt8] = []
        payload.reserveCapacity(text.utf8.count + 80)
        before.withUTF8Buffer { payload.append(contentsOf: $0) }
        JSONText.appendQuoted(text.utf8, to: &payload)
        after.withUTF8Buffer { payload.append(contentsOf: $0) }
        payload += ",\"contentBlockIndex\":\(index)}".utf8
        write("contentBlockDelta", payload, into: &output)
    }

    private mutating func writeMetadata(into output: inout [UInt8]) {
        // Required; how long the provider took is not known here.
        var metadata: JSONObject = ["usage": usage.bedrockValue, "metrics": ["latencyMs": 0]]
        if let serviceTier { metadata.append("serviceTier", ["type": .string(serviceTier)]) }
        write("metadata", .object(metadata), into: &output)
    }

    private mutating func writeFailure(_ failure: ProviderFailure, into output: inout [UInt8]) {
        hasEnded = true
        let body = BedrockException.body(message: failure.message, requestID: nil)
        let frame = EventStreamMessage(
            headers: Self.headers("exception", ":exception-type", BedrockException.streamName(failure.kind)),
            payload: body
        )
        // Only a message beyond every limit could fail here, and then the end of the connection tells the caller.
        try? EventStreamEncoder.append(frame, to: &output)
    }

    private mutating func write(_ name: String, _ payload: JSONValue, into output: inout [UInt8]) {
        write(name, JSONWriter().write(payload), into: &output)
    }

    private mutating func write(_ name: String, _ payload: String, into output: inout [UInt8]) {
        write(name, Array(payload.utf8), into: &output)
    }

    private mutating func write(_ name: String, _ payload: [UInt8], into output: inout [UInt8]) {
        guard !hasEnded else { return }
        let message = EventStreamMessage(headers: Self.headers("event", ":event-type", name), payload: payload)
        do {
            try EventStreamEncoder.append(message, to: &output)
        } catch {
            writeFailure(ProviderFailure(.server, "An event of the answer is too large for its stream."), into: &output)
        }
    }

    private static func headers(_ type: String, _ kind: String, _ name: String) -> [EventStreamHeader] {
        [
            EventStreamHeader(name: kind, value: .string(name)),
            EventStreamHeader(name: ":content-type", value: .string("application/json")),
            EventStreamHeader(name: ":message-type", value: .string(type)),
        ]
    }
}
