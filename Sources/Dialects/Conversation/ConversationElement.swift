/// What a format may be unable to say. The loss table of the documentation has a row for each.
package enum ConversationElement: String, Sendable, Hashable, CaseIterable {
    // Turns
    /// Instructions behind the first turn of the conversation.
    case instructionsInMidConversation = "instructions in mid-conversation"
    /// Instructions that hold other things than text.
    case instructionsWithMedia = "instructions with media"
    /// The difference between `developer` and `system`.
    case developerRole = "developer role"
    /// A speaker's name.
    case speakerName = "speaker name"
    /// A text of no characters.
    case emptyText = "empty text"
    /// A turn with nothing in it.
    case emptyTurn = "empty turn"
    /// An assistant's turn before the first of the user.
    case leadingAssistantTurn = "leading assistant turn"
    /// A last turn of the assistant that the model shall go on with.
    case assistantPrefill = "assistant prefill"

    // Media
    /// A picture at an address.
    case imageURL = "image by URL"
    /// A picture that lies with a provider.
    case imageFile = "image by file id"
    /// A picture in a type that the target does not take.
    case imageType = "image type"
    /// How closely a picture is looked at.
    case imageDetail = "image detail"
    /// A document.
    case document
    /// A document at an address.
    case documentURL = "document by URL"
    /// A document that lies with a provider.
    case documentFile = "document by file id"
    /// A document's name.
    case documentName = "document name"
    /// What a document is about.
    case documentContext = "document context"
    /// That a document may be cited.
    case documentCitations = "document citations"
    /// What a search of the application's own found.
    case searchResult = "search result"
    /// A document with no text beside it.
    case documentWithoutText = "document without text beside it"
    /// Speech or music.
    case audio
    /// A film.
    case video
    /// Pictures or other media that the assistant made.
    case assistantMedia = "media of the assistant"

    // Tools
    /// A tool that runs at the provider.
    case serverTool = "server-side tool"
    /// A tool whose input is no JSON object.
    case customTool = "custom tool"
    /// A tool's name with characters or a length that the target forbids; restored in the answer.
    case toolName = "tool name"
    /// The provider's guarantee of a tool's schema.
    case strictTool = "strict tool"
    /// Key words of a schema that the target does not take.
    case schemaKeyword = "schema key word"
    /// That nothing, something or one tool must be called.
    case toolChoice = "tool choice"
    /// The choice among some of the tools.
    case allowedTools = "allowed tools"
    /// Whether several calls in one turn are allowed.
    case parallelToolCalls = "parallel tool calls"
    /// A call's id with characters or a length that the target forbids.
    case toolCallID = "tool call id"
    /// A call's arguments that are no JSON object.
    case toolArguments = "malformed tool arguments"
    /// Media in a tool's result.
    case toolResultMedia = "media in a tool result"
    /// That a tool failed.
    case toolResultError = "tool result error flag"
    /// A tool's result without the call that it answers.
    case orphanedToolResult = "tool result without its call"

    // Reasoning
    /// How much the model shall think, in words.
    case reasoningEffort = "reasoning effort"
    /// How much the model shall think, in tokens.
    case reasoningBudget = "reasoning budget"
    /// That the caller wants to read the thoughts.
    case reasoningVisibility = "reasoning visibility"
    /// Thoughts of earlier turns.
    case reasoningText = "reasoning text"
    /// A signature of thoughts that another provider made.
    case reasoningSignature = "reasoning signature of another provider"

    // Output
    /// That the answer be some JSON object.
    case jsonMode = "JSON mode"
    /// That the answer have a schema.
    case outputSchema = "output schema"
    /// The name or description of the answer's schema.
    case outputSchemaName = "output schema name"
    /// The provider's guarantee of the answer's schema, or that there need be none.
    case strictOutputSchema = "strict output schema"
    /// How talkative the answer shall be.
    case verbosity
    /// Answers in sound or pictures.
    case outputModalities = "output modalities"

    // Sampling
    /// Most tokens of the answer, where the caller said none and the target wants one.
    case maximumTokens = "maximum tokens"
    /// The temperature beyond the target's range.
    case temperature
    /// The probability mass.
    case topP = "top p"
    /// The number of candidates for each token.
    case topK = "top k"
    /// The start of the random numbers.
    case seed
    /// The penalty for frequency.
    case frequencyPenalty = "frequency penalty"
    /// The penalty for presence.
    case presencePenalty = "presence penalty"
    /// Texts that end the answer, or more of them than the target takes.
    case stopSequences = "stop sequences"
    /// How many answers are wanted.
    case choiceCount = "number of answers"
    /// Probabilities of tokens.
    case logProbabilities = "log probabilities"
    /// Preferences for single tokens.
    case logitBias = "logit bias"
    /// A text that the answer is expected to resemble.
    case predictedOutput = "predicted output"

    // Accounting and keeping
    /// The end user's id.
    case user
    /// Labels of the application.
    case metadata
    /// The provider's class of service.
    case serviceTier = "service tier"
    /// A prompt-cache marker.
    case cacheHint = "cache marker"
    /// How long a prompt-cache marker lives.
    case cacheTimeToLive = "cache marker's time to live"
    /// What groups requests for the prompt cache.
    case promptCacheKey = "prompt cache key"
    /// A conversation that the provider keeps.
    case storedState = "state kept by the provider"
    /// That the provider keep the answer.
    case storage
    /// The provider's own filters.
    case safetySettings = "safety settings"
    /// A feature in beta that the request asks for in a header field.
    case betaFeature = "beta feature"
    /// A member that is in no format's documentation, or that has no counterpart.
    case unknownMember = "unknown member"
    /// A turn's or item's part of a kind that is not known.
    case unknownPart = "unknown part"

    // Answers
    /// Sources that the answer cites.
    case citations
    /// Answers behind the first.
    case furtherChoices = "further answers"
    /// Things that a provider's own tools said in the answer.
    case serverToolContent = "server-side tool content"
    /// Pictures or sound in the answer.
    case answerMedia = "media in the answer"
    /// A reason for the answer's end that has no counterpart.
    case finishReason = "finish reason"
}
