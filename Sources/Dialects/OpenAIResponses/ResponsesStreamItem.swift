import JSON

/// One item of a stream, from its beginning to its end. Turns its events into those of parts.
struct ResponsesStreamItem: Sendable {
    enum Kind: Sendable { case message, call, reasoning, other }

    private enum OpenPart: Sendable { case text, refusal, summary, thought, call }

    /// What is known only when the item is whole.
    private(set) var kind = Kind.other
    private(set) var isDone = false
    /// Whether a refusal was in it.
    private(set) var hasRefusal = false
    /// What came while another item was not at its end.
    var waiting: [AnswerEvent] = []

    private var id: String?
    private var openPart: OpenPart?
    /// The index of the open part in the item.
    private var index = 0
    /// Whether the open part has text.
    private var hasText = false
    /// Whether anything was told of the item.
    private var hasStarted = false
    private var annotationCount = 0

    init() {}

    /// The item as it began.
    mutating func begin(_ item: JSONValue, _ emit: (AnswerEvent) -> Void) {
        guard kind == .other, !hasStarted else { return }
        id = item["id"]?.string
        switch item["type"]?.string {
        case "message": kind = .message
        case "reasoning": kind = .reasoning
        case "function_call":
            kind = .call
            let id = ResponsesAnswerDecoder.text(item["call_id"])
            open(.call, .toolCall(id: id, name: ResponsesAnswerDecoder.text(item["name"])), at: 0, emit)
        default: break
        }
    }

    mutating func partAdded(_ part: JSONValue?, at index: Int, _ emit: (AnswerEvent) -> Void) {
        switch part?["type"]?.string {
        case "output_text": openText(at: index, emit)
        case "refusal": openRefusal(at: index, emit)
        default: break
        }
    }

    mutating func text(_ text: String, at index: Int, _ emit: (AnswerEvent) -> Void) {
        openText(at: index, emit)
        add(text, emit)
    }

    mutating func refusal(_ text: String, at index: Int, _ emit: (AnswerEvent) -> Void) {
        openRefusal(at: index, emit)
        add(text, emit)
    }

    mutating func arguments(_ text: String, _ emit: (AnswerEvent) -> Void) {
        guard openPart == .call else { return }
        add(text, emit)
    }

    mutating func thought(_ text: String, isSummary: Bool, at index: Int, _ emit: (AnswerEvent) -> Void) {
        let wanted = isSummary ? OpenPart.summary : .thought
        guard !isDone, !text.isEmpty else { return }
        if openPart != wanted {
            open(wanted, .reasoning(id: id, isSummary: isSummary), at: index, emit)
        } else if self.index != index {
            self.index = index
            emit(.delta(choice: 0, ResponsesAnswerDecoder.summarySeparator))
        }
        add(text, emit)
    }

    mutating func annotation(_ value: JSONValue, at index: Int, _ emit: (AnswerEvent) -> Void) {
        guard !isDone, let annotation = Annotation(responses: value) else { return }
        openText(at: index, emit)
        annotationCount += 1
        emit(.annotation(choice: 0, annotation))
    }

    /// The whole text of a part, which counts only where no piece of it came.
    mutating func whole(_ text: String, _ emit: (AnswerEvent) -> Void) {
        guard !hasText, openPart != nil else { return }
        add(text, emit)
    }

    mutating func partDone(_ part: JSONValue?, at index: Int, _ emit: (AnswerEvent) -> Void) {
        guard let part else { return }
        switch part["type"]?.string {
        case "output_text":
            openText(at: index, emit)
            whole(ResponsesAnswerDecoder.text(part["text"]), emit)
            for annotation in ResponsesAnswerDecoder.annotations(of: part).dropFirst(annotationCount) {
                emit(.annotation(choice: 0, annotation))
            }
            close(emit)
        case "refusal":
            openRefusal(at: index, emit)
            whole(ResponsesAnswerDecoder.text(part["refusal"]), emit)
            close(emit)
        default: break
        }
    }

    /// The item as it ended.
    mutating func end(_ item: JSONValue?, _ emit: (AnswerEvent) -> Void) {
        guard !isDone else { return }
        defer { isDone = true }
        guard let item else {
            close(emit)
            return
        }
        if kind == .reasoning, hasStarted {
            if let signature = ResponsesAnswerDecoder.signature(of: item) {
                emit(.signature(choice: 0, signature.signature))
            }
        } else if kind == .call {
            whole(ResponsesAnswerDecoder.text(item["arguments"]), emit)
        } else if !hasStarted {
            if item["type"] == "function_call" { kind = .call }
            var events: [AnswerEvent] = []
            ResponsesAnswerDecoder.append(item, to: &events, hasRefusal: &hasRefusal)
            for event in events { emit(event) }
        }
        close(emit)
    }

    private mutating func openText(at index: Int, _ emit: (AnswerEvent) -> Void) {
        guard openPart != .text || self.index != index else { return }
        open(.text, .text, at: index, emit)
    }

    private mutating func openRefusal(at index: Int, _ emit: (AnswerEvent) -> Void) {
        guard openPart != .refusal || self.index != index else { return }
        hasRefusal = true
        open(.refusal, .refusal, at: index, emit)
    }

    private mutating func open(_ part: OpenPart, _ start: AnswerPart, at index: Int, _ emit: (AnswerEvent) -> Void) {
        guard !isDone else { return }
        close(emit)
        openPart = part
        self.index = index
        hasText = false
        hasStarted = true
        annotationCount = 0
        emit(.partStart(choice: 0, start))
    }

    private mutating func close(_ emit: (AnswerEvent) -> Void) {
        guard openPart != nil else { return }
        openPart = nil
        emit(.partEnd(choice: 0))
    }

    private mutating func add(_ text: String, _ emit: (AnswerEvent) -> Void) {
        guard !isDone, openPart != nil, !text.isEmpty else { return }
        hasText = true
        emit(.delta(choice: 0, text))
    }
}
