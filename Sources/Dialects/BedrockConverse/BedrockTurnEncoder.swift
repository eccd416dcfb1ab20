import JSON

/// One thing of a message, before it is known where it stands.
struct BedrockItem: Sendable {
    enum Kind: Sendable {
        case block(JSONValue)
        case call(ToolCall)
        case result(callID: String, content: [JSONValue], isError: Bool)
    }

    var kind: Kind
    /// A `cachePoint` block behind it.
    var cachePoint: JSONValue?
    var path: String
    var isAssistant: Bool
}

/// Writes the parts of turns as items, in order.
struct BedrockTurnEncoder {
    let model: BedrockModel
    var report: LossReport
    var toolNames: ToolNameMap
    private(set) var system: [JSONValue] = []
    private(set) var items: [BedrockItem] = []
    private var media: BedrockMediaEncoder

    init(_ model: BedrockModel, _ report: LossReport, _ toolNames: ToolNameMap) {
        self.model = model
        self.report = report
        self.toolNames = toolNames
        media = BedrockMediaEncoder(model)
    }

    mutating func add(_ turns: [Turn]) {
        for turn in turns {
            if turn.name != nil {
                report.note(.speakerName, at: turn.path)
            }
            switch turn.role {
            case .system, .developer: addInstructions(turn)
            case .user, .assistant: addContent(turn)
            }
        }
    }

    // MARK: Instructions

    private mutating func addInstructions(_ turn: Turn) {
        if turn.role == .developer {
            report.note(.developerRole, at: turn.path)
        }
        let isLeading = items.isEmpty
        if !isLeading {
            report.note(.instructionsInMidConversation, at: turn.path)
        }
        for part in turn.parts {
            guard let block = instruction(part) else {
                if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
                continue
            }
            let cachePoint = cachePoint(part.cacheHint, at: part.path)
            if isLeading {
                system += [block] + (cachePoint.map { [$0] } ?? [])
            } else {
                items.append(
                    BedrockItem(kind: .block(block), cachePoint: cachePoint, path: part.path, isAssistant: false)
                )
            }
        }
    }

    private mutating func instruction(_ part: Part) -> JSONValue? {
        switch part.content {
        case .text(let content): return textBlock(content.text, at: part.path)
        case .foreign(let foreign): report.note(foreign.element, at: part.path)
        default: report.note(.instructionsWithMedia, at: part.path)
        }
        return nil
    }

    // MARK: Content

    private mutating func addContent(_ turn: Turn) {
        if turn.parts.isEmpty {
            report.note(.emptyTurn, at: turn.path)
        }
        for part in turn.parts {
            let isAssistant: Bool
            switch part.content {
            case .toolResult: isAssistant = false
            case .toolCall, .reasoning, .refusal: isAssistant = true
            case .text, .image, .document, .audio, .video, .foreign: isAssistant = turn.role == .assistant
            }
            guard let kind = kind(of: part, isAssistant: isAssistant) else {
                if part.cacheHint != nil {
                    report.note(.cacheHint, at: part.path)
                }
                continue
            }
            let point = cachePoint(part.cacheHint ?? nestedHint(part), at: part.path)
            items.append(BedrockItem(kind: kind, cachePoint: point, path: part.path, isAssistant: isAssistant))
        }
    }

    private func nestedHint(_ part: Part) -> CacheHint? {
        guard case .toolResult(let result) = part.content else { return nil }
        return result.parts.last { $0.cacheHint != nil }?.cacheHint
    }

    private mutating func kind(of part: Part, isAssistant: Bool) -> BedrockItem.Kind? {
        switch part.content {
        case .text(let content): return text(content, isAssistant, at: part.path).map { .block($0) }
        case .refusal(let text): return textBlock(text, at: part.path).map { .block($0) }
        case .reasoning(let reasoning): return thoughts(reasoning, at: part.path).map { .block($0) }
        case .toolCall(let call): return .call(call)
        case .toolResult(let result): return kind(of: result, at: part.path)
        case .foreign(let foreign):
            guard foreign.format == .bedrockConverse else {
                report.note(foreign.element, at: part.path)
                return nil
            }
            return .block(.object(JSONObject([.init(name: JSONString(foreign.type), value: foreign.value)])))
        case .image, .document, .audio, .video:
            guard !isAssistant else {
                report.note(.assistantMedia, at: part.path)
                return nil
            }
            return mediaBlock(part).map { .block($0) }
        }
    }

    private mutating func mediaBlock(_ part: Part) -> JSONValue? {
        switch part.content {
        case .image(let image): media.image(image, at: part.path, &report)
        case .document(let document): media.document(document, at: part.path, &report)
        case .audio(let audio): media.audio(audio, at: part.path, &report)
        case .video(let video): media.video(video, at: part.path, &report)
        case .text, .toolCall, .toolResult, .reasoning, .refusal, .foreign: nil
        }
    }

    private mutating func textBlock(_ text: String, at path: String) -> JSONValue? {
        guard !text.allSatisfy(\.isWhitespace) else {
            report.note(.emptyText, at: path)
            return nil
        }
        return ["text": .string(text)]
    }

    private mutating func text(_ content: TextContent, _ isAssistant: Bool, at path: String) -> JSONValue? {
        if let found = content.found {
            if !isAssistant, model.takesSearchResults, let block = BedrockCitation.block(found) { return block }
            report.note(found, at: path)
        }
        guard let block = textBlock(content.text, at: path) else { return nil }
        guard !content.annotations.isEmpty else { return block }
        let isOwn = content.annotations.allSatisfy { $0.format == .bedrockConverse }
        guard isOwn, isAssistant, model.takesCitations else {
            report.note(.citations, at: path)
            return block
        }
        return BedrockCitation.block(content)
    }

    private mutating func thoughts(_ reasoning: Reasoning, at path: String) -> JSONValue? {
        let value = reasoning.signature?.value(readableBy: .bedrockConverse)
        if reasoning.signature == nil {
            if model.takesUnsignedReasoning, !reasoning.text.isEmpty {
                return ["reasoningContent": ["reasoningText": ["text": .string(reasoning.text)]]]
            }
            report.note(.reasoningText, at: path)
            return nil
        }
        guard let value, !value.isEmpty, model.isClaudeOrUnknown else {
            report.note(.reasoningSignature, at: path)
            return nil
        }
        guard reasoning.isRedacted else {
            let text: JSONValue = ["text": .string(reasoning.text), "signature": .string(value)]
            return ["reasoningContent": ["reasoningText": text]]
        }
        guard let hidden = BedrockBlob.normalized(value) else {
            report.note(.reasoningSignature, at: path)
            return nil
        }
        return ["reasoningContent": ["redactedContent": .string(hidden)]]
    }

    // MARK: Tool results

    private mutating func kind(of result: ToolResult, at path: String) -> BedrockItem.Kind {
        var content: [JSONValue] = []
        for part in result.parts {
            switch part.content {
            case .text(let text):
                if let block = self.text(text, false, at: part.path) { content.append(block) }
            case .document(let document) where !model.takesToolResultMedia:
                if let block = plainText(document, at: part.path) { content.append(block) }
            case .refusal(let text):
                if let block = textBlock(text, at: part.path) { content.append(block) }
            case .image, .document, .video:
                if !model.takesToolResultMedia {
                    report.note(.toolResultMedia, at: part.path)
                } else if let block = mediaBlock(part) {
                    content.append(block)
                }
            case .audio:
                report.note(.toolResultMedia, at: part.path)
            case .foreign(let foreign) where foreign.format != .bedrockConverse:
                report.note(foreign.element, at: part.path)
            case .toolCall, .toolResult, .reasoning, .foreign:
                report.note(.unknownPart, at: part.path)
            }
        }
        if content.isEmpty {
            content = [["text": "(empty)"]]
        }
        if result.isError, !model.takesToolStatus {
            report.note(.toolResultError, at: path)
        }
        return .result(callID: result.callID, content: content, isError: result.isError && model.takesToolStatus)
    }

    /// A document of text as text, for models that take no other results.
    private mutating func plainText(_ document: Media, at path: String) -> JSONValue? {
        guard case .text(let text) = document.source else {
            report.note(.toolResultMedia, at: path)
            return nil
        }
        report.note(
            .document,
            at: path,
            .approximated("The model takes no document here, so its text is sent as text.")
        )
        return textBlock(text, at: path)
    }

    // MARK: Cache points

    mutating func cachePoint(_ hint: CacheHint?, at path: String, ofTool: Bool = false) -> JSONValue? {
        guard let hint else { return nil }
        guard ofTool ? model.takesToolCachePoints : model.takesCachePoints else {
            report.note(.cacheHint, at: path)
            return nil
        }
        var point: JSONObject = ["type": "default"]
        switch hint.timeToLive {
        case nil: break
        case .some(let time) where !model.isNova && (time == "5m" || time == "1h"): point.append("ttl", .string(time))
        case "5m": break
        default: report.note(.cacheTimeToLive, at: path)
        }
        return ["cachePoint": .object(point)]
    }
}
