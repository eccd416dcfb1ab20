import JSON

/// What is in the parts of an answer.
extension ResponsesOutput {
    mutating func add(_ text: String, _ output: inout [UInt8]) {
        if announced != nil { openAnnounced(&output) }
        if open?.kind == .reasoning, open?.content == nil { openSummary(&output) }
        guard let content = open?.content else { return }
        open?.text += text
        let type: String
        var logProbabilities: [JSONValue]?
        switch content {
        case .text:
            type = "response.output_text.delta"
            logProbabilities = waitingLogProbabilities
            if !waitingLogProbabilities.isEmpty {
                open?.logProbabilities += waitingLogProbabilities
                waitingLogProbabilities.removeAll()
            }
        case .refusal: type = "response.refusal.delta"
        case .thoughts: type = "response.reasoning_summary_text.delta"
        case .arguments: type = "response.function_call_arguments.delta"
        }
        writer.writeDelta(type, place: open?.place ?? [], text, logProbabilities: logProbabilities, into: &output)
    }

    private mutating func openSummary(_ output: inout [UInt8]) {
        guard var item = open else { return }
        item.open(.thoughts)
        open = item
        let members = item.placeMembers + [("part", item.summaryPart)]
        writer.write("response.reasoning_summary_part.added", members, into: &output)
    }

    mutating func add(_ signature: ReasoningSignature, _ output: inout [UInt8]) {
        openAnnounced(&output)
        guard open?.kind == .reasoning else { return }
        if let earlier = open?.signature, earlier.origin == signature.origin {
            open?.signature?.value += signature.value
        } else {
            open?.signature = signature
        }
    }

    mutating func add(_ annotation: Annotation, _ output: inout [UInt8]) {
        guard let value = annotation.responsesValue(length: open?.text.unicodeScalars.count ?? 0) else {
            return report.note(.citations, at: "output")
        }
        openAnnounced(&output)
        guard let item = open, case .text = item.content else { return }
        let index = item.annotations.count
        open?.annotations.append(value)
        let members = item.placeMembers + [("annotation_index", .number(index)), ("annotation", value)]
        writer.write("response.output_text.annotation.added", members, into: &output)
    }

    /// Probabilities come behind their tokens, so they go out at once with a piece of no text.
    mutating func add(_ entries: [TokenLogProbability], _ output: inout [UInt8]) {
        waitingLogProbabilities += entries.map(\.responsesValue)
        if case .text = open?.content { add("", &output) }
    }

    mutating func endPart(_ output: inout [UInt8]) {
        announced = nil
        guard let item = open else { return }
        switch item.content {
        case .text:
            let members: [(String, JSONValue)] = [
                ("text", .string(item.text)), ("logprobs", .array(item.logProbabilities)),
            ]
            writer.write("response.output_text.done", item.placeMembers + members, into: &output)
            endContent(item, &output)
        case .refusal:
            let members: [(String, JSONValue)] = [("refusal", .string(item.text))]
            writer.write("response.refusal.done", item.placeMembers + members, into: &output)
            endContent(item, &output)
        case .thoughts, nil:
            if item.kind == .reasoning { close("completed", &output) }
        case .arguments: break
        }
    }

    private mutating func endContent(_ item: ResponsesOpenItem, _ output: inout [UInt8]) {
        writer.write("response.content_part.done", item.placeMembers + [("part", item.part)], into: &output)
        open?.parts.append(item.part)
        open?.content = nil
    }

    /// Ends the open item.
    mutating func close(_ status: String, _ output: inout [UInt8]) {
        if open?.kind == .call, open?.text.isEmpty == true, status == "completed" { add("{}", &output) }
        guard let item = open else { return }
        open = nil
        switch item.content {
        case .arguments:
            let members: [(String, JSONValue)] = [("arguments", .string(item.text))]
            writer.write("response.function_call_arguments.done", item.placeMembers + members, into: &output)
        case .thoughts:
            let text: [(String, JSONValue)] = [("text", .string(item.text))]
            writer.write("response.reasoning_summary_text.done", item.placeMembers + text, into: &output)
            let part = [("part", item.summaryPart)]
            writer.write("response.reasoning_summary_part.done", item.placeMembers + part, into: &output)
        case .text, .refusal, nil: break
        }
        let value = item.value(status: status)
        items.append(value)
        let members: [(String, JSONValue)] = [("output_index", .number(item.index)), ("item", value)]
        writer.write("response.output_item.done", members, into: &output)
    }
}
