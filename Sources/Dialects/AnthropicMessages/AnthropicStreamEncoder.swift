import Framing
import JSON

/// Writes a stream for a caller.
///
/// Format: Anthropic API reference, "Streaming messages". The SDKs take the last `signature_delta` of a block as the
/// whole signature, so there is one at most; a block begins when something is in it, so that none is empty.
package struct AnthropicStreamEncoder: AnswerStreamEncoder {
    private enum Block: Equatable {
        case none
        /// Announced, with nothing in it so far.
        case announced(AnswerPart)
        case text, thinking, toolCall
        /// Nothing of it can be said.
        case skipped
    }

    private let context: AnswerContext
    private var report = LossReport(target: .anthropicMessages, rules: AnthropicMessages.lossRules)
    private var block = Block.none
    private var index = 0
    private var signature: ReasoningSignature?
    private var refuses = false
    private var usage = TokenUsage()
    private var finish = FinishReason.stop

    package init(_ context: AnswerContext) {
        self.context = context
    }

    package var losses: [Loss] { report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): writeStart(start, &output)
        case .partStart(0, let part): announce(part, &output)
        case .delta(0, let text): writeDelta(text, &output)
        case .signature(0, let signature): add(signature)
        case .annotation(0, let annotation): write(annotation, &output)
        case .partEnd(0): close(&output)
        case .usage(let usage): self.usage = usage
        case .finish(0, let reason): finish = reason
        case .logProbabilities(0, _): report.note(.logProbabilities, at: "")
        case .end: writeEnd(&output)
        case .failure(let failure):
            write("error", AnthropicError.value(failure, requestID: context.requestID), &output)
        case .partStart, .delta, .signature, .annotation, .partEnd, .finish, .logProbabilities:
            report.note(.furtherChoices, at: "")
        }
    }

    // MARK: The message

    private func writeStart(_ start: AnswerStart, _ output: inout [UInt8]) {
        var message = AnthropicAnswerEncoder.head(start, context, content: [])
        message.append("stop_reason", .null)
        message.append("stop_sequence", .null)
        var usage = AnthropicUsage.value(TokenUsage())
        if let tier = AnthropicAnswerEncoder.tier(start) { usage.append("service_tier", .string(tier)) }
        message.append("usage", .object(usage))
        write("message_start", ["type": "message_start", "message": .object(message)], &output)
    }

    private mutating func writeEnd(_ output: inout [UInt8]) {
        var delta = JSONObject()
        AnthropicAnswerEncoder.appendEnd(finish, refuses: refuses, to: &delta, &report)
        write(
            "message_delta",
            [
                "type": "message_delta", "delta": .object(delta),
                "usage": .object(AnthropicUsage.value(usage)),
            ],
            &output
        )
        write("message_stop", ["type": "message_stop"], &output)
    }

    // MARK: Blocks

    private mutating func announce(_ part: AnswerPart, _ output: inout [UInt8]) {
        block = .announced(part)
        switch part {
        case .text, .reasoning:
            break
        case .refusal:
            refuses = true
        case .toolCall(let id, let name):
            let id = AnthropicAnswerEncoder.callID(id, index, context)
            open(["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]], as: .toolCall, &output)
        case .media:
            report.note(.answerMedia, at: "content[\(index)]")
            block = .skipped
        case .foreign(let content):
            block = .skipped
            if content.format == .anthropicMessages {
                write(content, &output)
            } else {
                report.note(content.element, at: "content[\(index)]")
            }
        }
    }

    private mutating func open(_ value: JSONValue, as kind: Block, _ output: inout [UInt8]) {
        block = kind
        write(
            "content_block_start",
            ["type": "content_block_start", "index": .number(index), "content_block": value],
            &output
        )
    }

    /// Begins the block that was announced.
    private mutating func openAnnounced(_ output: inout [UInt8]) {
        guard case .announced(let part) = block else { return }
        if case .reasoning = part {
            open(["type": "thinking", "thinking": "", "signature": ""], as: .thinking, &output)
        } else {
            open(["type": "text", "text": ""], as: .text, &output)
        }
    }

    private mutating func close(_ output: inout [UInt8]) {
        defer {
            block = .none
            signature = nil
        }
        if let signature {
            let text = signature.text(for: .anthropicMessages)
            if case .announced(.reasoning(_, _, isRedacted: true)) = block {
                open(["type": "redacted_thinking", "data": .string(text)], as: .thinking, &output)
            } else {
                openAnnounced(&output)
                writeDelta("signature_delta", "signature", text, &output)
            }
        }
        switch block {
        case .none, .announced, .skipped: break
        case .text, .thinking, .toolCall: writeStop(&output)
        }
    }

    private mutating func writeStop(_ output: inout [UInt8]) {
        write("content_block_stop", ["type": "content_block_stop", "index": .number(index)], &output)
        index += 1
    }

    private mutating func add(_ more: ReasoningSignature) {
        if let earlier = signature, earlier.origin == more.origin {
            signature = ReasoningSignature(origin: more.origin, value: earlier.value + more.value)
        } else {
            signature = more
        }
    }

    private mutating func write(_ annotation: Annotation, _ output: inout [UInt8]) {
        let citation = AnthropicCitation.value(annotation)
        if citation?.isExact != true { report.note(.citations, at: "content[\(index)]") }
        guard let citation else { return }
        openAnnounced(&output)
        write(
            "content_block_delta",
            [
                "type": "content_block_delta", "index": .number(index),
                "delta": ["type": "citations_delta", "citation": citation.value],
            ],
            &output
        )
    }

    /// A block of this format's own. The input of a call comes in pieces, even if it is one.
    private mutating func write(_ content: ForeignContent, _ output: inout [UInt8]) {
        var value = content.value
        var input: JSONValue?
        if content.type.hasSuffix("tool_use"), var object = value.object, object["input"] != nil {
            input = object["input"]
            object.set("input", to: [:])
            value = .object(object)
        }
        open(value, as: .skipped, &output)
        if let input, input != [:] {
            let text = String(decoding: JSONWriter().write(input), as: UTF8.self)
            writeDelta("input_json_delta", "partial_json", text, &output)
        }
        writeStop(&output)
    }

    // MARK: Events

    private mutating func writeDelta(_ text: String, _ output: inout [UInt8]) {
        openAnnounced(&output)
        switch block {
        case .text: writeDelta("text_delta", "text", text, &output)
        case .thinking: writeDelta("thinking_delta", "thinking", text, &output)
        case .toolCall: writeDelta("input_json_delta", "partial_json", text, &output)
        case .none, .announced, .skipped: break
        }
    }

    /// The hot path, without a tree.
    private func writeDelta(
        _ type: StaticString,
        _ name: StaticString,
        _ text: String,
        _ output: inout [UInt8]
    ) {
        append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":", &output)
        output.append(contentsOf: String(index).utf8)
        append(",\"delta\":{\"type\":\"", &output)
        append(type, &output)
        append("\",\"", &output)
        append(name, &output)
        append("\":", &output)
        JSONText.appendQuoted(text.utf8, to: &output)
        append("}}\n\n", &output)
    }

    private func append(_ text: StaticString, _ output: inout [UInt8]) {
        // The buffer is only read within the call.
        text.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    private func write(_ name: String, _ value: JSONValue, _ output: inout [UInt8]) {
        let data = JSONWriter().write(value)
        ServerSentEventEncoder.append(name: name, data: data.span, to: &output)
    }
}
