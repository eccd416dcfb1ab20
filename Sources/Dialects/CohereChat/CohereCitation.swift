import JSON

/// Sources that a text cites.
///
/// Format: Cohere API reference, "Chat", `citations`; a source is a document of the request or what a tool gave.
enum CohereCitation {
    /// An annotation for each source. Citations in thoughts and plans are none of the text.
    static func annotations(_ citation: JSONValue) -> [Annotation] {
        switch citation["type"]?.string {
        case nil, "TEXT_CONTENT": break
        default: return []
        }
        let sources = citation["sources"]?.array ?? []
        guard !sources.isEmpty else { return [annotation(citation, source: nil)] }
        return sources.map { annotation(citation, source: $0) }
    }

    private static func annotation(_ citation: JSONValue, source: JSONValue?) -> Annotation {
        let content = source?["document"] ?? source?["tool_output"]
        var range: Range<Int>?
        if let start = citation["start"]?.integer, let end = citation["end"]?.integer, start >= 0, start <= end {
            range = start..<end
        }
        return Annotation(
            url: content?["url"]?.string,
            title: content?["title"]?.string,
            citedText: content?["text"]?.string ?? content?["snippet"]?.string,
            range: range,
            value: citation,
            format: .cohereChat
        )
    }
}
