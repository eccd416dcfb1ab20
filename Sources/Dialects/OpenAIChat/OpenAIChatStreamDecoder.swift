import JSON

/// Reads a provider's stream of chunks.
///
/// Format: OpenAI API reference, "The chat completion chunk object"; Azure's chunk of prompt filters, Groq's `x_groq`
/// and OpenRouter's errors in the middle of a stream.
package struct OpenAIChatStreamDecoder: AnswerStreamDecoder {
    private var choices: [OpenAIChatChoiceReader] = []
    private var hasStarted = false
    private var hasEnded = false

    package init() {}

    package var isCompleteUnmarked: Bool { !hasEnded && !choices.isEmpty && choices.allSatisfy(\.isFinished) }

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        guard !hasEnded, !JSONText.trimmedRange(data).isEmpty else { return }
        guard OpenAIChatChunk.isDone(data) == false else {
            hasEnded = true
            events.append(.end)
            return
        }
        var members = Members()
        do throws(JSONError) {
            try JSONScanner.scanObject(data) { member throws(JSONError) in
                members.note(member, in: data)
            }
        } catch {
            hasEnded = true
            events.append(.failure(ProviderFailure(.server, "The provider's stream is malformed: \(error).")))
            return
        }
        if members.error != nil || name == "error" || members.isError {
            hasEnded = true
            events.append(.failure(Self.failure(in: data)))
            return
        }
        readHead(members, of: data, into: &events)
        if let range = members.choices {
            readChoices(data.extracting(range), into: &events)
        }
        readUsage(members, of: data, into: &events)
    }

    package mutating func finish(into events: inout [AnswerEvent]) {
        // Some providers leave `[DONE]` out.
        guard isCompleteUnmarked else { return }
        hasEnded = true
        events.append(.end)
    }

    private struct Members {
        var id: Range<Int>?
        var model: Range<Int>?
        var created: Range<Int>?
        var serviceTier: Range<Int>?
        var choices: Range<Int>?
        var usage: Range<Int>?
        var groq: Range<Int>?
        var error: Range<Int>?
        /// vLLM's errors are the whole object.
        var isError = false

        mutating func note(_ member: JSONMember, in data: Span<UInt8>) {
            switch member.kind {
            case .array where member.isNamed("choices", in: data): choices = member.value
            case .string:
                if member.isNamed("id", in: data) {
                    id = member.value.count > 2 ? member.value : nil
                } else if member.isNamed("model", in: data) {
                    model = member.value.count > 2 ? member.value : nil
                } else if member.isNamed("service_tier", in: data) {
                    serviceTier = member.value
                } else if member.isNamed("error", in: data) {
                    error = member.value
                } else if member.value.count == 7, member.isNamed("object", in: data) {
                    isError = JSONText.string(data, member.value) == "error"
                }
            case .number where member.isNamed("created", in: data): created = member.value
            case .object:
                if member.isNamed("usage", in: data) {
                    usage = member.value
                } else if member.isNamed("x_groq", in: data) {
                    groq = member.value
                } else if member.isNamed("error", in: data) {
                    error = member.value
                }
            default: break
            }
        }
    }

    private static func failure(in data: Span<UInt8>) -> ProviderFailure {
        let value = try? JSONValue(parsing: data)
        return value.flatMap { OpenAIChatFailure.failure(in: $0, status: nil) }
            ?? ProviderFailure(.server, "The provider broke off and gave no reason.")
    }

    private mutating func readHead(_ members: Members, of data: Span<UInt8>, into events: inout [AnswerEvent]) {
        // Azure begins with a chunk of its filters that has no id.
        guard !hasStarted, let id = members.id ?? members.model else { return }
        hasStarted = true
        var start = AnswerStart()
        start.id = members.id == nil ? nil : JSONText.string(data, id)
        start.model = members.model.flatMap { JSONText.string(data, $0) }
        start.created = members.created.flatMap { JSONText.integer(data, $0) }.flatMap { $0 > 0 ? $0 : nil }
        start.serviceTier = members.serviceTier.flatMap { JSONText.string(data, $0) }
        events.append(.start(start))
    }

    private mutating func readUsage(_ members: Members, of data: Span<UInt8>, into events: inout [AnswerEvent]) {
        if let range = members.usage {
            Self.readUsage(data.extracting(range), into: &events)
        }
        guard let range = members.groq, let groq = try? JSONValue(parsing: data.extracting(range)) else { return }
        if members.usage == nil, let usage = groq["usage"], usage.object != nil {
            events.append(.usage(TokenUsage(openAIChat: usage)))
        }
        if let message = groq["error"]?.string {
            hasEnded = true
            events.append(.failure(ProviderFailure(.server, message)))
        }
    }

    private static func readUsage(_ usage: Span<UInt8>, into events: inout [AnswerEvent]) {
        guard let usage = try? JSONValue(parsing: usage), usage.object?.isEmpty == false else { return }
        events.append(.usage(TokenUsage(openAIChat: usage)))
    }

    // MARK: - Choices

    private mutating func readChoices(_ data: Span<UInt8>, into events: inout [AnswerEvent]) {
        try? JSONScanner.scanArray(data) { range, kind throws(JSONError) in
            guard kind == .object else { return }
            readChoice(data.extracting(range), into: &events)
        }
    }

    private struct ChoiceMembers {
        var index = 0
        var delta: Range<Int>?
        var finish: Range<Int>?
        var native: Range<Int>?
        var stop: Range<Int>?
        var logProbabilities: Range<Int>?
        var usage: Range<Int>?

        mutating func note(_ member: JSONMember, in data: Span<UInt8>) {
            switch member.kind {
            case .object:
                if member.isNamed("delta", in: data) || member.isNamed("message", in: data) {
                    delta = member.value
                } else if member.isNamed("logprobs", in: data) {
                    logProbabilities = member.value
                } else if member.isNamed("usage", in: data) {
                    usage = member.value
                }
            case .number where member.isNamed("index", in: data):
                index = JSONText.integer(data, member.value) ?? 0
            case .string where member.value.count > 2:
                if member.isNamed("finish_reason", in: data) {
                    finish = member.value
                } else if member.isNamed("native_finish_reason", in: data) {
                    native = member.value
                } else if member.isNamed("stop_reason", in: data) {
                    stop = member.value
                }
            default: break
            }
        }
    }

    private mutating func readChoice(_ data: Span<UInt8>, into events: inout [AnswerEvent]) {
        var members = ChoiceMembers()
        try? JSONScanner.scanObject(data) { member throws(JSONError) in
            members.note(member, in: data)
        }
        guard (0..<Self.maximumChoiceCount).contains(members.index) else { return }
        let place = place(of: members.index)
        if let range = members.delta {
            OpenAIChatDelta.read(data.extracting(range), into: &choices[place], &events)
        }
        if let range = members.logProbabilities, let value = try? JSONValue(parsing: data.extracting(range)) {
            choices[place].receive(logProbabilities: value, into: &events)
        }
        if let range = members.usage {
            Self.readUsage(data.extracting(range), into: &events)
        }
        guard let range = members.finish, let word = JSONText.string(data, range) else { return }
        guard word != "error" else {
            hasEnded = true
            events.append(.failure(ProviderFailure(.server, "The provider broke off and gave no reason.")))
            return
        }
        let reason = OpenAIChatFinish.reason(
            word,
            native: members.native.flatMap { JSONText.string(data, $0) },
            stopReason: members.stop.flatMap { JSONText.string(data, $0) }
        )
        choices[place].finish(reason, into: &events)
    }

    /// More choices than any provider gives are not made room for.
    private static let maximumChoiceCount = 1024

    private mutating func place(of index: Int) -> Int {
        if let place = choices.firstIndex(where: { $0.index == index }) { return place }
        choices.append(OpenAIChatChoiceReader(index: index))
        return choices.count - 1
    }
}
