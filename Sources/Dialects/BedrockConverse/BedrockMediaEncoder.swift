import JSON

/// Writes pictures, documents, films and recordings as blocks. Nil, and a note, for what Bedrock does not take.
struct BedrockMediaEncoder: Sendable {
    let model: BedrockModel
    private var names = BedrockDocumentNames()

    init(_ model: BedrockModel) {
        self.model = model
    }

    func image(_ media: Media, at path: String, _ report: inout LossReport) -> JSONValue? {
        if let detail = media.detail, detail != "auto" {
            report.note(.imageDetail, at: path)
        }
        let named = BedrockMediaFormat.name(ofMediaType: media.mediaType, in: BedrockMediaFormat.images)
        switch media.source {
        case .data(let base64):
            guard let bytes = BedrockBlob.normalized(base64),
                let format = BedrockMediaFormat.imageName(ofBase64: bytes) ?? named
            else {
                report.note(.imageType, at: path)
                return nil
            }
            return ["image": ["format": .string(format), "source": ["bytes": .string(bytes)]]]
        case .url(let url) where url.hasPrefix("s3://"):
            let format = named ?? Self.format(ofEnding: url, in: BedrockMediaFormat.images) ?? "png"
            return ["image": ["format": .string(format), "source": Self.location(url)]]
        case .url:
            report.note(.imageURL, at: path)
        case .file:
            report.note(.imageFile, at: path)
        case .text:
            report.note(.imageType, at: path)
        }
        return nil
    }

    mutating func document(_ media: Media, at path: String, _ report: inout LossReport) -> JSONValue? {
        var format = BedrockMediaFormat.documentName(media)
        if case .url(let url) = media.source, format == nil {
            format = Self.format(ofEnding: url, in: BedrockMediaFormat.documents)
        }
        guard let source = documentSource(media, at: path, &report) else { return nil }
        guard let format else {
            report.note(.document, at: path)
            return nil
        }
        let (name, isChanged) = names.name(for: media.name, format: format)
        if isChanged {
            report.note(.documentName, at: path)
        }
        var block: JSONObject = ["format": .string(format), "name": .string(name), "source": source]
        if let context = media.context, !context.isEmpty {
            if model.takesCitations {
                block.append("context", .string(context))
            } else {
                report.note(.documentContext, at: path)
            }
        }
        if media.wantsCitations == true {
            if model.takesCitations {
                block.append("citations", ["enabled": true])
            } else {
                report.note(.documentCitations, at: path)
            }
        }
        return ["document": .object(block)]
    }

    private func documentSource(_ media: Media, at path: String, _ report: inout LossReport) -> JSONValue? {
        switch media.source {
        case .data(let base64):
            guard let bytes = BedrockBlob.normalized(base64) else { break }
            return ["bytes": .string(bytes)]
        case .text(let text):
            guard !text.allSatisfy(\.isWhitespace) else { break }
            // Claude cites places of a text; the others know documents as bytes only.
            return model.takesCitations ? ["text": .string(text)] : ["bytes": .string(Base64.encoded(text))]
        case .url(let url) where url.hasPrefix("s3://"):
            return Self.location(url)
        case .url:
            report.note(.documentURL, at: path)
            return nil
        case .file:
            report.note(.documentFile, at: path)
            return nil
        }
        report.note(.document, at: path)
        return nil
    }

    func video(_ media: Media, at path: String, _ report: inout LossReport) -> JSONValue? {
        clip(media, "video", BedrockMediaFormat.videos, .video, at: path, &report)
    }

    func audio(_ media: Media, at path: String, _ report: inout LossReport) -> JSONValue? {
        clip(media, "audio", BedrockMediaFormat.audios, .audio, at: path, &report)
    }

    private func clip(
        _ media: Media,
        _ kind: String,
        _ formats: [BedrockMediaFormat.Entry],
        _ element: ConversationElement,
        at path: String,
        _ report: inout LossReport
    ) -> JSONValue? {
        var format = BedrockMediaFormat.name(ofMediaType: media.mediaType, in: formats)
        var source: JSONValue?
        switch media.source {
        case .data(let base64):
            source = BedrockBlob.normalized(base64).map { ["bytes": .string($0)] }
        case .url(let url) where url.hasPrefix("s3://"):
            format = format ?? Self.format(ofEnding: url, in: formats)
            source = Self.location(url)
        case .url, .file, .text:
            break
        }
        guard let format, let source else {
            report.note(element, at: path)
            return nil
        }
        return .object(
            JSONObject([.init(name: JSONString(kind), value: ["format": .string(format), "source": source])])
        )
    }

    private static func location(_ url: String) -> JSONValue {
        ["s3Location": ["uri": .string(url)]]
    }

    private static func format(ofEnding url: String, in table: [BedrockMediaFormat.Entry]) -> String? {
        guard let ending = url.split(separator: ".").last?.lowercased() else { return nil }
        if ending == "jpg" { return table.first { $0.name == "jpeg" }?.name }
        return table.first { $0.name == ending }?.name
    }
}
