import JSON

/// Reads a provider's whole answer, and the whole items that streams have.
enum ResponsesAnswerDecoder {
    /// What stands between the parts of a summary, which are paragraphs of one train of thought.
    static let summarySeparator = "\n\n"

    static func events(of body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        guard body.object != nil else {
            throw FormatProblem("must be an object, not \(body.kind.article)", at: "")
        }
        guard body["output"]?.array != nil || body["error"]?.object != nil || body["status"] != nil else {
            throw FormatProblem("is missing", at: "output")
        }
        var events: [AnswerEvent] = [.start(start(of: body))]
        var hasRefusal = false
        for item in body["output"]?.array ?? [] {
            append(item, to: &events, hasRefusal: &hasRefusal)
        }
        if let usage = TokenUsage(responses: body["usage"]) { events.append(.usage(usage)) }
        let hasCall = body["output"]?.array?.contains { $0["type"] == "function_call" } ?? false
        switch ResponsesStatus.finish(of: body, isRefusal: hasRefusal && !hasCall) {
        case .success(let reason): events += [.finish(choice: 0, reason), .end]
        case .failure(let failure): events.append(.failure(failure))
        }
        return events
    }

    static func start(of response: JSONValue) -> AnswerStart {
        AnswerStart(
            id: response["id"]?.string,
            model: response["model"]?.string,
            created: response["created_at"]?.integer ?? response["created_at"]?.double.flatMap(wholeSeconds),
            serviceTier: response["service_tier"]?.string
        )
    }

    private static func wholeSeconds(_ seconds: Double) -> Int? {
        Int(exactly: seconds.rounded(.down))
    }

    /// The events of a whole item.
    static func append(_ item: JSONValue, to events: inout [AnswerEvent], hasRefusal: inout Bool) {
        switch item["type"]?.string {
        case "message":
            for part in item["content"]?.array ?? [] {
                appendContent(part, to: &events, hasRefusal: &hasRefusal)
            }
        case "function_call":
            let call = AnswerPart.toolCall(id: text(item["call_id"]), name: text(item["name"]))
            append(call, text: text(item["arguments"]), to: &events)
        case "reasoning": appendReasoning(item, to: &events)
        case "image_generation_call":
            guard let result = item["result"]?.string, !result.isEmpty else { break }
            let media = Media(.data(base64: result), mediaType: "image/\(item["output_format"]?.string ?? "png")")
            events += [.partStart(choice: 0, .media(.image(media))), .partEnd(choice: 0)]
        case let type?:
            let element = ResponsesRequestDecoder.element(ofItem: type)
            let foreign = ForeignContent(.openAIResponses, type: type, element: element, value: item)
            events += [.partStart(choice: 0, .foreign(foreign)), .partEnd(choice: 0)]
        case nil: break
        }
    }

    private static func appendContent(_ part: JSONValue, to events: inout [AnswerEvent], hasRefusal: inout Bool) {
        switch part["type"]?.string {
        case "output_text":
            events += [.partStart(choice: 0, .text), .delta(choice: 0, text(part["text"]))]
            let entries = TokenLogProbability.entries(responses: part["logprobs"])
            if !entries.isEmpty { events.append(.logProbabilities(choice: 0, entries)) }
            for annotation in annotations(of: part) {
                events.append(.annotation(choice: 0, annotation))
            }
            events.append(.partEnd(choice: 0))
        case "refusal":
            hasRefusal = true
            append(.refusal, text: text(part["refusal"]), to: &events)
        default: break
        }
    }

    private static func append(_ part: AnswerPart, text: String, to events: inout [AnswerEvent]) {
        events += [.partStart(choice: 0, part), .delta(choice: 0, text), .partEnd(choice: 0)]
    }

    private static func appendReasoning(_ item: JSONValue, to events: inout [AnswerEvent]) {
        let id = item["id"]?.string
        let signature = signature(of: item)
        var parts: [(AnswerPart, String)] = []
        let content = thoughts(item["content"])
        let summary = thoughts(item["summary"])
        if !content.isEmpty { parts.append((.reasoning(id: id), content)) }
        if !summary.isEmpty { parts.append((.reasoning(id: id, isSummary: true), summary)) }
        if parts.isEmpty, let signature { parts.append((.reasoning(id: id, isRedacted: signature.isRedacted), "")) }
        for (index, (part, text)) in parts.enumerated() {
            events += [.partStart(choice: 0, part), .delta(choice: 0, text)]
            if index == parts.count - 1, let signature {
                events.append(.signature(choice: 0, signature.signature))
            }
            events.append(.partEnd(choice: 0))
        }
    }

    private static func thoughts(_ parts: JSONValue?) -> String {
        (parts?.array ?? []).map { text($0["text"]) }.filter { !$0.isEmpty }.joined(separator: summarySeparator)
    }

    /// The signature of a reasoning item, if it has one.
    static func signature(of item: JSONValue) -> (signature: ReasoningSignature, isRedacted: Bool)? {
        guard let encrypted = item["encrypted_content"]?.string, !encrypted.isEmpty else { return nil }
        return ResponsesEncryptedContent.signature(of: encrypted, itemID: item["id"]?.string)
    }

    static func annotations(of part: JSONValue) -> [Annotation] {
        (part["annotations"]?.array ?? []).compactMap { Annotation(responses: $0) }
    }

    /// A string; empty for anything else.
    static func text(_ value: JSONValue?) -> String {
        guard case .string(let string)? = value else { return "" }
        return string.repairedValue
    }
}
