import JSON

/// What a stream's encoder knows of one choice.
struct GeminiChoiceEncoder: Sendable {
    private enum OpenPart {
        case text
        case reasoning(Reasoning)
        case toolCall(ToolCall)
    }

    var finish: FinishReason?
    var logProbabilities: [TokenLogProbability] = []
    private(set) var losses: [ConversationElement] = []

    private var writer = GeminiPartWriter()
    private var citations = GeminiCitationWriter()
    private var open: OpenPart?
    /// The visible text so far, to which citations count their offsets.
    private var text = ""
    private var openStart = 0

    /// Whether parts wait to be written.
    var hasParts: Bool { !writer.parts.isEmpty }

    mutating func takeParts() -> [JSONValue] {
        defer { writer.parts = [] }
        return writer.parts
    }

    mutating func start(_ part: AnswerPart) {
        switch part {
        case .text, .refusal:
            open = .text
            openStart = text.utf8.count
        case .reasoning(let id, let isSummary, let isRedacted):
            open = .reasoning(Reasoning("", isSummary: isSummary, isRedacted: isRedacted, id: id))
        case .toolCall(let id, let name): open = .toolCall(ToolCall(id: id, name: name, arguments: ""))
        case .media(let content):
            open = nil
            writer.append(content)
        case .foreign(let foreign):
            open = nil
            writer.append(.foreign(foreign))
        }
    }

    /// What becomes of a piece of text.
    enum Writing {
        /// It is to be written at once.
        case atOnce(isThought: Bool)
        /// It waits in ``takeParts()`` or for the end of the part.
        case later
    }

    mutating func receive(_ delta: String) -> Writing {
        switch open {
        case .text, nil:
            text += delta
            guard writer.isSignaturePending else { return .atOnce(isThought: false) }
            writer.append(text: delta)
            return .later
        case .reasoning(var reasoning):
            // Kept only to know that there was some.
            if reasoning.text.isEmpty {
                writer.close()
                reasoning.text = "…"
                open = .reasoning(reasoning)
            }
            return .atOnce(isThought: true)
        case .toolCall(var call):
            // Nothing else must hold the arguments, or each addition copies all of them.
            open = nil
            call.arguments += delta
            open = .toolCall(call)
            return .later
        }
    }

    mutating func receive(_ signature: ReasoningSignature) {
        guard case .reasoning(var reasoning) = open else { return }
        if let earlier = reasoning.signature, earlier.origin == signature.origin {
            reasoning.signature?.value += signature.value
        } else {
            reasoning.signature = signature
        }
        open = .reasoning(reasoning)
    }

    mutating func receive(_ annotation: Annotation) {
        citations.add(annotation, text: text, openStart: openStart)
    }

    mutating func endPart() {
        switch open {
        case .reasoning(let reasoning):
            if reasoning.text.isEmpty {
                writer.append(reasoning)
            } else if let signature = reasoning.signature {
                writer.append(lateSignature: signature)
            }
        case .toolCall(let call): writer.append(call)
        case .text, nil: break
        }
        open = nil
    }

    /// The candidate of the last element.
    mutating func lastCandidate(_ index: Int) -> JSONValue {
        writer.close()
        let parts = hasParts ? takeParts() : [["text": ""]]
        losses = writer.losses
        var candidate: JSONObject = ["content": ["parts": .array(parts), "role": "model"]]
        if let finish {
            let (word, isExact) = GeminiFinishReason.word(finish)
            if !isExact { losses.append(.finishReason) }
            candidate.append("finishReason", .string(word))
        }
        candidate.append("index", .number(index))
        citations.append(to: &candidate)
        if !logProbabilities.isEmpty {
            candidate.append("logprobsResult", GeminiLogProbabilities.value(logProbabilities))
        }
        return .object(candidate)
    }
}
