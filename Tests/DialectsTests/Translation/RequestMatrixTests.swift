import JSON
import Testing

@testable import Dialects

/// Every recorded request, written in every other format and read back.
@Suite("Requests in all formats", .enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct RequestMatrixTests {
    private static let models: [WireFormat: String] = [
        .openAIChat: "gpt-4o", .openAIResponses: "gpt-4o", .anthropicMessages: "claude-sonnet-4-5",
        .gemini: "gemini-2.5-flash", .bedrockConverse: "anthropic.claude-sonnet-4-5-20250929-v1:0",
        .cohereChat: "command-a-03-2025",
    ]
    static let pairs = WireFormat.commonFormats.flatMap { source in
        WireFormat.providerFormats.filter { $0 != source }.map { (source, $0) }
    }

    @Test(arguments: pairs)
    func translateAndBack(source: WireFormat, target: WireFormat) throws {
        var count = 0
        for exchange in try RecordedFormat.answers(of: source) {
            guard let body = exchange.requestBody else { continue }
            let call = RequestCall(model: body["model"]?.string ?? "some-model", isStream: exchange.isStream)
            let conversation = try source.callerDialect.conversation(of: body, call)
            let model = Self.models[target] ?? ""
            let encoded = target.dialect.request(for: conversation, RequestOptions(model: model))
            guard !encoded.losses.contains(where: { $0.effect == .refused }) else { continue }
            let written = target == .cohereChat ? CohereRequestReading.openAIBody(of: encoded.body) : encoded.body
            let read = try target.callerDialect.conversation(
                of: .object(written),
                RequestCall(model: model, isStream: exchange.isStream)
            )
            compare(
                conversation,
                read,
                Self.lost(encoded.losses, target),
                encoded.toolNames,
                "\(exchange.name) to \(target)"
            )
            count += 1
        }
        #expect(count > 0)
    }

    /// The beginning of a conversation is encoded to the same bytes however it goes on: providers' caches depend on it.
    @Test(arguments: pairs)
    func beginningsStayTheSame(source: WireFormat, target: WireFormat) throws {
        for exchange in try RecordedFormat.answers(of: source) {
            guard let body = exchange.requestBody else { continue }
            let call = RequestCall(model: body["model"]?.string ?? "some-model", isStream: false)
            let conversation = try source.callerDialect.conversation(of: body, call)
            guard conversation.turns.last?.role == .user else { continue }
            var longer = conversation
            longer.turns.append(Turn(.assistant, [Part(.text("A whole answer."))], path: "messages[8]"))
            longer.turns.append(Turn(.user, [Part(.text("And then?"))], path: "messages[9]"))
            let options = RequestOptions(model: Self.models[target] ?? "")
            let first = Self.messages(target.dialect.request(for: conversation, options).body, target)
            let second = Self.messages(target.dialect.request(for: longer, options).body, target)
            #expect(Array(second.prefix(first.count)) == first, "\(exchange.name) to \(target)")
            #expect(second.count > first.count)
        }
    }

    /// What is reported as lost. Cohere has documents as text or beside the messages.
    private static func lost(_ losses: [Loss], _ target: WireFormat) -> Set<ConversationElement> {
        let lost = Set(losses.map(\.element))
        let isMoved = target == .cohereChat && !lost.isDisjoint(with: [.documentName, .documentCitations])
        return isMoved ? lost.union([.document]) : lost
    }

    private static func messages(_ body: JSONObject, _ format: WireFormat) -> [[UInt8]] {
        let name =
            switch format {
            case .openAIChat, .anthropicMessages, .bedrockConverse, .cohereChat: "messages"
            case .openAICompletions: "prompt"
            case .openAIResponses: "input"
            case .gemini: "contents"
            }
        return (body[name]?.array ?? []).map { JSONWriter().write($0) }
    }

    private func compare(
        _ conversation: Conversation,
        _ read: Conversation,
        _ lost: Set<ConversationElement>,
        _ names: ToolNameMap,
        _ comment: String
    ) {
        var expected = RequestMeaning(conversation)
        var found = RequestMeaning(read)
        for index in found.functions.indices {
            found.functions[index].name = names.original(found.functions[index].name)
        }
        found.items = found.items.map { item in
            switch item {
            case .call(let name, let arguments): .call(name: names.original(name), arguments: arguments)
            case .result(let name, let content, let isError):
                .result(name: name.map(names.original), content: content, isError: isError)
            case .text, .media: item
            }
        }
        if !lost.isDisjoint(with: Self.changingInstructions) { (expected.instructions, found.instructions) = ("", "") }
        if !lost.isDisjoint(with: Self.changingItems) { (expected.items, found.items) = ([], []) }
        if expected.toolChoice == ToolChoice.none, found.functions.isEmpty {
            // A format without the choice of no tool gets no tools.
            (expected.functions, expected.toolChoice) = ([], nil)
        }
        if lost.contains(.schemaKeyword) { (expected.functions, found.functions) = ([], []) }
        #expect(found.instructions == expected.instructions, "\(comment)")
        #expect(found.items == expected.items, "\(comment)")
        #expect(found.functions == expected.functions, "\(comment)")
        if !lost.contains(.toolChoice), !lost.contains(.allowedTools) {
            #expect(found.toolChoice == expected.toolChoice, "\(comment)")
        }
        if !lost.contains(.outputSchema), !lost.contains(.schemaKeyword) {
            #expect(found.schema == expected.schema, "\(comment)")
        }
        compare(expected.sampling, found.sampling, lost, comment)
    }

    private func compare(_ expected: Sampling, _ found: Sampling, _ lost: Set<ConversationElement>, _ comment: String) {
        // Anthropic always gets one; where the caller says none it is the model's own.
        if !lost.contains(.maximumTokens), expected.maximumTokens != nil || found.maximumTokens != 64_000 {
            #expect(found.maximumTokens == expected.maximumTokens, "\(comment)")
        }
        if !lost.contains(.temperature) {
            #expect(found.temperature?.double == expected.temperature?.double, "\(comment)")
        }
        if !lost.contains(.topP) { #expect(found.topP?.double == expected.topP?.double, "\(comment)") }
        if !lost.contains(.topK) { #expect(found.topK?.double == expected.topK?.double, "\(comment)") }
        if !lost.contains(.seed) { #expect(found.seed == expected.seed, "\(comment)") }
        if !lost.contains(.stopSequences) { #expect(found.stopSequences == expected.stopSequences, "\(comment)") }
        if !lost.contains(.choiceCount) { #expect(found.choiceCount == expected.choiceCount, "\(comment)") }
    }

    private static let changingInstructions: Set<ConversationElement> = [
        .instructionsInMidConversation, .instructionsWithMedia, .jsonMode, .outputSchema,
    ]
    private static let changingItems: Set<ConversationElement> = [
        .instructionsInMidConversation, .instructionsWithMedia, .jsonMode, .outputSchema, .leadingAssistantTurn,
        .toolResultMedia, .toolResultError, .orphanedToolResult, .documentWithoutText, .toolArguments, .document,
        .documentURL, .imageURL,
        .imageFile, .audio, .video, .assistantMedia, .emptyTurn, .emptyText, .customTool,
    ]
}
