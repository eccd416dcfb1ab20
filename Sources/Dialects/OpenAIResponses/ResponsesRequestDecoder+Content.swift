import JSON

extension ResponsesRequestDecoder {
    /// The parts of a message or of a tool's output, which may be one string.
    mutating func content(of item: inout ObjectReader, member: String) throws(FormatProblem) -> [Part] {
        let path = item.path(of: member)
        switch item.value(member) {
        case nil: throw FormatProblem("is missing", at: path)
        case .string(let text): return [Part(.text(text.repairedValue), path: path)]
        case .array(let values):
            var parts: [Part] = []
            for (index, value) in values.enumerated() {
                parts.append(try part(value, path: item.path(of: member, index)))
            }
            return parts
        case let value?:
            throw FormatProblem("must be a string or an array, not \(value.kind.article)", at: path)
        }
    }

    private mutating func part(_ value: JSONValue, path: String) throws(FormatProblem) -> Part {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.requiredString("type")
        var part = Part(.refusal(""), path: path)
        switch type {
        case "input_text", "output_text", "text": part.content = .text(try text(&reader))
        case "refusal": part.content = .refusal(try reader.requiredString("refusal"))
        case "input_image": part.content = .image(try image(&reader))
        case "input_file": part.content = .document(try file(&reader))
        case "input_audio": part.content = .audio(try audio(&reader))
        default:
            part.content = .foreign(
                ForeignContent(.openAIResponses, type: type, element: .unknownPart, value: value)
            )
            return part
        }
        if var mark = try reader.reader("prompt_cache_breakpoint") {
            mark.ignore("mode")
            part.cacheHint = CacheHint(timeToLive: try mark.string("ttl"))
            conversation.unread += mark.unread
        }
        conversation.unread += reader.unread
        return part
    }

    private func text(_ reader: inout ObjectReader) throws(FormatProblem) -> TextContent {
        let text = try reader.requiredString("text")
        // The probabilities of words that were said are of no use to the model.
        reader.ignore("logprobs")
        let annotations = (try reader.array("annotations") ?? []).compactMap { Annotation(responses: $0) }
        return TextContent(text, annotations: annotations)
    }

    private func image(_ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        let detail = try reader.string("detail")
        let file = try reader.string("file_id")
        if let url = try reader.string("image_url") { return Media(url: url, detail: detail) }
        guard let file else { throw FormatProblem("must have image_url or file_id", at: reader.path) }
        return Media(.file(id: file), detail: detail)
    }

    private func file(_ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        let name = try reader.string("filename")
        let detail = try reader.string("detail")
        let data = try reader.string("file_data")
        let url = try reader.string("file_url")
        let id = try reader.string("file_id")
        var media: Media
        if let data {
            media = data.utf8.starts(with: "data:".utf8) ? Media(url: data) : Media(.data(base64: data))
            if media.mediaType == nil, name?.lowercased().hasSuffix(".pdf") == true {
                media.mediaType = "application/pdf"
            }
        } else if let url {
            media = Media(url: url)
        } else if let id {
            media = Media(.file(id: id))
        } else {
            throw FormatProblem("must have file_data, file_url or file_id", at: reader.path)
        }
        media.name = name
        media.detail = detail
        return media
    }

    private mutating func audio(_ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        guard var audio = try reader.reader("input_audio") else {
            throw FormatProblem("is missing", at: reader.path(of: "input_audio"))
        }
        let data = try audio.requiredString("data")
        let format = try audio.requiredString("format")
        conversation.unread += audio.unread
        return Media(.data(base64: data), mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format)")
    }
}
