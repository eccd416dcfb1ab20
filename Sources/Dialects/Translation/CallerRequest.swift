package import JSON

/// What the gateway must know of any request, found without building a tree. The request itself stays the caller's
/// bytes.
///
/// Where model and streaming are depends on the format: in the body with OpenAI and Anthropic, in the address with
/// Gemini and Bedrock.
package struct CallerRequest: Sendable {
    /// Why a body is not a request that can be carried.
    package enum Problem: Error, Equatable, Sendable {
        /// The body is not JSON.
        case malformed(JSONError)
        /// The body is JSON but no object.
        case notAnObject
        /// A member that decides where the request goes is there twice; providers disagree on which one counts.
        case repeated(String)
        /// There is no `model`, or it is empty.
        case missingModel
        /// A member has a value of the wrong kind; what it should be.
        case wrongKind(String, expected: String)
    }

    /// The format that it is in.
    package let format: WireFormat
    /// The model as the caller names it.
    package let model: String
    /// Whether the caller wants the answer as a stream.
    package let isStream: Bool
    /// Whether it does no harm when a provider does twice what is asked, in the caller's format.
    package let isRepeatable: Bool
    /// Whether the caller asked for usage figures in the stream.
    package let wantsStreamUsage: Bool

    /// Where the model's name is in the body; nil when the address has it.
    private let modelValue: Range<Int>?
    private let modelHasEscapes: Bool
    private let bodyModel: String
    private let streamOptions: JSONMember?
    private let members: [JSONMember]
    private let object: Range<Int>

    /// Members that are for the gateway and unknown to providers. Gemini's and Bedrock's bodies know neither model nor
    /// streaming, but callers write them there all the same.
    private func isForGateway(_ member: JSONMember, in bytes: Span<UInt8>) -> Bool {
        if member.isNamed("fallbacks", in: bytes) { return true }
        guard modelValue == nil, !format.hasModelInBody else { return false }
        return member.isNamed("stream", in: bytes) || member.isNamed("model", in: bytes)
    }

    private struct Findings {
        var model: JSONMember?
        var stream: JSONMember?
        var streamOptions: JSONMember?
        var repeated: String?
        var members: [JSONMember] = []

        /// Whether there is more to the request than its answer: a job that goes on by itself, or a conversation that
        /// the provider keeps and adds the answer to (OpenAI API reference, "Create a model response", members
        /// `background` and `conversation`).
        func lasts(in bytes: Span<UInt8>) -> Bool {
            members.contains { member in
                if member.isNamed("background", in: bytes) { return JSONText.boolean(bytes, member.value) == true }
                return member.kind != .null && member.isNamed("conversation", in: bytes)
            }
        }

        mutating func note(_ member: JSONMember, in bytes: Span<UInt8>) {
            members.append(member)
            if member.isNamed("model", in: bytes) {
                if model != nil { repeated = "model" }
                model = member
            } else if member.isNamed("stream", in: bytes) {
                if stream != nil { repeated = "stream" }
                stream = member
            } else if member.isNamed("stream_options", in: bytes) {
                if streamOptions != nil { repeated = "stream_options" }
                streamOptions = member
            }
        }
    }

    /// Reads the body of a request.
    ///
    /// - Parameter call: What the request's address says, which counts more than the body.
    package init(
        _ bytes: Span<UInt8>,
        format: WireFormat = .openAIChat,
        call: RequestCall = RequestCall(),
        limits: JSONLimits = .init()
    ) throws(Problem) {
        var findings = Findings()
        findings.members.reserveCapacity(16)
        do throws(JSONError) {
            try JSONScanner.scanObject(bytes, limits: limits) { member throws(JSONError) in
                findings.note(member, in: bytes)
            }
        } catch {
            throw error.reason == .expectedObject ? .notAnObject : .malformed(error)
        }
        if let repeated = findings.repeated { throw .repeated(repeated) }
        self.format = format
        if format.hasModelInBody, let member = findings.model, call.model == nil || member.kind == .string {
            let name = try Self.modelName(member, in: bytes)
            model = call.model ?? name
            bodyModel = name
            modelValue = member.value
            modelHasEscapes = member.value.count != name.utf8.count + 2
        } else {
            guard let name = call.model, !name.isEmpty else { throw .missingModel }
            model = name
            bodyModel = ""
            modelValue = nil
            modelHasEscapes = false
        }
        let isStreamInBody = try Self.boolean(findings.stream, "stream", in: bytes)
        isStream = call.isStream == true || isStreamInBody
        let hasOptions = format == .openAIChat || format == .openAICompletions
        let options = hasOptions ? findings.streamOptions : nil
        streamOptions = options
        wantsStreamUsage = hasOptions ? try Self.usageWish(options, in: bytes) : true
        isRepeatable = format != .openAIResponses || !findings.lasts(in: bytes)
        members = findings.members
        object = JSONText.trimmedRange(bytes)
    }

    private static func modelName(_ member: JSONMember, in bytes: Span<UInt8>) throws(Problem) -> String {
        guard member.kind == .string, let name = JSONText.string(bytes, member.value) else {
            throw .wrongKind("model", expected: "a string")
        }
        guard !name.isEmpty else { throw .missingModel }
        return name
    }

    private static func boolean(
        _ member: JSONMember?,
        _ name: String,
        in bytes: Span<UInt8>
    ) throws(Problem) -> Bool {
        guard let member, member.kind != .null else { return false }
        guard let value = JSONText.boolean(bytes, member.value) else {
            throw .wrongKind(name, expected: "true or false")
        }
        return value
    }

    private static func usageWish(_ options: JSONMember?, in bytes: Span<UInt8>) throws(Problem) -> Bool {
        guard let options, options.kind != .null else { return false }
        guard options.kind == .object else { throw .wrongKind("stream_options", expected: "an object") }
        guard let wish = includeUsage(of: options, in: bytes) else { return false }
        return JSONText.boolean(bytes, wish.value) ?? false
    }

    /// The last `include_usage` of the options, its ranges counted from the body's start.
    private static func includeUsage(of options: JSONMember, in bytes: Span<UInt8>) -> JSONMember? {
        var found: JSONMember?
        let inner = bytes.extracting(options.value)
        // The body has been validated as a whole, so this cannot fail.
        try? JSONScanner.scanObject(inner) { member throws(JSONError) in
            if member.isNamed("include_usage", in: inner) {
                found = member.offset(by: options.value.lowerBound)
            }
        }
        return found
    }

    /// The value of the member of that name at the top of the body; nil where there is none, or null.
    package func value(of name: StaticString, in bytes: Span<UInt8>) -> Range<Int>? {
        members.last { $0.isNamed(name, in: bytes) && $0.kind != .null }?.value
    }

    /// How many answers are wanted; 1 where the request does not say.
    package func choiceCount(in bytes: Span<UInt8>) -> Int {
        switch format {
        case .openAIChat, .openAICompletions:
            return value(of: "n", in: bytes).flatMap { JSONText.integer(bytes, $0) } ?? 1
        case .gemini:
            // Protocol buffers know each member by two names.
            guard let config = value(of: "generationConfig", in: bytes) ?? value(of: "generation_config", in: bytes)
            else { return 1 }
            let inner = bytes.extracting(config)
            var count = 1
            try? JSONScanner.scanObject(inner) { member throws(JSONError) in
                guard member.isNamed("candidateCount", in: inner) || member.isNamed("candidate_count", in: inner)
                else { return }
                count = JSONText.integer(inner, member.value) ?? count
            }
            return count
        case .openAIResponses, .anthropicMessages, .bedrockConverse, .cohereChat:
            return 1
        }
    }

    /// The members at the top of the body.
    package var topMembers: [JSONMember] { members }

    /// The edits that make the caller's body the provider's: the model's own name in place of `provider/model`,
    /// members for the gateway removed, and the figures of a stream asked for.
    ///
    /// - Parameters:
    ///   - bytes: The body that this was read from.
    ///   - model: The model as the provider knows it.
    ///   - asksForUsage: Whether a stream's usage figures are asked for when the caller did not.
    ///   - abilities: What the provider knows of Chat Completions. Members of the body itself that it knows by another
    ///     name, or that it refuses and that mean nothing for the answer, are put right, and so are ids of calls. What
    ///     else stands deeper is not.
    package func splice(
        of bytes: Span<UInt8>,
        model: String,
        asksForUsage: Bool = true,
        abilities: OpenAIChatAbilities = .openAI
    ) -> JSONSplice {
        let passing = format == .openAIChat ? OpenAIChatMemberPassing(abilities, members, in: bytes) : nil
        var splice = JSONSplice()
        do throws(JSONSplice.Conflict) {
            try replaceModel(with: model, &splice)
            var additions: [JSONSplice.NewMember] = []
            if isStream, asksForUsage, !wantsStreamUsage, abilities.knowsStreamOptions {
                try askForUsage(in: bytes, &splice, &additions)
            }
            for member in members {
                if let name = passing?.newName(of: member, in: bytes) { try splice.replace(member.name, with: name) }
            }
            if format == .openAIChat, abilities.hasShortCallIDs {
                try OpenAIChatCallIDs.shorten(members, in: bytes, &splice)
            }
            if !additions.isEmpty || members.contains(where: { isRemoved($0, passing, in: bytes) }) {
                try splice.editMembers(members, of: object, adding: additions) { isRemoved($0, passing, in: bytes) }
            }
        } catch {
            // Every edit concerns another member, so none can touch another.
            assertionFailure("conflicting edits")
        }
        return splice
    }

    private func isRemoved(_ member: JSONMember, _ passing: OpenAIChatMemberPassing?, in bytes: Span<UInt8>) -> Bool {
        isForGateway(member, in: bytes) || passing?.leavesOut(member, in: bytes) == true
    }

    private func replaceModel(with name: String, _ splice: inout JSONSplice) throws(JSONSplice.Conflict) {
        guard let modelValue, name != bodyModel else { return }
        let dropped = bodyModel.utf8.count - name.utf8.count
        if !modelHasEscapes, dropped > 0, bodyModel.hasSuffix(name) {
            let start = modelValue.lowerBound + 1
            try splice.remove(start..<(start + dropped))
        } else {
            try splice.replace(modelValue, with: JSONText.quoted(name))
        }
    }

    private func askForUsage(
        in bytes: Span<UInt8>,
        _ splice: inout JSONSplice,
        _ additions: inout [JSONSplice.NewMember]
    ) throws(JSONSplice.Conflict) {
        guard let streamOptions else {
            additions.append(.init(name: "stream_options", value: Array("{\"include_usage\":true}".utf8)))
            return
        }
        if streamOptions.kind == .null {
            try splice.replaceValue(of: streamOptions, with: Array("{\"include_usage\":true}".utf8))
        } else if let wish = Self.includeUsage(of: streamOptions, in: bytes) {
            try splice.replaceValue(of: wish, with: Array("true".utf8))
        } else {
            let inner = bytes.extracting(streamOptions.value)
            var isEmpty = true
            try? JSONScanner.scanObject(inner) { _ throws(JSONError) in isEmpty = false }
            let member = isEmpty ? "\"include_usage\":true" : "\"include_usage\":true,"
            try splice.insert(Array(member.utf8), at: streamOptions.value.lowerBound + 1)
        }
    }
}

extension WireFormat {
    /// Whether requests name their model in the body.
    package var hasModelInBody: Bool {
        switch self {
        case .openAIChat, .openAIResponses, .openAICompletions, .anthropicMessages, .cohereChat: true
        case .gemini, .bedrockConverse: false
        }
    }
}
