import JSON

/// Reads a provider's stream of Responses events.
///
/// Items may come interleaved. Parts of an answer cannot, so the events of the items behind the first that is not at
/// its end wait for it.
///
/// Format: OpenAI API reference, "Streaming events" of Responses.
package struct OpenAIResponsesStreamDecoder: AnswerStreamDecoder {
    private var items: [Int: ResponsesStreamItem] = [:]
    /// The item that is being told.
    private var current: Int?
    private var hasStarted = false
    private var hasRefusal = false
    private var hasCall = false
    package private(set) var nextEventNumber = 0

    package init() {}

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        do {
            let event = try ResponsesStreamEvent(data, named: name)
            if let number = event.number, number >= nextEventNumber, number < .max { nextEventNumber = number + 1 }
            try decode(event, data, into: &events)
        } catch {
            guard !Self.isDone(data) else { return }
            events.append(.failure(ProviderFailure(.server, "The provider's stream has malformed JSON.")))
        }
    }

    package mutating func finish(into events: inout [AnswerEvent]) {}

    /// Some providers end every stream with Chat Completions' mark.
    private static func isDone(_ data: Span<UInt8>) -> Bool {
        let text = JSONText.trimmedRange(data)
        return text.count == 6 && data[text.lowerBound] == UInt8(ascii: "[") && data[text.lowerBound + 1] == 0x44
    }

    private mutating func decode(
        _ event: ResponsesStreamEvent,
        _ data: Span<UInt8>,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        switch event.kind {
        case .textDelta, .refusalDelta, .argumentsDelta, .summaryDelta, .thoughtDelta:
            try decodeDelta(event, data, into: &events)
        case .other: break
        case .created where hasStarted: break
        case .created, .completed, .incomplete, .failed, .error:
            decodeResponse(event.kind, try JSONValue(parsing: data), into: &events)
        default:
            decodeItem(event, try JSONValue(parsing: data), into: &events)
        }
    }

    private mutating func decodeDelta(
        _ event: ResponsesStreamEvent,
        _ data: Span<UInt8>,
        into events: inout [AnswerEvent]
    ) throws(JSONError) {
        let text = event.delta.map { JSONText.repairedString(data, $0) } ?? ""
        let index = event.contentIndex
        update(event.outputIndex, &events) { item, emit in
            switch event.kind {
            case .textDelta: item.text(text, at: index, emit)
            case .refusalDelta: item.refusal(text, at: index, emit)
            case .argumentsDelta: item.arguments(text, emit)
            default: item.thought(text, isSummary: event.kind == .summaryDelta, at: index, emit)
            }
        }
        guard event.kind == .textDelta, let range = event.logProbabilities else { return }
        let entries = TokenLogProbability.entries(responses: try JSONValue(parsing: data.extracting(range)))
        guard !entries.isEmpty else { return }
        update(event.outputIndex, &events) { _, emit in emit(.logProbabilities(choice: 0, entries)) }
    }

    private mutating func decodeItem(
        _ event: ResponsesStreamEvent,
        _ value: JSONValue,
        into events: inout [AnswerEvent]
    ) {
        let index = event.contentIndex
        update(event.outputIndex, &events) { item, emit in
            switch event.kind {
            case .itemAdded:
                if let value = value["item"] { item.begin(value, emit) }
            case .itemDone: item.end(value["item"], emit)
            case .partAdded: item.partAdded(value["part"], at: index, emit)
            case .partDone: item.partDone(value["part"], at: index, emit)
            case .textDone: item.whole(ResponsesAnswerDecoder.text(value["text"]), emit)
            case .refusalDone: item.whole(ResponsesAnswerDecoder.text(value["refusal"]), emit)
            case .argumentsDone: item.whole(ResponsesAnswerDecoder.text(value["arguments"]), emit)
            case .annotationAdded:
                if let value = value["annotation"] { item.annotation(value, at: index, emit) }
            case .summaryDone, .thoughtDone: break
            default: break
            }
        }
        if event.kind == .itemDone { advance(&events) }
    }

    /// Lets an item speak, now or when its turn comes.
    private mutating func update(
        _ index: Int,
        _ events: inout [AnswerEvent],
        _ change: (inout ResponsesStreamItem, (AnswerEvent) -> Void) -> Void
    ) {
        // Taken out, so that nothing is copied.
        var item = items.removeValue(forKey: index) ?? ResponsesStreamItem()
        if current == nil, !item.isDone { current = index }
        if current == index {
            change(&item) { events.append($0) }
        } else {
            var waiting: [AnswerEvent] = []
            change(&item) { waiting.append($0) }
            item.waiting += waiting
        }
        if item.hasRefusal { hasRefusal = true }
        if item.kind == .call { hasCall = true }
        items[index] = item
    }

    /// Goes on to the next item when the one that is being told is at its end.
    private mutating func advance(_ events: inout [AnswerEvent]) {
        while let index = current, items[index]?.isDone == true {
            current = items.keys.filter { items[$0]?.isDone == false || items[$0]?.waiting.isEmpty == false }.min()
            guard let next = current else { return }
            events += items[next]?.waiting ?? []
            items[next]?.waiting.removeAll()
        }
    }

    private mutating func decodeResponse(
        _ kind: ResponsesStreamEvent.Kind,
        _ value: JSONValue,
        into events: inout [AnswerEvent]
    ) {
        guard kind != .error else {
            let error = value["error"].flatMap { $0.object == nil ? nil : $0 } ?? value
            events.append(.failure(ResponsesError.failure(ofEvent: error)))
            return
        }
        let response = value["response"] ?? .null
        guard kind != .created else {
            hasStarted = true
            events.append(.start(ResponsesAnswerDecoder.start(of: response)))
            return
        }
        endItems(response, &events)
        if let usage = TokenUsage(responses: response["usage"]) { events.append(.usage(usage)) }
        switch ResponsesStatus.finish(of: response, after: kind, isRefusal: hasRefusal && !hasCall) {
        case .success(let reason): events += [.finish(choice: 0, reason), .end]
        case .failure(let failure): events.append(.failure(failure))
        }
    }

    /// Tells what is left: items that did not end, and those that only the last event has.
    private mutating func endItems(_ response: JSONValue, _ events: inout [AnswerEvent]) {
        let output = response["output"]?.array ?? []
        for index in Set(items.keys).union(output.indices).sorted() where items[index]?.isDone != true {
            let item = output.indices.contains(index) ? output[index] : nil
            update(index, &events) { state, emit in state.end(item, emit) }
            advance(&events)
        }
    }
}
