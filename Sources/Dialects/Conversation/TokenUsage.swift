/// Tokens that a provider counted.
package struct TokenUsage: Sendable, Equatable {
    /// Tokens of the prompt, those read from and written to the provider's cache included.
    package var input: Int
    /// Tokens of the answer, reasoning included.
    package var output: Int
    /// Tokens of the prompt that came from the provider's cache.
    package var cachedInput: Int
    /// Tokens of the prompt that went into the provider's cache.
    package var cacheWrite: Int
    /// Tokens of the answer that were spent on reasoning.
    package var reasoning: Int
    /// Tokens of the prompt that were sound.
    package var audioInput: Int
    /// Tokens of the answer that are sound.
    package var audioOutput: Int

    package init(
        input: Int = 0,
        output: Int = 0,
        cachedInput: Int = 0,
        cacheWrite: Int = 0,
        reasoning: Int = 0,
        audioInput: Int = 0,
        audioOutput: Int = 0
    ) {
        self.input = input
        self.output = output
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
        self.audioInput = audioInput
        self.audioOutput = audioOutput
    }

    /// Prompt and answer together; the largest number if that is too large for one.
    package var total: Int {
        let (sum, overflow) = input.addingReportingOverflow(output)
        return overflow ? .max : sum
    }

    /// Tokens of the prompt that neither came from nor went into the cache, as Anthropic and Bedrock count.
    package var uncachedInput: Int {
        let (rest, overflow) = input.subtractingReportingOverflow(cachedInput)
        let (uncached, secondOverflow) = rest.subtractingReportingOverflow(cacheWrite)
        return overflow || secondOverflow ? 0 : max(0, uncached)
    }
}
