import JSON

/// Sources that a text cites.
///
/// Anthropic documentation, "Citations" and "Web search tool".
enum AnthropicCitation {
    /// Reads one citation.
    static func annotation(_ value: JSONValue) -> Annotation {
        Annotation(
            url: value["url"]?.string ?? source(value),
            title: value["title"]?.string ?? value["document_title"]?.string,
            citedText: value["cited_text"]?.string,
            value: value,
            format: .anthropicMessages
        )
    }

    /// A citation for a caller; nil when it has no address.
    static func value(_ annotation: Annotation) -> (value: JSONValue, isExact: Bool)? {
        if annotation.format == .anthropicMessages { return (annotation.value, true) }
        guard let url = annotation.url else { return nil }
        return (
            [
                "type": "web_search_result_location",
                "url": .string(url),
                "title": annotation.title.map(JSONValue.string) ?? .null,
                "cited_text": .string(annotation.citedText ?? ""),
                "encrypted_index": "",
            ], false
        )
    }

    /// Whether Anthropic takes the citation back in a conversation's history. One that ``value(_:)`` made of another
    /// provider's has no index of the search.
    static func canReturn(_ annotation: Annotation) -> Bool {
        annotation.format == .anthropicMessages && annotation.value["encrypted_index"]?.string != ""
    }

    private static func source(_ value: JSONValue) -> String? {
        guard value["type"]?.string == "search_result_location", let source = value["source"]?.string else {
            return nil
        }
        return source.hasPrefix("https://") || source.hasPrefix("http://") ? source : nil
    }
}
