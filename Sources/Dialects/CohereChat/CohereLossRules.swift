extension CohereChat {
    package static let lossRules: [ConversationElement: LossRule] = contentRules.merging(settingRules) { one, _ in one }

    private static let contentRules: [ConversationElement: LossRule] = [
        .instructionsInMidConversation: .approximated(
            "Cohere has instructions only before the first turn; later ones are sent in their place as the user's."
        ),
        .instructionsWithMedia: .approximated("System messages hold text only; the rest follows in a user message."),
        .developerRole: .approximated("Cohere has one sort of instructions; they are sent as the system message."),
        .speakerName: .dropped("Messages have no speaker's name."),
        .emptyText: .dropped("Cohere refuses messages with nothing in them."),
        .emptyTurn: .dropped("Cohere refuses messages with nothing in them."),
        .assistantPrefill: .approximated(
            "The model does not go on with an unfinished message; a user's message that asks it to is added."
        ),
        .imageURL: .refused("Pictures must be data or at an http or https address."),
        .imageFile: .refused("Messages cannot refer to pictures that lie with a provider."),
        .imageType: .refused("Pictures must be PNG, JPEG, GIF or WebP."),
        .imageDetail: .dropped("The detail of a picture must be auto, low or high."),
        .document: .refused("Documents must be plain text."),
        .documentURL: .refused("Documents must be plain text in the request."),
        .documentFile: .refused("The document lies with another provider."),
        .documentName: .approximated("Documents that may not be cited are sent as text, without their name."),
        .documentContext: .dropped("Only documents that may be cited have a description."),
        .documentCitations: .approximated("Documents that may be cited stand beside the messages, not in one of them."),
        .searchResult: .approximated(
            "What was found is sent as text, below its title and source; it is cited only where a tool gave it."
        ),
        .audio: .refused("Messages cannot hold sound."),
        .video: .refused("Messages cannot hold films."),
        .assistantMedia: .dropped("Assistant messages hold text only."),
        .serverTool: .refused("The tool runs at another provider."),
        .customTool: .refused("Cohere's tools take a JSON object."),
        .toolName: .approximated("Names may have 64 letters, digits, _ and -; the answer has the caller's name again."),
        .strictTool: .dropped("Cohere guarantees the schemas of all tools or of none, each with a required member."),
        .toolChoice: .approximated("Cohere cannot be told which tool to call; it is sent as the only one."),
        .allowedTools: .approximated("Cohere has no choice among some of the tools; only those are sent."),
        .parallelToolCalls: .dropped("Cohere cannot forbid several calls in one turn."),
        .toolResultMedia: .approximated("Tool messages hold text only; the rest follows in a user message."),
        .toolResultError: .approximated("Tool messages have no mark for errors; the text begins with \"Error: \"."),
        .orphanedToolResult: .approximated("A tool message must answer a call; the result is sent as a user message."),
        .reasoningText: .dropped("Thoughts that another provider signed are not Cohere's."),
        .reasoningSignature: .dropped("Cohere signs no thoughts and reads no other provider's signature."),
        .citations: .dropped("Messages of earlier turns do not repeat what they cited."),
        .unknownPart: .refused(
            "A part of this kind is not known, and without it the message would say something else."
        ),
    ]

    private static let settingRules: [ConversationElement: LossRule] = [
        .reasoningEffort: .approximated(
            "Cohere has no levels of effort; a number of tokens takes their place, or nothing where the model has none."
        ),
        .reasoningBudget: .dropped("The model has no thoughts."),
        .reasoningVisibility: .dropped("Cohere shows all thoughts that a model has as they are."),
        .jsonMode: .dropped("Cohere takes no form of the answer beside tools or documents."),
        .outputSchema: .dropped("Cohere takes no form of the answer beside tools or documents."),
        .outputSchemaName: .dropped("Cohere's schemas have no name and no description."),
        .strictOutputSchema: .approximated("Cohere always guarantees the schema that it is given."),
        .verbosity: .dropped("Cohere has no setting for how talkative an answer is."),
        .outputModalities: .dropped("Cohere answers in text."),
        .temperature: .approximated("The temperature must not be negative; the nearest was taken."),
        .topP: .approximated("The probability mass must be from 0.01 to 0.99; the nearest was taken."),
        .topK: .approximated(
            "The number of candidates must be whole and from 0 to 500; the nearest was taken, or none."
        ),
        .seed: .dropped("A seed must be a whole number of 0 at least."),
        .frequencyPenalty: .approximated("Penalties must be from 0 to 1; the nearest was taken."),
        .presencePenalty: .approximated(
            "Penalties must be from 0 to 1, and the one for presence is left out beside the other."
        ),
        .stopSequences: .dropped("There may be five stop sequences, none of them empty; the others are left out."),
        .choiceCount: .approximated("Cohere gives one answer."),
        .logProbabilities: .dropped("Cohere tells the probabilities of the tokens chosen only."),
        .user: .dropped("Cohere has no end user's id."),
        .metadata: .dropped("Cohere has no labels."),
        .serviceTier: .dropped("The class of service is of another provider."),
        .cacheHint: .dropped("Cohere caches by itself and has no markers."),
        .promptCacheKey: .dropped("Cohere does not group requests for its cache."),
        .storedState: .refused("Each request must hold its whole conversation."),
        .safetySettings: .dropped("Filter settings are the provider's own."),
    ]
}
