import JSON

/// The commonest event of a stream: one candidate with one part of text or thoughts.
struct GeminiTextDelta {
    private(set) var index = 0
    private(set) var text = ""
    private(set) var isThought = false
    /// Where the figures are.
    private(set) var usage: Range<Int>?

    /// - Returns: Nil for every other event, and for what is malformed.
    init?(_ data: Span<UInt8>) {
        var candidates: Range<Int>?
        var isPlain = true
        do throws(JSONError) {
            try JSONScanner.scanObject(data) { member throws(JSONError) in
                switch member.kind {
                case .array where member.isNamed("candidates", in: data): candidates = member.value
                case .object where member.isNamed("usageMetadata", in: data): usage = member.value
                case .string where !member.isNamed("error", in: data): break
                default: isPlain = false
                }
            }
            guard isPlain, let candidates else { return nil }
            guard let content = try readCandidate(data, candidates) else { return nil }
            guard let part = try Self.onlyPart(data, content) else { return nil }
            guard try readPart(data, part) else { return nil }
        } catch {
            return nil
        }
    }

    /// - Returns: Where the content is.
    private mutating func readCandidate(
        _ data: Span<UInt8>,
        _ candidates: Range<Int>
    ) throws(JSONError) -> Range<Int>? {
        guard let candidate = try Self.onlyElement(data, candidates) else { return nil }
        var content: Range<Int>?
        var isPlain = true
        var number: Int? = 0
        try JSONScanner.scanObject(data, in: candidate) { member throws(JSONError) in
            switch member.kind {
            case .object where member.isNamed("content", in: data): content = member.value
            case .number where member.isNamed("index", in: data): number = JSONText.integer(data, member.value)
            case .array where member.isNamed("safetyRatings", in: data): break
            default: isPlain = false
            }
        }
        guard isPlain, let number else { return nil }
        index = number
        return content
    }

    private static func onlyPart(_ data: Span<UInt8>, _ content: Range<Int>) throws(JSONError) -> Range<Int>? {
        var parts: Range<Int>?
        var isPlain = true
        try JSONScanner.scanObject(data, in: content) { member throws(JSONError) in
            switch member.kind {
            case .array where member.isNamed("parts", in: data): parts = member.value
            case .string where member.isNamed("role", in: data): break
            default: isPlain = false
            }
        }
        guard isPlain, let parts else { return nil }
        return try onlyElement(data, parts)
    }

    private mutating func readPart(_ data: Span<UInt8>, _ part: Range<Int>) throws(JSONError) -> Bool {
        var text: Range<Int>?
        var isPlain = true
        try JSONScanner.scanObject(data, in: part) { member throws(JSONError) in
            switch member.kind {
            case .string where member.isNamed("text", in: data): text = member.value
            case .boolean where member.isNamed("thought", in: data):
                isThought = JSONText.boolean(data, member.value) == true
            default: isPlain = false
            }
        }
        guard isPlain, let text, let string = JSONText.string(data, text) else { return false }
        self.text = string
        return true
    }

    /// The element of an array that holds one object and nothing else.
    private static func onlyElement(_ data: Span<UInt8>, _ array: Range<Int>) throws(JSONError) -> Range<Int>? {
        var element: Range<Int>?
        var isOnly = true
        try JSONScanner.scanArray(data, in: array) { range, kind throws(JSONError) in
            isOnly = isOnly && element == nil && kind == .object
            element = range
        }
        return isOnly ? element : nil
    }
}
