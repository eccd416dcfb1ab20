import JSON

@testable import Dialects

/// Answers as the providers of a format give them.
struct HistoryAnswers {
    /// What an answer may hold; what a provider's format does not have, it leaves out.
    enum Piece: CaseIterable {
        case thoughts, hidden, text, call, callWithoutArguments
        /// A signature of the call or text that follows, or of the text before it.
        case signature
    }

    /// Five answers with all that history must carry.
    static let script: [[Piece]] = [
        [.thoughts, .text, .signature, .call],
        [.thoughts, .signature, .call, .callWithoutArguments],
        [.thoughts, .hidden, .text],
        [.text, .call, .call],
        [.thoughts, .hidden, .text, .signature, .call, .signature, .call],
    ]

    let provider: WireFormat
    let turn: Int
    /// What the tools are called at the provider.
    let toolNames: [String]
    /// DeepSeek's thoughts and the calls of Gemini's OpenAI layer in place of OpenRouter's entries, whole answers only.
    var isPlainChat = false
    /// Every answer counts its calls from one.
    var repeatsIDs = false

    func answer(_ pieces: [Piece]) -> Answer {
        var choice = Answer.Choice()
        let pieces = provider == .openAIChat ? Self.inMembers(pieces) : pieces
        for (place, piece) in pieces.enumerated() {
            if let content = content(piece, place) { choice.parts.append(Part(content)) }
        }
        choice.finish = pieces.contains { $0 == .call || $0 == .callWithoutArguments } ? .toolCalls : .stop
        return Answer(
            start: AnswerStart(id: "answer-\(turn)", model: "real", created: 1_700_000_000),
            choices: [choice],
            usage: TokenUsage(input: 11, output: 7)
        )
    }

    /// A chat message has a member for thoughts, one for text and one for calls, in this order. A signature without
    /// text is that of a call.
    private static func inMembers(_ pieces: [Piece]) -> [Piece] {
        let calls = pieces.enumerated().filter { place, piece in
            let next = pieces.dropFirst(place + 1).first
            return piece == .call || piece == .callWithoutArguments
                || piece == .signature && (next == .call || next == .callWithoutArguments)
        }
        return pieces.filter { $0 == .thoughts || $0 == .hidden } + pieces.filter { $0 == .text } + calls.map(\.element)
    }

    /// The body of a whole answer.
    func body(_ answer: Answer) -> [UInt8] {
        let body = provider.callerDialect.answer(answer, context).body
        guard isPlain, var object = body.object,
            var choice = body["choices"]?[0]?.object, var message = choice["message"]?.object
        else { return JSONWriter().write(body) }
        message.remove("reasoning")
        message.remove("reasoning_details")
        choice.set("message", to: .object(message))
        object.set("choices", to: [.object(choice)])
        return JSONWriter().write(.object(object))
    }

    func stream(_ answer: Answer) -> [UInt8] {
        var encoder = provider.streamEncoder(context)
        var output: [UInt8] = []
        for event in answer.events { encoder.encode(event, into: &output) }
        return output
    }

    private var context: AnswerContext {
        AnswerContext(requestID: "up\(turn)", model: "real", created: 1_700_000_000)
    }

    private var isPlain: Bool { isPlainChat && provider == .openAIChat }

    private var isClaude: Bool { provider == .anthropicMessages || provider == .bedrockConverse }

    /// Different for every part of every turn, and base64 as all of them are.
    private func secret(_ place: Int, _ kind: String = "sig+/") -> String {
        Base64.encoded("\(kind)\(provider.rawValue)/\(turn)/\(place)?>~")
    }

    private func signed(_ value: String) -> ReasoningSignature { ReasoningSignature(origin: provider, value: value) }

    private func content(_ piece: Piece, _ place: Int) -> PartContent? {
        let text = "thought \(turn).\(place)\nüber"
        switch piece {
        case .text: return .text("Text \(turn).\(place), \"quoted\". ")
        case .call: return .toolCall(call(place, #"{"z":1.50,"q":"t\#(turn).\#(place)"}"#))
        case .callWithoutArguments: return .toolCall(call(place, provider == .gemini ? "{}" : ""))
        case .signature:
            guard provider == .gemini || provider == .openAIChat else { return nil }
            let value = secret(place)
            return .reasoning(Reasoning("", signature: isPlain ? GoogleExtraContent.marked(value) : signed(value)))
        case .thoughts:
            if isClaude || provider == .openAIChat {
                return .reasoning(Reasoning(text, signature: isPlain ? nil : signed(secret(place))))
            }
            if provider == .gemini { return .reasoning(Reasoning(text, isSummary: true)) }
            return .reasoning(Reasoning(text, isSummary: true, id: itemID(place), signature: itemSignature(place)))
        case .hidden:
            if provider == .gemini || isPlain { return nil }
            let isItem = provider == .openAIResponses
            let signature = isItem ? itemSignature(place) : signed(secret(place, "hidden"))
            return .reasoning(
                Reasoning("", isRedacted: true, id: isClaude ? nil : itemID(place), signature: signature)
            )
        }
    }

    private func itemID(_ place: Int) -> String { "rs_\(turn)a\(place)" }

    private func itemSignature(_ place: Int) -> ReasoningSignature {
        ResponsesReasoningSignature(id: itemID(place), encryptedContent: "gAAAA\(secret(place))").signature
    }

    private func call(_ place: Int, _ arguments: String) -> ToolCall {
        ToolCall(id: callID(place), name: toolNames[(turn + place) % toolNames.count], arguments: arguments)
    }

    private func callID(_ place: Int) -> String {
        switch provider {
        case .openAIChat, .openAICompletions, .cohereChat:
            if repeatsIDs { return "call_\(place)" }
            let odd = ["call_\(turn)_\(place)", "functions.look_up:\(turn)\(place)", "ä/\(turn) \(place)"]
            let long = String(repeating: "x", count: 60) + "\(turn)\(place)"
            return (odd + [long])[(turn + place) % 4]
        case .openAIResponses: return "call_\(turn)x\(place)"
        case .anthropicMessages: return "toolu_01\(turn)x\(place)"
        case .gemini: return turn % 2 == 0 ? "" : "g\(turn)\(place)"
        case .bedrockConverse: return "tooluse_\(turn)-\(place)"
        }
    }
}
