extension AnthropicMessages {
    package static let lossRules: [ConversationElement: LossRule] =
        turnRules.merging(mediaRules) { $1 }.merging(toolRules) { $1 }.merging(reasoningRules) { $1 }
        .merging(settingRules) { $1 }.merging(answerRules) { $1 }

    private static let turnRules: [ConversationElement: LossRule] = [
        .instructionsInMidConversation: .approximated(
            "Claude takes later instructions only from its newest models and only behind a turn of the user, so they"
                + " become text of the user between <system> marks."
        ),
        .instructionsWithMedia: .dropped("Instructions for Claude are text."),
        .developerRole: .approximated("Anthropic Messages knows one sort of instructions."),
        .speakerName: .dropped("Turns of Anthropic Messages carry no names."),
        .emptyText: .dropped("Anthropic refuses texts without a visible character."),
        .emptyTurn: .approximated(
            "Anthropic refuses turns with nothing in them, so they are left out, and a conversation with no turn"
                + " gets one that asks to continue."
        ),
        .leadingAssistantTurn: .approximated(
            "A conversation with Claude begins with the user, so a turn that asks to continue comes first."
        ),
        .assistantPrefill: .approximated(
            "Claude goes on with its own last words only while thinking is off and never behind white space: spaces at"
                + " the end are removed, and with thinking on a turn of the user that asks to continue follows."
        ),
    ]

    private static let mediaRules: [ConversationElement: LossRule] = [
        .imageURL: .dropped("Anthropic fetches pictures over https only."),
        .imageFile: .dropped("A file id is known only to the provider that gave it."),
        .imageType: .dropped("Claude reads JPEG, PNG, GIF and WebP."),
        .imageDetail: .dropped("Claude looks at all pictures alike."),
        .document: .dropped("Claude reads PDF and plain text."),
        .documentURL: .dropped("Anthropic fetches PDF documents over https only."),
        .documentFile: .dropped("A file id is known only to the provider that gave it."),
        .searchResult: .approximated(
            "Results of failed tools hold text only, so it is sent as text, below its title and source."
        ),
        .documentCitations: .dropped(
            "Pieces of a document are sent as one text, and results of failed tools cannot be cited."
        ),
        .audio: .dropped("Claude does not listen."),
        .video: .dropped("Claude does not watch films."),
        .assistantMedia: .dropped("Turns of the assistant hold text, thoughts and calls."),
    ]

    private static let toolRules: [ConversationElement: LossRule] = [
        .serverTool: .refused("Only the provider whose tool it is can run it."),
        .serverToolContent: .dropped("Only the format of the provider whose tool it is has a place for what it said."),
        .customTool: .refused("Tools of Claude take a JSON object."),
        .toolName: .approximated(
            "Names of tools are letters, digits, _ and -, 64 at most; the answer has the old name."
        ),
        .strictTool: .dropped(
            "The model or Anthropic's strict mode does not take this schema, so nothing is guaranteed."
        ),
        .schemaKeyword: .approximated(
            "Anthropic refuses this key word of the schema, so it is left out or replaced by the nearest that is taken."
        ),
        .toolChoice: .approximated(
            "A call cannot be demanded while Claude thinks, of its newest models, or of a tool that is not there, so"
                + " the nearest choice that is allowed takes its place."
        ),
        .allowedTools: .approximated("Anthropic has no choice among some tools, so the other ones are left out."),
        .parallelToolCalls: .dropped("Without tools there is nothing to call."),
        .toolCallID: .approximated("Ids of calls are letters, digits, _ and -, and no two are the same."),
        .toolArguments: .approximated("A call's input is a JSON object, so other text becomes its member `arguments`."),
        .toolResultMedia: .dropped("Results hold text, pictures and documents, and those of failed tools only text."),
        .orphanedToolResult: .approximated(
            "Every call is answered in the next turn and nothing else is: a result without its call becomes text of"
                + " the user, and a call without a result gets an error."
        ),
    ]

    private static let reasoningRules: [ConversationElement: LossRule] = [
        .reasoningEffort: .approximated(
            "This model has no such effort, so it gets the nearest level, a number of tokens, or no thinking."
        ),
        .reasoningBudget: .approximated(
            "This model does not take this number of tokens for thinking, so it gets the nearest, or decides itself."
        ),
        .reasoningVisibility: .approximated("Claude shows a summary of its thoughts or none, in one form."),
        .reasoningText: .dropped("Claude takes back only thoughts that it signed."),
        .reasoningSignature: .dropped("Only the provider that made a signature can read it."),
    ]

    private static let settingRules: [ConversationElement: LossRule] = [
        .jsonMode: .approximated("Anthropic has no JSON mode without a schema, so the instructions ask for JSON."),
        .outputSchema: .approximated(
            "This model or schema has no structured output, so the instructions hold the schema."
        ),
        .outputSchemaName: .approximated("Anthropic's formats have no names, so they become the schema's own title."),
        .strictOutputSchema: .approximated("Anthropic always guarantees the schema."),
        .verbosity: .dropped("Claude has no setting for it."),
        .outputModalities: .dropped("Claude answers in text."),
        .maximumTokens: .approximated(
            "Anthropic wants a length, and how much this model gives is not known, so one was chosen."
        ),
        .temperature: .approximated(
            "Claude's temperature ends at 1, and thinking and the newest models take none."
        ),
        .topP: .dropped("The model takes this beside neither a temperature nor thinking, or not at all."),
        .topK: .dropped("The model takes this not while it thinks, or not at all."),
        .seed: .dropped("Claude's random numbers cannot be chosen."),
        .frequencyPenalty: .dropped("Claude has no penalties."),
        .presencePenalty: .dropped("Claude has no penalties."),
        .stopSequences: .dropped("A stop sequence needs a visible character."),
        .choiceCount: .dropped("Claude gives one answer."),
        .logProbabilities: .dropped("Claude tells no probabilities."),
        .logitBias: .dropped("Tokens of Claude cannot be preferred."),
        .predictedOutput: .dropped("Claude takes no prediction."),
        .user: .dropped("Ids of users have 256 characters at most."),
        .metadata: .dropped("Anthropic keeps no labels."),
        .serviceTier: .dropped("Anthropic's classes of service are others."),
        .cacheHint: .dropped("A request has four cache markers at most."),
        .cacheTimeToLive: .approximated("Cache markers live for five minutes or an hour, so it is five minutes."),
        .promptCacheKey: .dropped("Anthropic finds equal beginnings itself."),
        .storedState: .refused("Anthropic keeps no conversations."),
        .storage: .dropped("Anthropic keeps no answers."),
        .safetySettings: .dropped("Anthropic's filters cannot be set."),
        .betaFeature: .dropped("The provider's configuration leaves this feature out."),
        .unknownMember: .dropped("It is unknown here, or has no counterpart in Anthropic Messages."),
        .unknownPart: .dropped("It is unknown here, or has no counterpart in Anthropic Messages."),
    ]

    private static let answerRules: [ConversationElement: LossRule] = [
        .citations: .approximated(
            "Claude takes back only its own citations; a caller gets others that have an address as results of a web"
                + " search."
        ),
        .furtherChoices: .dropped("A message is one answer."),
        .answerMedia: .dropped("Messages hold no pictures or sound."),
        .finishReason: .approximated("The nearest stop reason was chosen."),
    ]
}
