package import JSON

/// A request in no one's wire format: what all formats can say, and the names of what only the caller's format says.
///
/// Paths are those of the caller's body, in the form `messages[2].content[0]`, so that a report speaks the caller's
/// language whatever the request is encoded as.
package struct Conversation: Sendable {
    /// The format that it came in.
    package var source: WireFormat
    /// The model as the caller names it.
    package var model: String
    /// Whether the caller wants the answer as a stream.
    package var isStream = false
    /// Whether the caller asked for usage figures in the stream. True in formats that always tell them.
    package var wantsStreamUsage = true
    /// Everything that was said, in order, instructions included.
    package var turns: [Turn] = []
    /// What the model may call.
    package var tools: [Tool] = []
    /// Whether and what it must call; nil when not said.
    package var toolChoice: ToolChoice?
    /// Whether several calls in one turn are allowed; nil when not said.
    package var allowsParallelToolCalls: Bool?
    /// Lengths and probabilities.
    package var sampling = Sampling()
    /// What form the answer's text must have; nil when not said.
    package var outputFormat: OutputFormat?
    /// How much the model shall think; nil when not said.
    package var reasoning: ReasoningOptions?
    /// How talkative the answer shall be: `low`, `medium` or `high`.
    package var verbosity: String?
    /// The end user's id, as the application names them.
    package var user: String?
    /// Labels of the application's own.
    package var metadata: JSONObject?
    /// The provider's class of service, spelled as in the caller's format.
    package var serviceTier: String?
    /// What groups requests whose beginnings are alike for the provider's cache.
    package var promptCacheKey: String?
    /// What the decoder did not understand or what has no counterpart anywhere else.
    package var unread: [UnreadMember] = []

    /// An empty conversation.
    package init(source: WireFormat, model: String) {
        self.source = source
        self.model = model
    }
}

/// A part of a request that only the caller's format has.
package struct UnreadMember: Sendable, Equatable {
    /// Where it is in the caller's body.
    package var path: String
    /// What kind of thing it is: ``ConversationElement/unknownMember`` when the decoder does not know it.
    package var element: ConversationElement

    package init(path: String, element: ConversationElement = .unknownMember) {
        self.path = path
        self.element = element
    }
}

/// Lengths and probabilities of an answer. Numbers keep their spelling.
package struct Sampling: Sendable, Equatable {
    /// Most tokens of the answer.
    package var maximumTokens: Int?
    /// From 0 to 2, or to 1 with some providers.
    package var temperature: JSONNumber?
    /// From 0 to 1.
    package var topP: JSONNumber?
    /// How many of the likeliest tokens are looked at.
    package var topK: JSONNumber?
    /// The start of the random numbers.
    package var seed: JSONNumber?
    /// From -2 to 2.
    package var frequencyPenalty: JSONNumber?
    /// From -2 to 2.
    package var presencePenalty: JSONNumber?
    /// Texts that end the answer.
    package var stopSequences: [String] = []
    /// How many answers are wanted.
    package var choiceCount: Int?
    /// Whether the probabilities of the answer's tokens are wanted.
    package var wantsLogProbabilities: Bool?
    /// How many alternatives for each token.
    package var topLogProbabilities: Int?

    package init() {}
}

/// What form an answer's text must have.
package enum OutputFormat: Sendable, Equatable {
    /// Any text.
    case text
    /// Some JSON object.
    case json
    /// JSON of this schema.
    case schema(OutputSchema)
}

/// The schema of a structured answer.
package struct OutputSchema: Sendable, Equatable {
    /// Its name; some formats want one.
    package var name: String?
    /// What it is for.
    package var description: String?
    /// A JSON schema, as the caller spelled it.
    package var schema: JSONValue
    /// Whether the provider must guarantee it; nil when not said.
    package var isStrict: Bool?

    package init(name: String? = nil, description: String? = nil, schema: JSONValue, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
    }
}

/// How much a model shall think before it answers, and what of that the caller sees. What is not said is nil.
package struct ReasoningOptions: Sendable, Equatable {
    /// Whether it shall think at all.
    package var isEnabled: Bool?
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`.
    package var effort: String?
    /// Most tokens for it.
    package var budgetTokens: Int?
    /// Whether the caller wants to read the thoughts, or a summary of them.
    package var includesThoughts: Bool?
    /// Form of the summary: `auto`, `concise` or `detailed`.
    package var summary: String?

    package init() {}
}
