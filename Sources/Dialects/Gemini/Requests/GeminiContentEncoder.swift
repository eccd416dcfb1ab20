import JSON

/// Writes `contents` and the parts of `systemInstruction`.
///
/// What Gemini wants of them (Gemini API documentation, "Function calling", "Thought signatures"): turns of the user
/// and of the model by turns, the user's first and last; behind a model's turn with calls as many results, in the
/// same order.
struct GeminiContentEncoder {
    let conversation: Conversation
    let model: GeminiModel
    var toolNames: ToolNameMap
    var report: LossReport

    private(set) var instructions: [JSONValue] = []
    private(set) var contents: [JSONValue] = []

    /// The parts of the turn under way.
    var parts: [JSONValue] = []
    /// A signature that belongs to the next part of the model's.
    var pendingSignature: String?
    /// Whether a call was written in the model's turn under way.
    var hasCall = false

    private var isModel = false
    /// The calls of the model's turn under way.
    var calls: [ToolCall] = []
    /// All results, by the id of their call, each with the index of its turn.
    private var results: [String: [(turn: Int, result: ToolResult, path: String)]] = [:]
    /// The instructions' roles that were seen.
    private var hasSystem = false

    init(_ conversation: Conversation, _ model: GeminiModel, _ toolNames: ToolNameMap, _ report: LossReport) {
        self.conversation = conversation
        self.model = model
        self.toolNames = toolNames
        self.report = report
        for (index, turn) in conversation.turns.enumerated() {
            for part in turn.parts {
                guard case .toolResult(let result) = part.content else { continue }
                results[result.callID, default: []].append((index, result, part.path))
            }
        }
    }

    mutating func encode() {
        var hasBegun = false
        for (index, turn) in conversation.turns.enumerated() {
            if turn.name != nil { report.note(.speakerName, at: turn.path) }
            if turn.parts.isEmpty { report.note(.emptyTurn, at: turn.path) }
            switch turn.role {
            case .system, .developer:
                encodeInstructions(turn, isInFront: !hasBegun, at: index)
            case .user:
                hasBegun = true
                switchTo(isModel: false, at: index)
                encodeUserParts(turn.parts)
            case .assistant:
                if contents.isEmpty, parts.isEmpty, !hasBegun { addOpening(turn) }
                hasBegun = true
                switchTo(isModel: true, at: index)
                for part in turn.parts { encodeModelPart(part) }
                closeSignature()
            }
        }
        closeContent()
        addClosing()
    }

    private mutating func encodeInstructions(_ turn: Turn, isInFront: Bool, at index: Int) {
        if turn.role == .developer, hasSystem { report.note(.developerRole, at: turn.path) }
        hasSystem = hasSystem || turn.role == .system
        if !isInFront {
            report.note(.instructionsInMidConversation, at: turn.path)
            switchTo(isModel: false, at: index)
        }
        for part in turn.parts {
            if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
            guard case .text(let content) = part.content else {
                report.note(.instructionsWithMedia, at: part.path)
                continue
            }
            guard !content.text.isEmpty else {
                report.note(.emptyText, at: part.path)
                continue
            }
            let text: JSONValue = ["text": .string(content.text)]
            if isInFront { instructions.append(text) } else { parts.append(text) }
        }
    }

    private mutating func encodeUserParts(_ turnParts: [Part]) {
        for part in turnParts {
            if case .toolResult(let result) = part.content {
                encodeLeftResult(result, part)
            } else {
                if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
                encode(part)
            }
        }
    }

    /// Results have their place right behind their calls; one that is left over has no call.
    mutating func encodeLeftResult(_ result: ToolResult, _ part: Part) {
        if part.cacheHint != nil { report.note(.cacheHint, at: part.path) }
        guard let place = results[result.callID]?.firstIndex(where: { $0.path == part.path && $0.result == result })
        else { return }
        results[result.callID]?.remove(at: place)
        report.note(.orphanedToolResult, at: part.path)
        let name = result.name ?? conversation.toolName(ofCall: result.callID) ?? "unknown"
        parts.append(["text": .string("Result of the tool \(name): \(result.text)")])
        for inner in result.parts {
            if case .text(let content) = inner.content {
                report.note(content.found, at: inner.path)
                continue
            }
            encode(inner)
        }
    }

    // MARK: Turns

    /// - Parameter index: The turn that is about to be written; results are looked for from there on.
    private mutating func switchTo(isModel: Bool, at index: Int) {
        guard isModel != self.isModel else { return }
        closeContent()
        self.isModel = isModel
        if !isModel { encodeResults(from: index) }
    }

    /// Ends the turn under way, if there is anything in it.
    private mutating func closeContent() {
        guard !parts.isEmpty else { return }
        contents.append(["role": isModel ? "model" : "user", "parts": .array(parts)])
        parts = []
        hasCall = false
    }

    private mutating func encodeResults(from index: Int) {
        var attachments: [Part] = []
        for call in calls {
            guard let place = results[call.id]?.firstIndex(where: { $0.turn >= index }),
                let found = results[call.id]?.remove(at: place)
            else { continue }
            encode(found.result, of: call, path: found.path, attachments: &attachments)
        }
        calls = []
        for attachment in attachments { encode(attachment) }
    }

    private mutating func addOpening(_ turn: Turn) {
        report.note(.leadingAssistantTurn, at: turn.path)
        contents.append(Self.userContent("(The assistant begins the conversation.)"))
    }

    /// Gemini answers the user only, and nothing at all to no turns.
    private mutating func addClosing() {
        if contents.isEmpty {
            contents.append(["role": "user", "parts": .array(instructions)])
            if instructions.isEmpty { contents = [Self.userContent("(empty)")] }
            instructions = []
        } else if isModel, let last = conversation.turns.last {
            report.note(.assistantPrefill, at: last.path)
            contents.append(Self.userContent("(Go on.)"))
        }
    }

    private static func userContent(_ text: String) -> JSONValue {
        ["role": "user", "parts": [["text": .string(text)]]]
    }
}

extension ToolResult {
    /// The texts, one below the other.
    var text: String {
        var texts: [String] = []
        for case .text(let content) in parts.map(\.content) where !content.text.isEmpty {
            texts.append(content.text)
        }
        return texts.joined(separator: "\n")
    }
}
