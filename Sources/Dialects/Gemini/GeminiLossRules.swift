extension Gemini {
    package static let lossRules: [ConversationElement: LossRule] =
        turnRules.merging(toolRules) { first, _ in first }.merging(settingRules) { first, _ in first }

    private static let turnRules: [ConversationElement: LossRule] = [
        .instructionsInMidConversation: .approximated(
            "Gemini takes instructions only in front; later ones are said by the user, where they stood."
        ),
        .instructionsWithMedia: .dropped("Gemini's instructions are text."),
        .developerRole: .approximated("Gemini knows one kind of instructions; those of both roles are joined."),
        .speakerName: .dropped("Gemini's turns have no speaker's name."),
        .emptyText: .dropped("Gemini refuses texts of no characters."),
        .emptyTurn: .dropped("Gemini refuses turns with nothing in them."),
        .leadingAssistantTurn: .approximated(
            "Gemini's conversations begin with the user, so a turn that says no more than that is put in front."
        ),
        .assistantPrefill: .approximated(
            "Gemini's conversations end with the user, so a turn that asks to go on is put behind."
        ),
        .imageURL: .approximated(
            "Gemini fetches the address itself; it takes public https: addresses and needs a media type, "
                + "which is guessed where it was not said."
        ),
        .imageFile: .refused("The picture lies with another provider, where Gemini cannot read it."),
        .imageType: .refused("Gemini takes pictures in PNG, JPEG, WebP, HEIC and HEIF."),
        .imageDetail: .dropped("Gemini's resolution of single pictures is no part of its stable interface."),
        .document: .refused("Gemini takes documents in PDF and in text formats."),
        .documentURL: .approximated(
            "Gemini fetches the address itself; it takes public https: addresses and needs a media type, "
                + "which is guessed where it was not said."
        ),
        .documentFile: .refused("The document lies with another provider, where Gemini cannot read it."),
        .documentName: .dropped("Gemini's documents have no names."),
        .documentContext: .dropped("Gemini's documents have no descriptions."),
        .documentCitations: .dropped("Gemini cites what it searched, not what it was given."),
        .searchResult: .approximated("What was found is sent as text, below its title and source."),
        .audio: .refused("The recording has no data and no address that Gemini can read."),
        .video: .refused("The film has no data and no address that Gemini can read."),
        .citations: .dropped("Gemini's requests have no place for sources of earlier answers."),
        .reasoningText: .dropped("Gemini has no place for it."),
        .reasoningSignature: .dropped("Gemini refuses signatures that it did not make."),
        .serverToolContent: .dropped("Only the format it came in knows it."),
        .unknownPart: .dropped("Only the format it came in knows it."),
    ]

    private static let toolRules: [ConversationElement: LossRule] = [
        .serverTool: .refused("The tool runs at another provider."),
        .customTool: .refused("Gemini's tools take JSON objects only."),
        .toolName: .approximated("Gemini forbids the name; the tool has another one there, restored in the answer."),
        .strictTool: .dropped(
            "Gemini guarantees arguments for all tools or none, and beside free answers only since version 3."
        ),
        .schemaKeyword: .dropped("The schema is no JSON schema of an object."),
        .toolChoice: .dropped("Gemini takes a choice only among functions that the request declares."),
        .allowedTools: .dropped("Gemini takes a choice only among functions that the request declares."),
        .parallelToolCalls: .dropped("Gemini decides itself how many calls it makes at once."),
        .toolArguments: .approximated("Gemini's arguments are objects; the text stands in a member `arguments`."),
        .toolResultMedia: .approximated(
            "Gemini takes media in results only since version 3; here they follow right behind the result."
        ),
        .orphanedToolResult: .approximated("Gemini refuses results without their calls; it is told as text."),
    ]

    private static let settingRules: [ConversationElement: LossRule] = [
        .reasoningEffort: .approximated("The nearest amount of thinking that the model offers is taken."),
        .reasoningBudget: .approximated("The nearest budget that the model allows is taken."),
        .reasoningVisibility: .approximated("Gemini's summaries of thoughts have one form."),
        .jsonMode: .dropped("Gemini before version 3 takes no output format beside tools."),
        .outputSchema: .dropped("Gemini before version 3 takes no output format beside tools."),
        .outputSchemaName: .dropped("Gemini's schema has no name or description of its own."),
        .strictOutputSchema: .approximated("Gemini always keeps to the schema."),
        .verbosity: .dropped("Gemini has no such setting."),
        .temperature: .approximated("Gemini's temperature is between 0 and 2; the nearest is taken."),
        .seed: .approximated("Gemini's seed is an integer of 32 bits; what does not fit is folded or left out."),
        .frequencyPenalty: .approximated("Gemini's penalties are from -2 to below 2; the nearest is taken."),
        .presencePenalty: .approximated("Gemini's penalties are from -2 to below 2; the nearest is taken."),
        .stopSequences: .dropped("Gemini takes five stop sequences; further and empty ones are left out."),
        .choiceCount: .approximated("Gemini gives one to eight answers; the nearest number is taken."),
        .logProbabilities: .approximated("Gemini tells at most 20 alternatives for each token."),
        .user: .dropped("Gemini has no place for the end user's id."),
        .metadata: .dropped("Gemini takes no labels of other formats."),
        .serviceTier: .dropped("Gemini's classes of service are `standard`, `flex` and `priority`."),
        .cacheHint: .dropped("Gemini caches beginnings by itself and has no markers for it."),
        .cacheTimeToLive: .dropped("Gemini caches beginnings by itself and has no markers for it."),
        .promptCacheKey: .dropped("Gemini caches beginnings by itself and takes no key for it."),
        .storedState: .refused("What another provider keeps cannot be read by Gemini."),
        .outputModalities: .dropped("Sound and pictures in answers are asked for in Gemini's own format only."),
        .answerMedia: .dropped("Gemini's answers hold media by data or address."),
        .finishReason: .approximated("Gemini has no word for it; the nearest is taken."),
    ]
}
