package import JSON

/// What the gateway must know of a Chat Completions request, found without building a tree. The request itself stays
/// the caller's bytes.
///
/// Format: OpenAI API reference, "Create chat completion".
package struct OpenAIChatRequest: Sendable {
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

    /// The model as the caller names it.
    package let model: String
    /// Whether the caller wants the answer as a stream.
    package let isStream: Bool
    /// Whether the caller asked for usage figures in the stream.
    package let wantsStreamUsage: Bool

    private let modelValue: Range<Int>
    private let modelHasEscapes: Bool
    private let streamOptions: JSONMember?
    private let members: [JSONMember]
    private let object: Range<Int>

    /// Members that are for the gateway and unknown to providers.
    private static func isForGateway(_ member: JSONMember, in bytes: Span<UInt8>) -> Bool {
        member.isNamed("fallbacks", in: bytes)
    }

    private struct Findings {
        var model: JSONMember?
        var stream: JSONMember?
        var streamOptions: JSONMember?
        var repeated: String?
        var members: [JSONMember] = []

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
    package init(_ bytes: Span<UInt8>, limits: JSONLimits = .init()) throws(Problem) {
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
        guard let model = findings.model else { throw .missingModel }
        guard model.kind == .string, let name = JSONText.string(bytes, model.value) else {
            throw .wrongKind("model", expected: "a string")
        }
        guard !name.isEmpty else { throw .missingModel }
        self.model = name
        modelValue = model.value
        modelHasEscapes = model.value.count != name.utf8.count + 2
        isStream = try Self.boolean(findings.stream, "stream", in: bytes)
        streamOptions = findings.streamOptions
        wantsStreamUsage = try Self.usageWish(findings.streamOptions, in: bytes)
        members = findings.members
        object = JSONText.trimmedRange(bytes)
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

    /// The edits that make the caller's body the provider's: the model's own name in place of `provider/model`,
    /// members for the gateway removed, and the figures of a stream asked for.
    ///
    /// - Parameters:
    ///   - bytes: The body that this was read from.
    ///   - model: The model as the provider knows it.
    ///   - asksForUsage: Whether a stream's usage figures are asked for when the caller did not.
    package func splice(of bytes: Span<UInt8>, model: String, asksForUsage: Bool = true) -> JSONSplice {
        var splice = JSONSplice()
        do throws(JSONSplice.Conflict) {
            try replaceModel(with: model, &splice)
            var additions: [JSONSplice.NewMember] = []
            if isStream, asksForUsage, !wantsStreamUsage {
                try askForUsage(in: bytes, &splice, &additions)
            }
            if !additions.isEmpty || members.contains(where: { Self.isForGateway($0, in: bytes) }) {
                try splice.editMembers(members, of: object, adding: additions) { Self.isForGateway($0, in: bytes) }
            }
        } catch {
            // Every edit concerns another member, so none can touch another.
            assertionFailure("conflicting edits")
        }
        return splice
    }

    private func replaceModel(with name: String, _ splice: inout JSONSplice) throws(JSONSplice.Conflict) {
        guard name != model else { return }
        let dropped = model.utf8.count - name.utf8.count
        if !modelHasEscapes, dropped > 0, model.hasSuffix(name) {
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
