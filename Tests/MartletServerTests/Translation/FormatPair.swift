import Dialects
import JSON
import Martlet
import MartletMock
import NIOCore
import Testing

/// A caller's format and a provider's, with requests and answers in both.
struct FormatPair: CustomTestStringConvertible {
    let caller: WireFormat
    let provider: WireFormat

    var testDescription: String { "\(caller.rawValue) to \(provider.rawValue)" }

    static let all = WireFormat.commonFormats.flatMap { caller in
        WireFormat.commonFormats.map { FormatPair(caller: caller, provider: $0) }
    }

    /// The path of a request, at the interface of the caller's format.
    func path(isStreamed: Bool) -> String {
        switch caller {
        case .openAIChat, .openAICompletions, .cohereChat: "/openai/v1/chat/completions"
        case .openAIResponses: "/openai/v1/responses"
        case .anthropicMessages: "/anthropic/v1/messages"
        case .gemini:
            isStreamed
                ? "/genai/v1beta/models/mock%2Fgpt:streamGenerateContent?alt=sse"
                : "/genai/v1beta/models/mock/gpt:generateContent"
        case .bedrockConverse: "/bedrock/model/mock%2Fgpt/converse\(isStreamed ? "-stream" : "")"
        }
    }

    /// A small request that every format can say.
    func body(isStreamed: Bool, _ more: String = "") -> String {
        let stream = isStreamed ? #","stream":true"# : ""
        return switch caller {
        case .openAIChat, .openAICompletions, .cohereChat:
            #"{"model":"mock/gpt","messages":[{"role":"user","content":"hello"}],"max_tokens":50\#(stream)\#(more)}"#
        case .openAIResponses:
            #"{"model":"mock/gpt","input":"hello","max_output_tokens":50\#(stream)\#(more)}"#
        case .anthropicMessages:
            #"{"model":"mock/gpt","max_tokens":50,"messages":[{"role":"user","content":"hello"}]\#(stream)\#(more)}"#
        case .gemini:
            #"{"contents":[{"role":"user","parts":[{"text":"hello"}]}],"generationConfig":{"maxOutputTokens":50}\#(more)}"#
        case .bedrockConverse:
            #"{"messages":[{"role":"user","content":[{"text":"hello"}]}],"inferenceConfig":{"maxTokens":50}\#(more)}"#
        }
    }

    /// Makes the mock's provider one of the provider's format.
    func configure(_ configuration: inout ProviderConfiguration) {
        let kind: ProviderKind =
            switch provider {
            case .openAIChat, .openAICompletions, .cohereChat, .openAIResponses: .openAI
            case .anthropicMessages: .anthropic
            case .gemini: .gemini
            case .bedrockConverse: .bedrock
            }
        let keys = configuration.keys
        configuration = ProviderConfiguration(name: configuration.name, baseURL: configuration.baseURL, kind: kind)
        configuration.keys = keys
        if provider == .openAIResponses {
            configuration.servesChat = false
            configuration.responsesPath = "/v1/responses"
        }
    }

    /// Where the provider is asked.
    func providerPath(isStreamed: Bool) -> String {
        switch provider {
        case .openAIChat, .openAICompletions, .cohereChat: "/v1/chat/completions"
        case .openAIResponses: "/v1/responses"
        case .anthropicMessages: "/v1/messages"
        case .gemini: "/models/gpt:\(isStreamed ? "streamGenerateContent" : "generateContent")"
        case .bedrockConverse: "/model/gpt/converse\(isStreamed ? "-stream" : "")"
        }
    }

    // MARK: Answers

    static let context = AnswerContext(requestID: "upstream", model: "gpt", created: 1_700_000_000)

    /// Text and a call, with figures.
    static var answer: Dialects.Answer {
        var choice = Dialects.Answer.Choice()
        choice.parts = [
            Part(.text("Grüße, Martlet!")),
            Part(.toolCall(ToolCall(id: "call_1", name: "look_up", arguments: #"{"city":"Köln","n":[1,2.50]}"#))),
        ]
        choice.finish = .toolCalls
        return Dialects.Answer(
            start: AnswerStart(id: "answer-1", model: "gpt-real", created: 1_700_000_000),
            choices: [choice],
            usage: TokenUsage(input: 11, output: 7)
        )
    }

    /// The provider's whole answer.
    var wholeReply: MockReply {
        let bytes = AnswerTranslation(Self.answer, to: provider, Self.context).body
        return MockReply(body: ByteBuffer(bytes: bytes))
    }

    /// The provider's stream, one piece for each event of the answer up to the number given.
    func streamReply(eventCount: Int = .max, _ more: [AnswerEvent] = [], ending: MockReply.Ending = .whole) -> MockReply
    {
        var encoder = provider.streamEncoder(Self.context)
        let pieces = (Self.answer.events.prefix(eventCount) + more).map { event in
            var output: [UInt8] = []
            encoder.encode(event, into: &output)
            return ByteBuffer(bytes: output)
        }
        let isEventStream = provider == .bedrockConverse
        return MockReply(
            contentType: isEventStream ? "application/vnd.amazon.eventstream" : "text/event-stream",
            pieces: pieces,
            ending: ending
        )
    }

    /// What a caller reads of a whole answer.
    func read(_ body: ByteBuffer) throws -> Dialects.Answer {
        let events = try AnswerTranslation.events(of: body.readableBytesUInt8Span, caller)
        return try AnswerFold.answer(of: events, toolNames: ToolNameMap(ToolNameRule()))
    }

    /// The events that a caller reads of a stream.
    func readStream(_ body: ByteBuffer) -> [AnswerEvent] {
        var events: [AnswerEvent] = []
        var reader = caller.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        reader.receive(body.readableBytesUInt8Span) { events.append($0) }
        reader.finish { events.append($0) }
        return events
    }
}

extension RunningGateway {
    /// The log line of the only request.
    func logLine() async throws -> JSONValue {
        let lines = try await logLines()
        return try JSONValue(parsing: Array(try #require(lines.first).utf8).span)
    }
}
