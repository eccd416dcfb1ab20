import JSON

extension GeminiContentEncoder {
    // MARK: Parts of the model

    mutating func encodeModelPart(_ part: Part) {
        if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
        switch part.content {
        case .reasoning(let reasoning): encode(reasoning, part.path)
        case .toolCall(let call): encode(call, part.path)
        case .toolResult(let result): encodeLeftResult(result, part)
        case .text(let content):
            if !content.annotations.isEmpty { report.note(.citations, at: part.path) }
            encode(part)
        default: encode(part)
        }
    }

    private mutating func encode(_ reasoning: Reasoning, _ path: String) {
        let signature = reasoning.signature?.value(readableBy: .gemini)
        if reasoning.signature != nil, signature == nil { report.note(.reasoningSignature, at: path) }
        guard !reasoning.text.isEmpty else {
            guard let signature else { return }
            closeSignature()
            pendingSignature = signature
            return
        }
        closeSignature()
        var part: JSONObject = ["text": .string(reasoning.text), "thought": true]
        if let signature { part.append("thoughtSignature", .string(signature)) }
        parts.append(.object(part))
    }

    /// A signature behind the last part comes in a part of its own, as it does in streams.
    mutating func closeSignature() {
        guard let signature = pendingSignature else { return }
        pendingSignature = nil
        parts.append(["text": "", "thoughtSignature": .string(signature)])
    }

    private mutating func encode(_ call: ToolCall, _ path: String) {
        let (arguments, isExact) = GeminiToolResponse.arguments(call.arguments)
        if !isExact { report.note(.toolArguments, at: path) }
        let name = toolNames.encoded(call.name)
        var function = JSONObject()
        if !call.id.isEmpty { function.append("id", .string(call.id)) }
        function.append("name", .string(name))
        function.append("args", arguments)
        // Gemini 3 wants a signature on the first call of each step. The document wants it in the current turn only;
        // it is given in all of them, so that the beginning of a conversation stays the same.
        if pendingSignature == nil, !hasCall, model.isVersion3 {
            pendingSignature = GeminiSignature.standIn
        }
        hasCall = true
        calls.append(call)
        append(["functionCall": .object(function)])
    }

    // MARK: Results

    mutating func encode(_ result: ToolResult, of call: ToolCall, path: String, attachments: inout [Part]) {
        var media: [Part] = []
        for part in result.parts {
            if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
            if case .text(let content) = part.content {
                report.note(content.found, at: part.path)
                continue
            }
            media.append(part)
        }
        var function = JSONObject()
        if !call.id.isEmpty { function.append("id", .string(call.id)) }
        function.append("name", .string(toolNames.encoded(call.name)))
        function.append("response", GeminiToolResponse.response(result.text, isError: result.isError))
        if model.isVersion3 {
            let outer = parts
            parts = []
            for part in media { encode(part) }
            if !parts.isEmpty { function.append("parts", .array(parts)) }
            parts = outer
        } else {
            for part in media { report.note(.toolResultMedia, at: part.path) }
            attachments += media
        }
        parts.append(["functionResponse": .object(function)])
    }

    // MARK: Parts of both

    /// Text, media and foreign content.
    mutating func encode(_ part: Part) {
        switch part.content {
        case .text(let content):
            guard !content.text.isEmpty else {
                report.note(.emptyText, at: part.path)
                return
            }
            report.note(content.found, at: part.path)
            append(["text": .string(content.text)])
        case .refusal(let text):
            guard !text.isEmpty else { return }
            append(["text": .string(text)])
        case .image(let media): encodeImage(media, part.path)
        case .document(let media): encodeDocument(media, part.path)
        case .audio(let media): encodeRecording(media, "audio/mpeg", .audio, part.path)
        case .video(let media): encodeRecording(media, "video/mp4", .video, part.path)
        case .foreign(let foreign):
            guard foreign.format == .gemini, foreign.element != .unknownPart else {
                report.note(foreign.element, at: part.path)
                return
            }
            append(foreign.value)
        case .reasoning: report.note(.reasoningText, at: part.path)
        case .toolCall, .toolResult: report.note(.orphanedToolResult, at: part.path)
        }
    }

    /// Appends a part, with the signature that waits for it.
    private mutating func append(_ part: JSONValue) {
        guard let signature = pendingSignature, case .object(var object) = part else {
            parts.append(part)
            return
        }
        pendingSignature = nil
        if object["thoughtSignature"] == nil, object["thought_signature"] == nil {
            object.append("thoughtSignature", .string(signature))
        }
        parts.append(.object(object))
    }

    // MARK: Media

    private mutating func encodeImage(_ media: Media, _ path: String) {
        if let detail = media.detail, detail != "auto" { report.note(.imageDetail, at: path) }
        let type = media.mediaType?.lowercased()
        if let type, type.hasPrefix("image/"), !GeminiMedia.isTakenPicture(type) {
            report.note(.imageType, at: path)
            return
        }
        switch media.source {
        case .data(let base64): append(GeminiMedia.blob(base64: base64, mediaType: type ?? "image/jpeg"))
        case .url(let url): appendAddress(url, media, "image/jpeg", .imageURL, path)
        case .file(let id): appendStored(id, media, .imageFile, path)
        case .text: report.note(.imageType, at: path)
        }
    }

    private mutating func encodeDocument(_ media: Media, _ path: String) {
        if media.name != nil { report.note(.documentName, at: path) }
        if media.context != nil { report.note(.documentContext, at: path) }
        if media.wantsCitations == true { report.note(.documentCitations, at: path) }
        let type = media.mediaType?.lowercased()
        if let type, !GeminiMedia.isTakenDocument(type) {
            report.note(.document, at: path)
            return
        }
        switch media.source {
        case .data(let base64): append(GeminiMedia.blob(base64: base64, mediaType: type ?? "application/pdf"))
        case .text(let text):
            append(GeminiMedia.blob(base64: Base64.encoded(text), mediaType: type ?? "text/plain"))
        case .url(let url): appendAddress(url, media, "application/pdf", .documentURL, path)
        case .file(let id): appendStored(id, media, .documentFile, path)
        }
    }

    private mutating func encodeRecording(
        _ media: Media,
        _ usualType: String,
        _ element: ConversationElement,
        _ path: String
    ) {
        let type = media.mediaType?.lowercased() ?? GeminiMedia.guessedType(media) ?? usualType
        switch media.source {
        case .data(let base64): append(GeminiMedia.blob(base64: base64, mediaType: type))
        case .url(let url): append(GeminiMedia.file(url, mediaType: type))
        case .file(let id): appendStored(id, media, element, path)
        case .text: report.note(element, at: path)
        }
    }

    private mutating func appendAddress(
        _ url: String,
        _ media: Media,
        _ usualType: String,
        _ element: ConversationElement,
        _ path: String
    ) {
        let type = media.mediaType?.lowercased()
        let isFetched = url.hasPrefix("https://") || url.hasPrefix("gs://")
        if type == nil || !isFetched, conversation.source != .gemini { report.note(element, at: path) }
        append(GeminiMedia.file(url, mediaType: type ?? GeminiMedia.guessedType(media) ?? usualType))
    }

    private mutating func appendStored(
        _ id: String,
        _ media: Media,
        _ element: ConversationElement,
        _ path: String
    ) {
        guard conversation.source == .gemini else {
            report.note(element, at: path)
            return
        }
        append(GeminiMedia.file(id, mediaType: media.mediaType))
    }
}
