/// What a provider that speaks OpenAI's Chat Completions knows of it. Those who copied the format left out parts, kept
/// older names and refuse what they do not know, or ignore it without a word.
package struct OpenAIChatAbilities: Sendable, Equatable {
    /// The member for the length of an answer.
    package enum LengthMember: String, Sendable {
        /// OpenAI's newer name. Its thinking models refuse the older one.
        case newer = "max_completion_tokens"
        /// The name that all others know.
        case older = "max_tokens"
    }

    /// The member for the start of the random numbers.
    package enum SeedMember: String, Sendable {
        case seed
        case randomSeed = "random_seed"
    }

    /// The word of `tool_choice` for having some tool called.
    package enum RequiredToolChoice: String, Sendable {
        case required
        case any
    }

    /// The member for the length of an answer.
    package var lengthMember = LengthMember.newer
    /// The member for the start of the random numbers.
    package var seedMember = SeedMember.seed
    /// The word for having some tool called.
    package var requiredToolChoice = RequiredToolChoice.required
    /// Whether the role `developer` is known; `system` means the same.
    package var knowsDeveloperRole = true
    /// Whether instructions may be several messages, and stand behind others.
    package var knowsLaterInstructions = true
    /// Whether `tool_choice` may name some of the tools.
    package var knowsAllowedTools = true
    /// Whether `stream_options` is known. Who does not know it tells the figures of every stream.
    package var knowsStreamOptions = true
    /// Whether ids of calls must be nine letters and digits, instead of the 40 that OpenAI takes.
    package var hasShortCallIDs = false
    /// The words of `reasoning_effort`, the weakest first, and none where it is unknown; nil for what the model takes.
    package var efforts: [String]?
    /// Settings that the provider refuses or ignores. ``OpenAIChatAdjustment`` lists those that can be named here.
    package var unknown: Set<ConversationElement> = []

    /// OpenAI, Azure OpenAI and OpenRouter.
    package static let openAI = OpenAIChatAbilities()

    /// What nearly all others have in common: Fireworks, Hugging Face, Hyperbolic, Moonshot, Nebius, NVIDIA, Parasail,
    /// SambaNova, Together and xAI.
    package static let compatible = OpenAIChatAbilities(
        lengthMember: .older,
        knowsDeveloperRole: false,
        knowsAllowedTools: false,
        efforts: ["low", "medium", "high"],
        unknown: [.verbosity, .serviceTier, .promptCacheKey]
    )

    /// vLLM, SGLang, llama.cpp and Ollama. The templates of many models want their instructions first.
    package static let selfHosted = compatible.with { $0.knowsLaterInstructions = false }

    /// Groq documentation, "OpenAI Compatibility", part on unsupported features.
    package static let groq = compatible.with {
        $0.lengthMember = .newer
        $0.unknown.formUnion([.logProbabilities, .speakerName, .choiceCount])
    }

    /// Cerebras documentation, "OpenAI Compatibility", part on unsupported features.
    package static let cerebras = compatible.with {
        $0.lengthMember = .newer
        $0.unknown.formUnion([.frequencyPenalty, .presencePenalty, .parallelToolCalls])
    }

    /// Mistral API reference, "Chat Completion". What is not in it is answered with status 422, and ids of calls that
    /// Mistral could not have given with 400.
    package static let mistral = compatible.with {
        $0.seedMember = .randomSeed
        $0.requiredToolChoice = .any
        $0.knowsStreamOptions = false
        $0.hasShortCallIDs = true
        $0.efforts = []
        $0.unknown.formUnion([.user, .logProbabilities, .speakerName])
    }

    /// Perplexity API reference, "Chat Completions".
    package static let perplexity = compatible.with {
        $0.knowsLaterInstructions = false
        $0.knowsStreamOptions = false
        $0.unknown.formUnion([
            .seed, .stopSequences, .logProbabilities, .choiceCount, .parallelToolCalls, .jsonMode, .speakerName,
        ])
    }

    /// DeepSeek API documentation, "Create Chat Completion": JSON mode and no schemas.
    package static let deepSeek = compatible.with { $0.unknown.insert(.outputSchema) }

    private func with(_ change: (inout OpenAIChatAbilities) -> Void) -> OpenAIChatAbilities {
        var abilities = self
        change(&abilities)
        return abilities
    }
}
