import JSON
import NIOCore

/// What the mock looks at in the body of a chat completion request (OpenAI API reference, "Create chat completion").
/// Ranges count from the first readable byte of the body.
struct ChatRequest {
    /// Where the model's name lies, quotation marks included; nil when it is missing, empty or no string.
    private(set) var model: Range<Int>?
    private(set) var isStreamed = false
    private(set) var includesUsage = false
    private(set) var tools: Range<Int>?

    /// - Throws: The first violation of JSON's grammar.
    init(_ body: ByteBuffer) throws(JSONError) {
        let bytes = body.readableBytesUInt8Span
        var options: Range<Int>?
        try JSONScanner.scanObject(bytes) { member throws(JSONError) in
            if member.isNamed("model", in: bytes) {
                model = member.kind == .string && member.value.count > 2 ? member.value : nil
            } else if member.isNamed("stream", in: bytes) {
                isStreamed = JSONText.boolean(bytes, member.value) ?? false
            } else if member.isNamed("stream_options", in: bytes) {
                options = member.kind == .object ? member.value : nil
            } else if member.isNamed("tools", in: bytes) {
                tools = member.kind == .array ? member.value : nil
            }
        }
        guard let options else { return }
        try JSONScanner.scanObject(bytes, in: options) { member throws(JSONError) in
            if member.isNamed("include_usage", in: bytes) {
                includesUsage = JSONText.boolean(bytes, member.value) ?? false
            }
        }
    }

    /// The name of the first function that `tools` offers, as spelled and with its quotation marks; nil without one.
    func firstToolName(in body: ByteBuffer) -> ByteBuffer? {
        guard let tools else { return nil }
        let bytes = body.readableBytesUInt8Span
        var first: Range<Int>?
        var function: Range<Int>?
        var name: Range<Int>?
        do throws(JSONError) {
            try JSONScanner.scanArray(bytes, in: tools) { range, kind throws(JSONError) in
                if first == nil, kind == .object { first = range }
            }
            guard let first else { return nil }
            try JSONScanner.scanObject(bytes, in: first) { member throws(JSONError) in
                if member.kind == .object, member.isNamed("function", in: bytes) { function = member.value }
            }
            guard let function else { return nil }
            try JSONScanner.scanObject(bytes, in: function) { member throws(JSONError) in
                if member.kind == .string, member.isNamed("name", in: bytes) { name = member.value }
            }
        } catch {
            return nil
        }
        guard let name else { return nil }
        return body.getSlice(at: body.readerIndex + name.lowerBound, length: name.count)
    }
}
