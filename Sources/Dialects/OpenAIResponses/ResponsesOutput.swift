import JSON

/// Makes the items of an answer out of its events, and the events of a stream on the way.
///
/// Texts and refusals that follow each other are parts of one message. An item ends when the next begins or the answer
/// is over, because only then is known whether it was cut.
struct ResponsesOutput: Sendable {
    var envelope: ResponsesEnvelope
    var report = LossReport(target: .openAIResponses, rules: OpenAIResponses.lossRules)
    private(set) var status: ResponsesStatus?
    private(set) var usage: TokenUsage?
    var items: [JSONValue] = []

    var writer: ResponsesEventWriter
    var open: ResponsesOpenItem?
    /// A part that has begun but has no content yet; empty ones are not written.
    var announced: AnswerPart?
    var waitingLogProbabilities: [JSONValue] = []
    private var hasStarted = false
    private var hasRefusal = false
    private var usedIDs: Set<String> = []

    init(_ context: AnswerContext, isStream: Bool) {
        envelope = ResponsesEnvelope(context)
        writer = ResponsesEventWriter(isSilent: !isStream, firstEventNumber: context.firstEventNumber)
    }

    /// The response object as it is now.
    var response: JSONValue { envelope.response(status, output: items, usage: usage) }

    mutating func receive(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): begin(start, &output)
        case .usage(let usage): self.usage = usage
        case .end:
            if status == nil { finish(.stop, &output) }
            writeResponse(status?.eventType ?? "response.completed", &output)
        case .failure(let failure): fail(failure, &output)
        case .partStart(let choice, _), .delta(let choice, _), .signature(let choice, _), .annotation(let choice, _),
            .logProbabilities(let choice, _), .partEnd(let choice), .finish(let choice, _):
            if choice == 0 {
                receiveContent(event, &output)
            } else {
                report.note(.furtherChoices, at: "choices[\(choice)]")
            }
        }
    }

    private mutating func receiveContent(_ event: AnswerEvent, _ output: inout [UInt8]) {
        switch event {
        case .delta(_, let text): add(text, &output)
        case .partStart(_, let part): start(part, &output)
        case .partEnd: endPart(&output)
        case .signature(_, let signature): add(signature, &output)
        case .annotation(_, let annotation): add(annotation, &output)
        case .logProbabilities(_, let entries): add(entries, &output)
        case .finish(_, let reason): finish(reason, &output)
        case .start, .usage, .end, .failure: break
        }
    }

    private mutating func begin(_ start: AnswerStart, _ output: inout [UInt8]) {
        envelope.start = start
        hasStarted = true
        writeResponse("response.created", &output)
        writeResponse("response.in_progress", &output)
    }

    private mutating func finish(_ reason: FinishReason, _ output: inout [UInt8]) {
        let status = ResponsesStatus(reason, hasRefusal: hasRefusal)
        if status.isApproximate { report.note(.finishReason, at: "status") }
        if !waitingLogProbabilities.isEmpty { report.note(.logProbabilities, at: "logprobs") }
        close(status.itemStatus, &output)
        self.status = status
    }

    private mutating func fail(_ failure: ProviderFailure, _ output: inout [UInt8]) {
        guard hasStarted else {
            let members: [(String, JSONValue)] = [
                ("code", ResponsesError.code(of: failure).map { .string($0) } ?? .null),
                ("message", .string(failure.message)), ("param", failure.parameter.map { .string($0) } ?? .null),
            ]
            writer.write("error", members, into: &output)
            return
        }
        endPart(&output)
        close("incomplete", &output)
        status = ResponsesStatus(failure)
        writeResponse("response.failed", &output)
    }

    private mutating func writeResponse(_ type: String, _ output: inout [UInt8]) {
        guard !writer.isSilent else { return }
        let response = response
        writer.write(type, [("response", response)], into: &output)
    }

    // MARK: Parts

    private mutating func start(_ part: AnswerPart, _ output: inout [UInt8]) {
        announced = nil
        switch part {
        case .text, .refusal, .reasoning: announced = part
        case .toolCall(let id, let name):
            var item = openItem(.call, id: nil, "fc", &output)
            item.callID = unique(id.isEmpty ? envelope.itemID("call", item.index) : id)
            item.name = name
            item.open(.arguments)
            announce(item, &output)
        case .media(.image(let image)):
            guard case .data(let base64) = image.source else { return report.note(.answerMedia, at: "output") }
            close("completed", &output)
            let id = envelope.itemID("ig", items.count)
            add(
                whole: [
                    "id": .string(id), "type": "image_generation_call", "status": "completed",
                    "output_format": .string(Self.imageFormat(image.mediaType)), "result": .string(base64),
                ],
                &output
            )
        case .media: report.note(.answerMedia, at: "output")
        case .foreign(let foreign):
            guard foreign.format == .openAIResponses, foreign.value.object != nil else {
                return report.note(foreign.element, at: "output")
            }
            close("completed", &output)
            add(whole: foreign.value, &output)
        }
    }

    private static func imageFormat(_ mediaType: String?) -> String {
        guard let mediaType, mediaType.hasPrefix("image/") else { return "png" }
        return String(mediaType.dropFirst(6))
    }

    private mutating func add(whole item: JSONValue, _ output: inout [UInt8]) {
        let index = items.count
        items.append(item)
        let members: [(String, JSONValue)] = [("output_index", .number(index)), ("item", item)]
        writer.write("response.output_item.added", members, into: &output)
        writer.write("response.output_item.done", members, into: &output)
    }

    /// Begins the part that was announced, now that it has content.
    mutating func openAnnounced(_ output: inout [UInt8]) {
        guard let part = announced else { return }
        announced = nil
        switch part {
        case .text: openContent(.text, &output)
        case .refusal:
            hasRefusal = true
            openContent(.refusal, &output)
        case .reasoning(let id, _, let isRedacted):
            var item = openItem(.reasoning, id: id.flatMap { $0.hasPrefix("rs_") ? $0 : nil }, "rs", &output)
            item.isRedacted = isRedacted
            announce(item, &output)
        case .toolCall, .media, .foreign: break
        }
    }

    private mutating func openContent(_ content: ResponsesOpenItem.Content, _ output: inout [UInt8]) {
        if open?.kind != .message {
            announce(openItem(.message, id: nil, "msg", &output), &output)
        }
        guard var item = open else { return }
        item.open(content)
        open = item
        writer.write("response.content_part.added", item.placeMembers + [("part", item.part)], into: &output)
    }

    private mutating func openItem(
        _ kind: ResponsesOpenItem.Kind,
        id: String?,
        _ prefix: String,
        _ output: inout [UInt8]
    ) -> ResponsesOpenItem {
        close("completed", &output)
        var id = id ?? envelope.itemID(prefix, items.count)
        if !usedIDs.insert(id).inserted { id = envelope.itemID(prefix, items.count) }
        return ResponsesOpenItem(kind, index: items.count, id: id)
    }

    private mutating func announce(_ item: ResponsesOpenItem, _ output: inout [UInt8]) {
        open = item
        let members: [(String, JSONValue)] = [
            ("output_index", .number(item.index)), ("item", item.value(status: "in_progress")),
        ]
        writer.write("response.output_item.added", members, into: &output)
    }

    private mutating func unique(_ callID: String) -> String {
        var id = callID
        while !usedIDs.insert(id).inserted { id += "_\(items.count)" }
        return id
    }
}
