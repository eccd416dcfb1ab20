import JSON

/// Writes a stream of chunks for a caller.
///
/// Format: OpenAI API reference, "The chat completion chunk object": the role once for each choice, a call's id and
/// name once, its place unique, one `finish_reason` for each choice, the figures in a chunk of their own, `[DONE]`.
package struct OpenAIChatStreamEncoder: AnswerStreamEncoder {
    private struct ChoiceState {
        enum OpenPart { case text, reasoning, refusal, toolCall }
        var openPart: OpenPart?
        var callCount = 0
        var hasArguments = false
        var characterCount = 0
        var partOffset = 0
        var annotationCount = 0
        var hasRefusal = false
        var thoughts = OpenAIChatThoughts()
        /// The open thoughts: their text is only a mark of whether there was any.
        var block = Reasoning("")
        /// Thoughts without a text that belong to the part that follows.
        var held: Reasoning?
    }

    private let context: AnswerContext
    private let usesFunctions: Bool
    private var report = LossReport(target: .openAIChat, rules: OpenAIChat.lossRules)
    private var head: [UInt8] = []
    private let tail: [UInt8]
    private var usage: TokenUsage?
    private var choices: [Int: ChoiceState] = [:]
    private let writer = JSONWriter()

    package init(_ context: AnswerContext) {
        self.context = context
        usesFunctions = OpenAIChatAnswerPieces.usesFunctions(context)
        tail = Array(context.wantsStreamUsage ? "],\"usage\":null}\n\n".utf8 : "]}\n\n".utf8)
    }

    package var losses: [Loss] { report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): begin(start)
        case .partStart(let choice, let part): startPart(part, in: choice, into: &output)
        case .delta(let choice, let text): write(text, in: choice, into: &output)
        case .signature(let choice, let signature): withChoice(choice) { $0.block.add(signature) }
        case .annotation(let choice, let annotation): write(annotation, in: choice, into: &output)
        case .logProbabilities(let choice, let entries):
            openChoice(choice, content: "\"\"", into: &output)
            writeChunk(choice, [:], logProbabilities: OpenAIChatLogProbability.value(entries), into: &output)
        case .partEnd(let choice): endPart(of: choice, into: &output)
        case .usage(let usage): self.usage = usage
        case .finish(let choice, let reason): finish(choice, reason, into: &output)
        case .end: end(into: &output)
        case .failure(let failure):
            output += OpenAIChatFailure.body(for: failure, requestID: context.requestID).event
        }
    }

    // MARK: - Frames

    private mutating func begin(_ start: AnswerStart) {
        var object: JSONObject = [
            "id": .string(OpenAIChatAnswerPieces.id(start, context)),
            "object": "chat.completion.chunk",
            "created": .number(start.created ?? context.created),
            "model": .string(start.model ?? context.model),
        ]
        if let tier = start.serviceTier { object.append("service_tier", .string(tier)) }
        head = Array("data: ".utf8) + writer.write(.object(object)).dropLast() + Array(",\"choices\":[".utf8)
    }

    private func openChunk(_ choice: Int, into output: inout [UInt8]) {
        output += head
        output += "{\"index\":".utf8
        output += String(choice).utf8
        output += ",\"delta\":".utf8
    }

    private func closeChunk(into output: inout [UInt8]) {
        output += ",\"logprobs\":null,\"finish_reason\":null}".utf8
        output += tail
    }

    private func writeChunk(
        _ choice: Int,
        _ delta: JSONObject,
        logProbabilities: JSONValue = .null,
        into output: inout [UInt8]
    ) {
        openChunk(choice, into: &output)
        writer.append(.object(delta), to: &output)
        output += ",\"logprobs\":".utf8
        writer.append(logProbabilities, to: &output)
        output += ",\"finish_reason\":null}".utf8
        output += tail
    }

    /// A delta of one text, which is nearly all there is.
    private func writeChunk(_ choice: Int, _ name: StaticString, _ text: String, into output: inout [UInt8]) {
        openChunk(choice, into: &output)
        output += "{\"".utf8
        name.withUTF8Buffer { output += $0 }
        output += "\":".utf8
        JSONText.appendQuoted(text.utf8, to: &output)
        output.append(UInt8(ascii: "}"))
        closeChunk(into: &output)
    }

    private mutating func withChoice(_ choice: Int, _ change: (inout ChoiceState) -> Void) {
        change(&choices[choice, default: ChoiceState()])
    }

    /// Says the role, once.
    private mutating func openChoice(_ choice: Int, content: String, into output: inout [UInt8]) {
        guard choices[choice] == nil else { return }
        choices[choice] = ChoiceState()
        openChunk(choice, into: &output)
        output += "{\"role\":\"assistant\",\"content\":".utf8
        output += content.utf8
        output += ",\"refusal\":null}".utf8
        closeChunk(into: &output)
    }

    // MARK: - Parts

    private mutating func startPart(_ part: AnswerPart, in choice: Int, into output: inout [UInt8]) {
        openChoice(choice, content: part == .text ? "\"\"" : "null", into: &output)
        if case .toolCall = part {
            // Its signature goes with it.
        } else {
            releaseHeld(of: choice, callID: nil, into: &output)
        }
        switch part {
        case .text:
            withChoice(choice) {
                $0.openPart = .text
                $0.partOffset = $0.characterCount
            }
        case .refusal:
            withChoice(choice) {
                $0.openPart = .refusal
                $0.hasRefusal = true
            }
        case .reasoning(let id, let isSummary, let isRedacted):
            withChoice(choice) {
                $0.openPart = .reasoning
                $0.block = Reasoning("", isSummary: isSummary, isRedacted: isRedacted, id: id)
            }
        case .toolCall(let id, let name): startCall(id, name, in: choice, into: &output)
        case .media(let content):
            if let member = OpenAIChatAnswerPieces.media(content, context) {
                writeChunk(choice, JSONObject([member]), into: &output)
            } else {
                report.note(.answerMedia, at: "choices[\(choice)].delta")
            }
        case .foreign(let content): write(content, in: choice, into: &output)
        }
    }

    private mutating func startCall(_ id: String, _ name: String, in choice: Int, into output: inout [UInt8]) {
        let place = choices[choice]?.callCount ?? 0
        let id = OpenAIChatAnswerPieces.callID(id, context, choice: choice, place: place)
        let extra = OpenAIChatThoughts.extraContent(choices[choice]?.held?.signature)
        releaseHeld(of: choice, callID: id, into: &output)
        withChoice(choice) {
            $0.openPart = .toolCall
            $0.callCount += 1
            $0.hasArguments = false
        }
        guard !usesFunctions else {
            if place == 0 {
                writeChunk(choice, ["function_call": ["name": .string(name), "arguments": ""]], into: &output)
            } else {
                report.note(.parallelToolCalls, at: "choices[\(choice)].delta")
            }
            return
        }
        var call: JSONObject = [
            "index": .number(place),
            "id": .string(id),
            "type": "function",
            "function": ["name": .string(name), "arguments": ""],
        ]
        if let extra { call.append("extra_content", extra) }
        writeChunk(choice, ["tool_calls": [.object(call)]], into: &output)
    }

    private mutating func write(_ content: ForeignContent, in choice: Int, into output: inout [UInt8]) {
        guard content.format == .openAIChat, content.type == "custom", var call = content.value.object else {
            report.note(content.element, at: "choices[\(choice)].delta")
            return
        }
        call.set("index", to: .number(choices[choice]?.callCount ?? 0))
        withChoice(choice) { $0.callCount += 1 }
        writeChunk(choice, ["tool_calls": [.object(call)]], into: &output)
    }

    private mutating func write(_ text: String, in choice: Int, into output: inout [UInt8]) {
        switch choices[choice]?.openPart {
        case nil: break
        case .text:
            withChoice(choice) { $0.characterCount += text.unicodeScalars.count }
            writeChunk(choice, "content", text, into: &output)
        case .refusal: writeChunk(choice, "refusal", text, into: &output)
        case .toolCall:
            withChoice(choice) { $0.hasArguments = true }
            writeArguments(text, in: choice, into: &output)
        case .reasoning:
            guard let state = choices[choice] else { return }
            // Clients join what they get, so that an id must come but once.
            let id = state.block.text.isEmpty ? state.block.id : nil
            let delta = state.thoughts.text(text, isSummary: state.block.isSummary, id: id)
            withChoice(choice) { $0.block.text = "…" }
            writeChunk(choice, delta, into: &output)
        }
    }

    private func writeArguments(_ text: String, in choice: Int, into output: inout [UInt8]) {
        let place = (choices[choice]?.callCount ?? 1) - 1
        guard !usesFunctions || place == 0 else { return }
        openChunk(choice, into: &output)
        if usesFunctions {
            output += "{\"function_call\":{\"arguments\":".utf8
        } else {
            output += "{\"tool_calls\":[{\"index\":".utf8
            output += String(place).utf8
            output += ",\"function\":{\"arguments\":".utf8
        }
        JSONText.appendQuoted(text.utf8, to: &output)
        output += (usesFunctions ? "}}" : "}}]}").utf8
        closeChunk(into: &output)
    }

    private mutating func write(_ annotation: Annotation, in choice: Int, into output: inout [UInt8]) {
        let offset = choices[choice]?.partOffset ?? 0
        if var value = OpenAIChatAnswerPieces.annotation(annotation, offset: offset)?.object {
            // Clients join the lists of chunks by their entries' indices.
            value.set("index", to: .number(choices[choice]?.annotationCount ?? 0))
            withChoice(choice) { $0.annotationCount += 1 }
            writeChunk(choice, ["annotations": [.object(value)]], into: &output)
        } else {
            report.note(.citations, at: "choices[\(choice)].message")
        }
    }

    private mutating func endPart(of choice: Int, into output: inout [UInt8]) {
        guard let state = choices[choice], let part = state.openPart else { return }
        switch part {
        case .text, .refusal: break
        case .toolCall:
            // Clients parse the arguments, and nothing is no JSON.
            if !state.hasArguments { writeArguments("{}", in: choice, into: &output) }
        case .reasoning:
            withChoice(choice) { $0.held = state.block }
            if !state.block.text.isEmpty || state.block.isRedacted {
                releaseHeld(of: choice, callID: nil, into: &output)
            }
        }
        withChoice(choice) { $0.openPart = nil }
    }

    private mutating func releaseHeld(of choice: Int, callID: String?, into output: inout [UInt8]) {
        guard let state = choices[choice], let block = state.held else { return }
        if let entry = state.thoughts.ending(of: block, callID: callID) {
            writeChunk(choice, ["reasoning_details": [.object(entry)]], into: &output)
        }
        withChoice(choice) {
            $0.held = nil
            $0.thoughts.advance(past: block)
        }
    }

    // MARK: - Ends

    private mutating func finish(_ choice: Int, _ reason: FinishReason, into output: inout [UInt8]) {
        openChoice(choice, content: "\"\"", into: &output)
        releaseHeld(of: choice, callID: nil, into: &output)
        let hasRefusal = choices[choice]?.hasRefusal == true
        if OpenAIChatFinish.words(reason, hasRefusal: hasRefusal).isClose {
            report.note(.finishReason, at: "choices[\(choice)].finish_reason")
        }
        openChunk(choice, into: &output)
        output += "{},\"logprobs\":null,".utf8
        let members = OpenAIChatAnswerPieces.finish(
            reason,
            hasRefusal: hasRefusal,
            usesFunctions: usesFunctions
        )
        output += writer.write(.object(members)).dropFirst()
        output += tail
    }

    private func end(into output: inout [UInt8]) {
        if context.wantsStreamUsage {
            output += head
            output += "],\"usage\":".utf8
            writer.append(.object((usage ?? TokenUsage()).openAIChat), to: &output)
            output += "}\n\n".utf8
        }
        output += "data: [DONE]\n\n".utf8
    }
}

extension Reasoning {
    fileprivate mutating func add(_ addition: ReasoningSignature) {
        if signature?.origin == addition.origin {
            signature?.value += addition.value
        } else {
            signature = addition
        }
    }
}
