import JSON

/// Sources that an answer cites.
///
/// Format: Gemini API reference, "GroundingMetadata" and "CitationMetadata": offsets are in bytes.
enum GeminiCitations {
    /// - Parameters:
    ///   - text: The candidate's visible text so far.
    ///   - openStart: Where in it, in bytes, the part begins that the annotations are of.
    static func annotations(of candidate: JSONObject, text: String, openStart: Int) -> [Annotation] {
        var annotations: [Annotation] = []
        if let grounding = candidate["groundingMetadata"] {
            annotations += groundings(grounding, text, openStart)
        }
        for citation in candidate["citationMetadata"]?["citations"]?.array ?? [] {
            let url = citation["uri"]?.string
            let title = citation["title"]?.string
            guard url != nil || title != nil else { continue }
            annotations.append(
                Annotation(
                    url: url,
                    title: title,
                    range: range(citation, text, openStart),
                    value: citation,
                    format: .gemini
                )
            )
        }
        return annotations
    }

    private static func groundings(_ grounding: JSONValue, _ text: String, _ openStart: Int) -> [Annotation] {
        let chunks = grounding["groundingChunks"]?.array ?? []
        var annotations: [Annotation] = []
        var cited: Set<Int> = []
        for support in grounding["groundingSupports"]?.array ?? [] {
            let segment = support["segment"] ?? .object([:])
            for index in support["groundingChunkIndices"]?.array?.compactMap(\.integer) ?? []
            where chunks.indices.contains(index) {
                cited.insert(index)
                var annotation = annotation(chunks[index])
                annotation.citedText = segment["text"]?.string
                annotation.range = range(segment, text, openStart)
                annotations.append(annotation)
            }
        }
        for (index, chunk) in chunks.enumerated() where !cited.contains(index) {
            annotations.append(annotation(chunk))
        }
        return annotations
    }

    /// Names of the members that a chunk has one of.
    private static let chunkKinds = ["web", "retrievedContext", "maps", "image"]

    private static func annotation(_ chunk: JSONValue) -> Annotation {
        let source = chunkKinds.lazy.compactMap { chunk[$0] }.first
        return Annotation(
            url: source?["uri"]?.string,
            title: source?["title"]?.string,
            value: chunk,
            format: .gemini
        )
    }

    /// The segment in characters of the open part; nil when it does not lie there.
    private static func range(_ segment: JSONValue, _ text: String, _ openStart: Int) -> Range<Int>? {
        guard let end = segment["endIndex"]?.integer else { return nil }
        let start = segment["startIndex"]?.integer ?? 0
        let utf8 = text.utf8
        guard openStart <= start, start <= end, end <= utf8.count else { return nil }
        let first = utf8.index(utf8.startIndex, offsetBy: openStart)
        let lower = utf8.index(utf8.startIndex, offsetBy: start)
        let upper = utf8.index(utf8.startIndex, offsetBy: end)
        let before = characterCount(utf8[first..<lower])
        return before..<before + characterCount(utf8[lower..<upper])
    }

    /// How many Unicode scalars begin in the bytes.
    private static func characterCount(_ bytes: Substring.UTF8View) -> Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }
}

/// Writes citations of one candidate.
struct GeminiCitationWriter {
    private var chunks: [JSONValue] = []
    private var supports: [JSONValue] = []
    private var citations: [JSONValue] = []

    /// - Parameters:
    ///   - text: The candidate's visible text so far.
    ///   - openStart: Where in it, in bytes, the part begins that the annotation is of.
    mutating func add(_ annotation: Annotation, text: String, openStart: Int) {
        let isGemini = annotation.format == .gemini
        if isGemini, annotation.value["uri"] != nil || annotation.value["title"] != nil {
            citations.append(annotation.value)
            return
        }
        let chunk = isGemini ? annotation.value : Self.chunk(annotation)
        let index = chunks.firstIndex(of: chunk) ?? chunks.count
        let isNew = index == chunks.count
        if isNew { chunks.append(chunk) }
        var segment = JSONObject()
        if let range = annotation.range.flatMap({ Self.bytes($0, text, openStart) }) {
            segment.append("startIndex", .number(range.lowerBound))
            segment.append("endIndex", .number(range.upperBound))
        }
        if let cited = annotation.citedText { segment.append("text", .string(cited)) }
        // A source that nothing cites stands for itself.
        guard !segment.isEmpty || !isNew else { return }
        supports.append(["segment": .object(segment), "groundingChunkIndices": [.number(index)]])
    }

    /// Appends `groundingMetadata` and `citationMetadata` to a candidate.
    func append(to candidate: inout JSONObject) {
        if !citations.isEmpty {
            candidate.append("citationMetadata", ["citations": .array(citations)])
        }
        if !chunks.isEmpty {
            candidate.append(
                "groundingMetadata",
                ["groundingChunks": .array(chunks), "groundingSupports": .array(supports)]
            )
        }
    }

    private static func chunk(_ annotation: Annotation) -> JSONValue {
        var web = JSONObject()
        if let url = annotation.url { web.append("uri", .string(url)) }
        if let title = annotation.title { web.append("title", .string(title)) }
        return ["web": .object(web)]
    }

    /// The range of characters in bytes of the whole text; nil when it does not lie in it.
    private static func bytes(_ range: Range<Int>, _ text: String, _ openStart: Int) -> Range<Int>? {
        var count = -1
        var lower: Int?
        var position = 0
        for byte in text.utf8 {
            if position >= openStart, byte & 0xC0 != 0x80 {
                count += 1
                if count == range.lowerBound { lower = position }
                if count == range.upperBound { return lower.map { $0..<position } }
            }
            position += 1
        }
        count += 1
        if count == range.lowerBound { lower = position }
        guard count == range.upperBound, let lower else { return nil }
        return lower..<position
    }
}
