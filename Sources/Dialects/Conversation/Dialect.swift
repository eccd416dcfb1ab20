package import JSON

/// What is told of a wire format whichever side speaks it.
package protocol DialectDescription {
    /// The format.
    static var format: WireFormat { get }
    /// What becomes of elements that the format cannot say, in requests to its providers and in answers to its callers.
    /// What is not named here is dropped.
    static var lossRules: [ConversationElement: LossRule] { get }
}

/// What a wire format must provide for callers to speak it: requests are read, answers, streams and errors written.
///
/// Everything is a pure function of its arguments: no clock, no random numbers, no configuration.
package protocol CallerDialect: DialectDescription {
    /// Writes a stream for a caller.
    associatedtype StreamEncoder: AnswerStreamEncoder

    /// Where a setting stands in a request of this format, as in `generationConfig.topK`: settings have no path of
    /// their own in the conversation.
    static func path(of element: ConversationElement) -> String

    /// Reads a caller's request.
    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation
    /// Writes a whole answer for a caller.
    static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer
    /// Writes an error for a caller.
    static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8]
}

/// What a wire format must provide for providers to be spoken to in it: requests are written, answers, streams and
/// errors read.
package protocol ProviderDialect: DialectDescription {
    /// Reads a provider's stream.
    associatedtype StreamDecoder: AnswerStreamDecoder

    /// How tools may be called.
    static var toolNameRule: ToolNameRule { get }

    /// Writes a request for a provider. What cannot be said is in the report; if it names a refusal the request must
    /// not be sent.
    static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest
    /// Reads a provider's whole answer into the events that a stream of it would have had.
    static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent]
    /// Reads a provider's error of HTTP status 400 or more. Anything may be in the body.
    static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure
}

/// What a wire format must provide to take part on both sides.
package typealias Dialect = CallerDialect & ProviderDialect

/// What a request's address says, in formats whose bodies do not.
package struct RequestCall: Sendable, Equatable {
    /// The model.
    package var model: String?
    /// Whether the answer shall be a stream.
    package var isStream: Bool?

    package init(model: String? = nil, isStream: Bool? = nil) {
        self.model = model
        self.isStream = isStream
    }
}

/// What the encoder of a request must know besides the conversation.
package struct RequestOptions: Sendable, Equatable {
    /// The model as the provider names it.
    package var model: String
    /// What the model is called by all, which tells what it can: the provider's name may be one of its customer's own,
    /// such as a deployment's.
    package var usualModel: String
    /// What formats that want a length get when the caller said none, in tokens; nil for as much as the model gives.
    package var defaultMaximumTokens: Int?
    /// What the provider knows of Chat Completions, where it speaks that.
    package var chatAbilities: OpenAIChatAbilities

    package init(
        model: String,
        usualModel: String? = nil,
        defaultMaximumTokens: Int? = nil,
        chatAbilities: OpenAIChatAbilities = .openAI
    ) {
        self.model = model
        self.usualModel = usualModel ?? model
        self.defaultMaximumTokens = defaultMaximumTokens
        self.chatAbilities = chatAbilities
    }
}

/// A request for a provider.
package struct EncodedRequest: Sendable {
    /// The body. Model and streaming are left to the address where the format has them there.
    package var body: JSONObject
    /// What could not be said.
    package var losses: [Loss]
    /// What the tools are called there.
    package var toolNames: ToolNameMap

    package init(body: JSONObject, losses: [Loss], toolNames: ToolNameMap) {
        self.body = body
        self.losses = losses
        self.toolNames = toolNames
    }
}

/// What the encoder of an answer must know besides the answer.
package struct AnswerContext: Sendable {
    /// The request's id in the gateway's log, of which ids are made that the provider did not give.
    package var requestID: String
    /// The model as the caller is told, where the provider did not say.
    package var model: String
    /// When the request came, in seconds since 1970.
    package var created: Int
    /// Whether the caller asked for usage figures in a stream.
    package var wantsStreamUsage: Bool
    /// The caller's request: some formats repeat it in the answer.
    package var request: JSONObject?
    /// Whether the caller reads a stream as one JSON array instead of server-sent events: Gemini without `alt=sse`.
    package var streamsAsArray: Bool
    /// The number of a stream's first event, in formats that count them: more than 0 where the caller has some of the
    /// provider's own.
    package var firstEventNumber: Int

    package init(
        requestID: String,
        model: String,
        created: Int,
        wantsStreamUsage: Bool = true,
        request: JSONObject? = nil,
        streamsAsArray: Bool = false,
        firstEventNumber: Int = 0
    ) {
        self.requestID = requestID
        self.model = model
        self.created = created
        self.wantsStreamUsage = wantsStreamUsage
        self.request = request
        self.streamsAsArray = streamsAsArray
        self.firstEventNumber = firstEventNumber
    }
}

/// An answer for a caller.
package struct EncodedAnswer: Sendable {
    /// The body.
    package var body: JSONValue
    /// What could not be said.
    package var losses: [Loss]

    package init(body: JSONValue, losses: [Loss]) {
        self.body = body
        self.losses = losses
    }
}

/// Reads a provider's stream, one event of its framing after the other.
package protocol AnswerStreamDecoder: Sendable {
    init()
    /// The number that follows on that of the last event, in formats that count them; otherwise 0.
    var nextEventNumber: Int { get }
    /// Whether the answer is complete but for a mark of its end, which its format does not have or providers leave out.
    /// False for good in formats where a missing mark means a missing end.
    var isCompleteUnmarked: Bool { get }
    /// Reads one event. Malformed data gives a ``AnswerEvent/failure(_:)``, never a trap.
    ///
    /// - Parameters:
    ///   - data: The data of a server-sent event, or the payload of an AWS event-stream message.
    ///   - name: The name of the event: `message` where the stream gives none; the event or exception type of an AWS
    ///     event-stream message.
    mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent])
    /// The connection has ended in order. Adds ``AnswerEvent/end`` where the format has no mark of its own for it and
    /// the answer is complete.
    mutating func finish(into events: inout [AnswerEvent])
}

extension AnswerStreamDecoder {
    package var nextEventNumber: Int { 0 }
    package var isCompleteUnmarked: Bool { false }
}

/// Writes a stream for a caller, framing included.
package protocol AnswerStreamEncoder: Sendable {
    init(_ context: AnswerContext)
    /// Writes what follows from one event of a legal sequence, which may be nothing.
    mutating func encode(_ event: AnswerEvent, into output: inout [UInt8])
    /// What could not be said so far.
    var losses: [Loss] { get }
}
