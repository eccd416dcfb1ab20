import JSON

/// The ids of calls in the messages of a request that is passed on as bytes, for a provider that takes none but ids of
/// nine letters and digits. A conversation may have begun with another.
enum OpenAIChatCallIDs {
    /// Replaces the ids that the provider would refuse. A call and its result get the same, and so does the
    /// conversation in each further request, whose beginning a prompt's cache then knows.
    ///
    /// - Parameters:
    ///   - members: All members of the body.
    ///   - bytes: The body, which is valid JSON.
    static func shorten(
        _ members: [JSONMember],
        in bytes: Span<UInt8>,
        _ splice: inout JSONSplice
    ) throws(JSONSplice.Conflict) {
        var edits: [(range: Range<Int>, id: [UInt8])] = []
        for member in members where member.kind == .array && member.isNamed("messages", in: bytes) {
            try? forEachID(in: member.value, of: bytes) { range in
                guard let id = JSONText.string(bytes, range) else { return }
                let short = ToolCallID.ofNineCharacters(id)
                if short != id { edits.append((range, JSONText.quoted(short))) }
            }
        }
        for edit in edits { try splice.replace(edit.range, with: edit.id) }
    }

    private static func forEachID(
        in messages: Range<Int>,
        of bytes: Span<UInt8>,
        _ body: (Range<Int>) -> Void
    ) throws(JSONError) {
        try JSONScanner.scanArray(bytes, in: messages) { message, kind throws(JSONError) in
            guard kind == .object else { return }
            try JSONScanner.scanObject(bytes, in: message) { member throws(JSONError) in
                if member.kind == .string, member.isNamed("tool_call_id", in: bytes) {
                    body(member.value)
                } else if member.kind == .array, member.isNamed("tool_calls", in: bytes) {
                    try forEachCallID(in: member.value, of: bytes, body)
                }
            }
        }
    }

    private static func forEachCallID(
        in calls: Range<Int>,
        of bytes: Span<UInt8>,
        _ body: (Range<Int>) -> Void
    ) throws(JSONError) {
        try JSONScanner.scanArray(bytes, in: calls) { call, kind throws(JSONError) in
            guard kind == .object else { return }
            try JSONScanner.scanObject(bytes, in: call) { member throws(JSONError) in
                if member.kind == .string, member.isNamed("id", in: bytes) { body(member.value) }
            }
        }
    }
}
