import Dialects
import JSON

/// What two requests share when a provider can serve the beginning of one from the prompt cache of the other.
///
/// Providers cache the beginning of a prompt from about a thousand tokens on, for some minutes, and for each account and
/// deployment by itself. Requests with an equal digest should therefore go to the same place.
struct PrefixDigest: Sendable, Equatable {
    /// The shortest beginning that is worth remembering, in bytes. 1,024 tokens are the least that OpenAI and Anthropic
    /// cache; four bytes are about one token.
    static let minimumByteCount = 4096

    /// Of the tools and the instructions, which all conversations of an application share; nil when they are short.
    let head: UInt64?
    /// Of the same and everything up to the first turn of the user, which the requests of one conversation share; nil
    /// when it is short.
    let conversation: UInt64?
}

extension PrefixDigest {
    /// Digests the body of a request.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - format: The format that it is in.
    ///   - model: The model as the caller names it; different models share no cache.
    ///   - key: A secret of the process, so that nobody can send his requests after another's.
    /// - Returns: Nil when nothing is worth remembering, or the body is not JSON.
    init?(_ bytes: Span<UInt8>, format: WireFormat, model: String, key: SipHash.Key) {
        guard bytes.count >= Self.minimumByteCount else { return nil }
        var members: [JSONMember] = []
        do throws(JSONError) {
            try JSONScanner.scanObject(bytes) { member throws(JSONError) in members.append(member) }
        } catch {
            return nil
        }
        self.init(bytes, members: members, format: format, model: model, key: key)
    }

    /// Digests the body of a request whose members are known.
    init?(_ bytes: Span<UInt8>, members: [JSONMember], format: WireFormat, model: String, key: SipHash.Key) {
        guard bytes.count >= Self.minimumByteCount else { return nil }
        let layout = PromptLayout(members, of: bytes, format)
        var hash = PrefixHash(key: key, hasMarkers: format.hasCacheMarkers)
        hash.combine(model)
        let modelByteCount = hash.byteCount
        for member in layout.head {
            hash.combine(member.value, in: bytes)
        }
        let turns = layout.turns.map { PromptTurns($0, of: bytes) }
        for turn in turns?.instructions ?? [] {
            hash.combine(turn, in: bytes)
        }
        head = hash.byteCount - modelByteCount >= Self.minimumByteCount ? hash.value : nil
        if let opening = turns?.opening {
            for turn in opening {
                hash.combine(turn, in: bytes)
            }
            conversation = hash.byteCount - modelByteCount >= Self.minimumByteCount ? hash.value : nil
        } else {
            conversation = nil
        }
        if head == nil, conversation == nil { return nil }
    }
}

/// Where the parts of a prompt are in a body. Models read the tools first, then the instructions, then the turns,
/// whatever their order in the body.
private struct PromptLayout {
    var head: [JSONMember] = []
    var turns: JSONMember?

    init(_ members: [JSONMember], of bytes: Span<UInt8>, _ format: WireFormat) {
        var tools: [JSONMember] = []
        var instructions: [JSONMember] = []
        for member in members {
            if Self.isTools(member, bytes, format) {
                tools.append(member)
            } else if Self.isInstructions(member, bytes, format) {
                instructions.append(member)
            } else if Self.isTurns(member, bytes, format) {
                turns = member
            }
        }
        head = tools + instructions
    }

    private static func isTools(_ member: JSONMember, _ bytes: Span<UInt8>, _ format: WireFormat) -> Bool {
        switch format {
        case .openAIChat, .cohereChat: member.isNamed("tools", in: bytes) || member.isNamed("functions", in: bytes)
        case .openAIResponses, .anthropicMessages, .gemini: member.isNamed("tools", in: bytes)
        case .bedrockConverse: member.isNamed("toolConfig", in: bytes)
        case .openAICompletions: false
        }
    }

    private static func isInstructions(_ member: JSONMember, _ bytes: Span<UInt8>, _ format: WireFormat) -> Bool {
        switch format {
        case .openAIResponses: member.isNamed("instructions", in: bytes)
        case .anthropicMessages, .bedrockConverse: member.isNamed("system", in: bytes)
        case .gemini: member.isNamed("systemInstruction", in: bytes) || member.isNamed("system_instruction", in: bytes)
        case .openAIChat, .openAICompletions, .cohereChat: false
        }
    }

    private static func isTurns(_ member: JSONMember, _ bytes: Span<UInt8>, _ format: WireFormat) -> Bool {
        switch format {
        case .openAIChat, .anthropicMessages, .bedrockConverse, .cohereChat: member.isNamed("messages", in: bytes)
        case .openAIResponses: member.isNamed("input", in: bytes)
        case .gemini: member.isNamed("contents", in: bytes)
        case .openAICompletions: member.isNamed("prompt", in: bytes)
        }
    }
}

/// The first turns of a conversation.
private struct PromptTurns {
    /// Turns at the beginning that are instructions, as OpenAI's formats have them.
    var instructions: [Range<Int>] = []
    /// The turns behind them up to the first of the user; nil when the user has not spoken.
    var opening: [Range<Int>]?

    init(_ member: JSONMember, of bytes: Span<UInt8>) {
        guard member.kind == .array else {
            opening = member.kind == .string ? [member.value] : nil
            return
        }
        var instructions: [Range<Int>] = []
        var opening: [Range<Int>] = []
        var hasUser = false
        do throws(JSONError) {
            try JSONScanner.scanArray(bytes, in: member.value) { turn, kind throws(JSONError) in
                switch kind == .object ? try Self.role(of: turn, in: bytes) : .other {
                case .instructions where opening.isEmpty:
                    instructions.append(turn)
                case .user:
                    opening.append(turn)
                    hasUser = true
                    // The rest of the conversation, perhaps megabytes, is of no interest.
                    throw JSONError(reason: .trailingContent, offset: turn.upperBound)
                case .instructions, .other:
                    opening.append(turn)
                }
            }
        } catch {
            // Either the user was found, or the body is no JSON, which whoever reads it in earnest will say.
        }
        self.instructions = instructions
        self.opening = hasUser ? opening : nil
    }

    private enum Role {
        case instructions
        case user
        case other
    }

    private static func role(of turn: Range<Int>, in bytes: Span<UInt8>) throws(JSONError) -> Role {
        var found: JSONMember?
        var isContent = false
        try JSONScanner.scanObject(bytes, in: turn) { member throws(JSONError) in
            if member.isNamed("role", in: bytes) { found = member }
            if member.isNamed("parts", in: bytes) { isContent = true }
        }
        // Gemini's turns are the user's when they do not say whose.
        guard let found, let role = JSONText.string(bytes, found.value) else { return isContent ? .user : .other }
        return switch role {
        case "system", "developer": .instructions
        case "user": .user
        default: .other
        }
    }
}

extension WireFormat {
    /// Whether requests have marks in their midst where the provider should end a cached part. They wander from turn to
    /// turn while the conversation stays the same.
    fileprivate var hasCacheMarkers: Bool {
        switch self {
        case .openAIChat, .anthropicMessages, .bedrockConverse, .cohereChat: true
        case .openAIResponses, .gemini, .openAICompletions: false
        }
    }
}
