import JSON

/// Sources that a text cites.
///
/// Format: API reference, "Citation", "CitationsDelta" and "CitationLocation".
enum BedrockCitation {
    static func annotation(_ value: JSONValue) -> Annotation {
        let source = value["source"]?.string
        let texts = value["sourceContent"]?.array?.compactMap { $0["text"]?.string } ?? []
        return Annotation(
            url: value["location"]?["web"]?["url"]?.string ?? source.flatMap { $0.contains("://") ? $0 : nil },
            title: value["title"]?.string,
            citedText: texts.isEmpty ? nil : texts.joined(),
            value: value,
            format: .bedrockConverse
        )
    }

    static func value(of annotation: Annotation) -> JSONValue {
        guard annotation.format != .bedrockConverse else { return annotation.value }
        var citation = JSONObject()
        if let title = annotation.title { citation.append("title", .string(title)) }
        if let url = annotation.url { citation.append("source", .string(url)) }
        if let text = annotation.citedText {
            citation.append("sourceContent", [["text": .string(text)]])
        }
        if let url = annotation.url {
            var web: JSONObject = ["url": .string(url)]
            if let domain = domain(of: url) { web.append("domain", .string(domain)) }
            citation.append("location", ["web": .object(web)])
        }
        return .object(citation)
    }

    /// The text with its sources, as a block.
    static func block(_ content: TextContent) -> JSONValue {
        let text: [JSONValue] = content.text.isEmpty ? [] : [["text": .string(content.text)]]
        return [
            "citationsContent": [
                "content": .array(text), "citations": .array(content.annotations.map(value(of:))),
            ]
        ]
    }

    /// What was found, as a block; nil where Bedrock would miss something of it.
    ///
    /// Format: API reference, "SearchResultBlock".
    static func block(_ found: SearchResult) -> JSONValue? {
        let texts = found.texts.filter { !$0.allSatisfy(\.isWhitespace) }
        guard !texts.isEmpty, !found.source.isEmpty, !found.title.isEmpty else { return nil }
        var result: JSONObject = [
            "source": .string(found.source), "title": .string(found.title),
            "content": .array(texts.map { ["text": .string($0)] }),
        ]
        if let wantsCitations = found.wantsCitations {
            result.append("citations", ["enabled": .boolean(wantsCitations)])
        }
        return ["searchResult": .object(result)]
    }

    private static func domain(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].last == ":", parts[1].isEmpty, !parts[2].isEmpty else { return nil }
        return String(parts[2])
    }
}
