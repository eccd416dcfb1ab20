extension BedrockConverse {
    package static let lossRules: [ConversationElement: LossRule] =
        turnRules.merging(mediaRules) { one, _ in one }
        .merging(toolRules) { one, _ in one }
        .merging(reasoningAndOutputRules) { one, _ in one }
        .merging(settingRules) { one, _ in one }
        .merging(answerRules) { one, _ in one }

    private static let turnRules: [ConversationElement: LossRule] = [
        .instructionsInMidConversation: .approximated(
            "Bedrock has instructions only before the first turn; later ones are sent in their place as the user's."
        ),
        .instructionsWithMedia: .dropped("Bedrock's system prompt holds text only."),
        .developerRole: .approximated("Bedrock has one sort of instructions; they are sent as the system prompt."),
        .speakerName: .dropped("Bedrock's turns have no speaker's name."),
        .emptyText: .dropped("Bedrock refuses blank texts."),
        .emptyTurn: .dropped("Bedrock refuses turns with nothing in them."),
        .leadingAssistantTurn: .approximated(
            "Bedrock wants the user to begin; a short turn of the user is put before the assistant's."
        ),
        .assistantPrefill: .approximated(
            "The model does not go on with an unfinished turn; a user's turn that asks it to is added."
        ),
    ]

    private static let mediaRules: [ConversationElement: LossRule] = [
        .imageURL: .dropped("Bedrock takes pictures as bytes or from S3, not from other addresses."),
        .imageFile: .dropped("The picture lies with another provider."),
        .imageType: .dropped("Bedrock takes pictures as PNG, JPEG, GIF and WebP, in valid base64."),
        .imageDetail: .dropped("Bedrock has no setting for how closely a picture is looked at."),
        .searchResult: .approximated(
            "Only Claude since 3.7 knows what was found by its source; others get it as text, below title and source."
        ),
        .documentWithoutText: .approximated("A document needs a text beside it, so one that says so was added."),
        .document: .dropped("Bedrock takes documents as PDF, CSV, Word, Excel, HTML, text and Markdown only."),
        .documentURL: .dropped("Bedrock takes documents as bytes or from S3, not from other addresses."),
        .documentFile: .dropped("The document lies with another provider."),
        .documentName: .approximated(
            "Bedrock wants a unique name of letters, digits, single spaces, hyphens, parentheses and brackets."
        ),
        .documentContext: .dropped("Only Claude reads what a document is about."),
        .documentCitations: .dropped("The source can be cited only as a document of its own, and only by Claude."),
        .audio: .dropped("Bedrock takes recordings as bytes or from S3, in the formats of its AudioBlock."),
        .video: .dropped("Bedrock takes films as bytes or from S3, in the formats of its VideoBlock."),
        .assistantMedia: .dropped("Bedrock takes media in the user's turns only."),
    ]

    private static let toolRules: [ConversationElement: LossRule] = [
        .serverTool: .refused("The tool runs at another provider."),
        .customTool: .refused("Bedrock's tools take a JSON object."),
        .toolName: .approximated(
            "Bedrock's tool names are 1 to 64 letters, digits, underscores and hyphens, each once."
        ),
        .strictTool: .dropped("The model does not guarantee a tool's schema."),
        .schemaKeyword: .approximated(
            "A tool's schema must be an object's on its top level, without anyOf, oneOf and allOf."
        ),
        .toolChoice: .approximated(
            "Bedrock cannot forbid calls, wants tools where the history has calls, and not every model can be forced."
        ),
        .allowedTools: .approximated("Bedrock has no choice among some of the tools; only those are sent."),
        .parallelToolCalls: .dropped("Bedrock cannot forbid several calls in one turn."),
        .toolCallID: .approximated(
            "Bedrock's call ids are 1 to 64 letters, digits, underscores and hyphens, and unique."
        ),
        .toolArguments: .approximated("Bedrock's arguments are a JSON object; others are put into one."),
        .toolResultMedia: .dropped("The model takes no such media in a tool's result."),
        .toolResultError: .dropped("Only Claude and Nova are told that a tool failed."),
        .orphanedToolResult: .approximated(
            "Each call needs its result in the next turn: a missing one says so, and one without a call becomes text."
        ),
    ]

    private static let reasoningAndOutputRules: [ConversationElement: LossRule] = [
        .reasoningEffort: .approximated("The model has no such levels; the nearest that it has is used, or none."),
        .reasoningBudget: .approximated("The model takes no such number of tokens; the nearest is used, or none."),
        .reasoningVisibility: .dropped("The model decides itself what is seen of its thoughts."),
        .reasoningText: .dropped(
            "The model takes back only thoughts with its own signature, and only before what they led to."
        ),
        .reasoningSignature: .dropped("Another provider signed the thoughts, and only it can check them."),
        .jsonMode: .dropped("Bedrock has structured answers by schema only."),
        .outputSchema: .dropped("The model does not guarantee a schema of its answer."),
        .strictOutputSchema: .approximated("Bedrock always guarantees the schema that it is given."),
        .verbosity: .dropped("Bedrock has no setting for how talkative an answer is."),
        .outputModalities: .dropped("Converse answers in text."),
    ]

    private static let settingRules: [ConversationElement: LossRule] = [
        .maximumTokens: .approximated("The number must be 1 at least, and high effort of Nova forbids it."),
        .temperature: .approximated("Bedrock's temperature is 0 to 1, and a thinking model fixes it."),
        .topP: .approximated("Bedrock's top p is 0 to 1, and some models refuse it beside a temperature or thinking."),
        .topK: .dropped("The model has no top k, or none while it thinks."),
        .seed: .dropped("Bedrock has no seed."),
        .frequencyPenalty: .dropped("Bedrock has no frequency penalty."),
        .presencePenalty: .dropped("Bedrock has no presence penalty."),
        .stopSequences: .approximated("Bedrock takes no blank stop sequences, and Nova four at most."),
        .choiceCount: .approximated("Bedrock gives one answer."),
        .logProbabilities: .dropped("Bedrock tells no probabilities."),
        .user: .dropped("Bedrock has no end user's id."),
        .metadata: .approximated("Bedrock's request metadata is at most 16 short texts of plain characters."),
        .serviceTier: .dropped("Bedrock's classes of service are default, priority, flex and reserved."),
        .cacheHint: .dropped("Only Claude and Nova have prompt-cache markers, Nova not among its tools."),
        .cacheTimeToLive: .approximated(
            "Bedrock's cache markers live for 5 minutes or 1 hour, and Nova's for 5 minutes only."
        ),
        .promptCacheKey: .dropped("Bedrock does not group requests for its cache."),
        .safetySettings: .dropped("Filter settings are the provider's own."),
    ]

    private static let answerRules: [ConversationElement: LossRule] = [
        .citations: .dropped("The source was cited in another provider's form."),
        .furtherChoices: .dropped("A Bedrock answer is one message."),
        .serverToolContent: .dropped("What a provider's own tool said has another form in each format."),
        .answerMedia: .dropped("A Bedrock answer holds pictures as bytes only."),
        .finishReason: .approximated("Bedrock has no such reason; the nearest takes its place."),
    ]
}
