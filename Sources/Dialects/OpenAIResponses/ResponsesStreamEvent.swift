import JSON

/// The members of a stream's event that are looked at in every one.
struct ResponsesStreamEvent {
    enum Kind {
        case created, completed, incomplete, failed, error
        case itemAdded, itemDone, partAdded, partDone
        case textDelta, textDone, refusalDelta, refusalDone, annotationAdded
        case argumentsDelta, argumentsDone
        case summaryDelta, summaryDone, thoughtDelta, thoughtDone
        case other
    }

    var kind = Kind.other
    /// Where the type is spelled.
    private var type: Range<Int>?
    private(set) var delta: Range<Int>?
    private(set) var outputIndex = 0
    private(set) var contentIndex = 0
    private(set) var logProbabilities: Range<Int>?
    /// Where the event stands in the stream.
    private(set) var number: Int?

    /// Reads the data of one event in one pass.
    init(_ data: Span<UInt8>, named name: String) throws(JSONError) {
        var event = Self()
        try JSONScanner.scanObject(data) { member throws(JSONError) in
            switch member.kind {
            case .string where member.isNamed("delta", in: data): event.delta = member.value
            case .string where member.isNamed("type", in: data): event.type = member.value
            case .number where member.isNamed("sequence_number", in: data):
                event.number = JSONText.integer(data, member.value)
            case .number where member.isNamed("output_index", in: data):
                event.outputIndex = Self.index(data, member)
            case .number where member.isNamed("content_index", in: data),
                .number where member.isNamed("summary_index", in: data):
                event.contentIndex = Self.index(data, member)
            case .array where member.value.count > 2 && member.isNamed("logprobs", in: data):
                event.logProbabilities = member.value
            default: break
            }
        }
        self = event
        let type = type.flatMap { JSONText.string(data, $0) } ?? name
        kind = Self.kinds[type] ?? .other
    }

    private init() {}

    private static func index(_ data: Span<UInt8>, _ member: JSONMember) -> Int {
        JSONText.integer(data, member.value) ?? 0
    }

    private static let kinds: [String: Kind] = [
        "response.created": .created, "response.in_progress": .created, "response.queued": .created,
        "response.completed": .completed, "response.incomplete": .incomplete, "response.failed": .failed,
        "error": .error, "response.error": .error, "response.output_item.added": .itemAdded,
        "response.output_item.done": .itemDone, "response.content_part.added": .partAdded,
        "response.content_part.done": .partDone, "response.output_text.delta": .textDelta,
        "response.output_text.done": .textDone, "response.refusal.delta": .refusalDelta,
        "response.refusal.done": .refusalDone, "response.output_text.annotation.added": .annotationAdded,
        "response.function_call_arguments.delta": .argumentsDelta,
        "response.function_call_arguments.done": .argumentsDone,
        "response.reasoning_summary_text.delta": .summaryDelta, "response.reasoning_summary_text.done": .summaryDone,
        "response.reasoning_text.delta": .thoughtDelta, "response.reasoning_text.done": .thoughtDone,
    ]
}

extension JSONText {
    /// The string spelled at `range`, with U+FFFD in the place of surrogates that are not paired.
    static func repairedString(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        if let text = string(bytes, range) { return text }
        guard range.count >= 2, range.lowerBound >= 0, range.upperBound <= bytes.count else { return "" }
        return repairedString(bytes.extracting(range.lowerBound + 1..<range.upperBound - 1))
    }
}
