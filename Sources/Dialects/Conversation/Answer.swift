package import JSON

/// One step of an answer, as a provider's stream tells it.
///
/// Decoders may be loose: an ``AnswerSequencer`` behind them makes of any events a legal sequence, which is the only
/// thing that encoders see: `start` first; in each choice parts that open and close one after the other; one `finish`
/// for each choice, and at last exactly one `end` or `failure`.
package enum AnswerEvent: Sendable, Equatable {
    /// The answer begins.
    case start(AnswerStart)
    /// A part of a choice begins; the one before it has ended.
    case partStart(choice: Int, AnswerPart)
    /// More of the open part: text, thoughts, a refusal, or a tool call's arguments.
    case delta(choice: Int, String)
    /// The signature of the open reasoning part; more of it if there was one.
    case signature(choice: Int, ReasoningSignature)
    /// A source that the open text part cites.
    case annotation(choice: Int, Annotation)
    /// The probabilities of the tokens that came last.
    case logProbabilities(choice: Int, [TokenLogProbability])
    /// The open part ends.
    case partEnd(choice: Int)
    /// All figures so far; the last ones count.
    case usage(TokenUsage)
    /// A choice is complete.
    case finish(choice: Int, FinishReason)
    /// The answer is complete.
    case end
    /// The provider gave up, or broke off.
    case failure(ProviderFailure)
}

/// What is known when an answer begins.
package struct AnswerStart: Sendable, Equatable {
    /// The provider's id of the answer.
    package var id: String?
    /// The model that answers, as the provider names it.
    package var model: String?
    /// Seconds since 1970.
    package var created: Int?
    /// The class of service that was given.
    package var serviceTier: String?

    package init(id: String? = nil, model: String? = nil, created: Int? = nil, serviceTier: String? = nil) {
        self.id = id
        self.model = model
        self.created = created
        self.serviceTier = serviceTier
    }
}

/// What sort of part begins.
package enum AnswerPart: Sendable, Equatable {
    /// Visible text.
    case text
    /// Thoughts. Those of the signature alone, with no text, are of the part that follows.
    case reasoning(id: String? = nil, isSummary: Bool = false, isRedacted: Bool = false)
    /// A call; its arguments follow.
    case toolCall(id: String, name: String)
    /// Words for not answering.
    case refusal
    /// A picture or sound, whole.
    case media(PartContent)
    /// What only the provider's format knows, whole.
    case foreign(ForeignContent)
}

/// A source that a text cites.
package struct Annotation: Sendable, Equatable {
    /// The source's address.
    package var url: String?
    /// The source's title.
    package var title: String?
    /// The words that are cited.
    package var citedText: String?
    /// Where the citing words are in the text, in characters.
    package var range: Range<Int>?
    /// As the provider spelled it.
    package var value: JSONValue
    /// The provider's format.
    package var format: WireFormat

    package init(
        url: String? = nil,
        title: String? = nil,
        citedText: String? = nil,
        range: Range<Int>? = nil,
        value: JSONValue,
        format: WireFormat
    ) {
        self.url = url
        self.title = title
        self.citedText = citedText
        self.range = range
        self.value = value
        self.format = format
    }
}

/// How likely a token was.
package struct TokenLogProbability: Sendable, Equatable {
    /// One token and its likelihood.
    package struct Candidate: Sendable, Equatable {
        /// The token.
        package var token: String
        /// The natural logarithm of its probability.
        package var logProbability: JSONNumber
        /// Its bytes, where they are told.
        package var bytes: JSONValue?

        package init(token: String, logProbability: JSONNumber, bytes: JSONValue? = nil) {
            self.token = token
            self.logProbability = logProbability
            self.bytes = bytes
        }
    }

    /// The token that was chosen.
    package var chosen: Candidate
    /// The likeliest ones.
    package var top: [Candidate]

    package init(chosen: Candidate, top: [Candidate]) {
        self.chosen = chosen
        self.top = top
    }
}

/// Why an answer ended.
package enum FinishReason: Sendable, Equatable {
    /// The model had said everything.
    case stop
    /// A stop sequence came; which, where it is told.
    case stopSequence(String?)
    /// The tokens were spent.
    case length
    /// The model's window is full.
    case contextWindow
    /// The model waits for its tools.
    case toolCalls
    /// The provider's filters stopped it.
    case contentFilter
    /// The model will not answer.
    case refusal
    /// A long turn is paused and can be sent back to go on.
    case pause
    /// The model's call was malformed.
    case malformedToolCall
    /// Anything else, in the provider's word.
    case other(String)
}

/// A whole answer.
package struct Answer: Sendable, Equatable {
    /// One of the answers.
    package struct Choice: Sendable, Equatable {
        /// In order. Media and foreign content included.
        package var parts: [Part] = []
        /// Why it ended.
        package var finish: FinishReason = .stop
        /// The probabilities of its tokens, where they were wanted.
        package var logProbabilities: [TokenLogProbability] = []

        package init() {}
    }

    /// What was known at the start.
    package var start: AnswerStart
    /// One at least.
    package var choices: [Choice]
    /// The last figures; nil when the provider told none.
    package var usage: TokenUsage?

    package init(start: AnswerStart = AnswerStart(), choices: [Choice] = [Choice()], usage: TokenUsage? = nil) {
        self.start = start
        self.choices = choices
        self.usage = usage
    }
}
