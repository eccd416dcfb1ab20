import JSON

extension GeminiRequestEncoder {
    mutating func generationConfig() -> JSONObject {
        var config = JSONObject()
        appendSampling(to: &config)
        appendLogProbabilities(to: &config)
        appendOutputFormat(to: &config)
        let thinking = thinkingConfig()
        if !thinking.isEmpty {
            config.append("thinkingConfig", .object(thinking))
        }
        return config
    }

    private mutating func appendSampling(to config: inout JSONObject) {
        let sampling = conversation.sampling
        if let temperature = sampling.temperature {
            config.append("temperature", .number(clamped(temperature, "0", "2", .temperature)))
        }
        if let topP = sampling.topP { config.append("topP", .number(topP)) }
        if let topK = sampling.topK { config.append("topK", .number(topK)) }
        if let maximum = sampling.maximumTokens { config.append("maxOutputTokens", .number(maximum)) }
        appendStopSequences(to: &config)
        if let count = sampling.choiceCount {
            let taken = min(max(count, 1), 8)
            if taken != count { note(.choiceCount) }
            if taken != 1 || conversation.source == .gemini { config.append("candidateCount", .number(taken)) }
        }
        appendSeed(to: &config)
        // Some models refuse penalties, even those of 0, which is what they have without one.
        if let penalty = sampling.presencePenalty, penalty.double != 0 {
            config.append("presencePenalty", .number(clamped(penalty, "-2", "1.99", .presencePenalty)))
        }
        if let penalty = sampling.frequencyPenalty, penalty.double != 0 {
            config.append("frequencyPenalty", .number(clamped(penalty, "-2", "1.99", .frequencyPenalty)))
        }
    }

    private mutating func clamped(
        _ number: JSONNumber,
        _ lowest: String,
        _ highest: String,
        _ element: ConversationElement
    ) -> JSONNumber {
        // A number that no Double holds is beyond every range.
        let value = number.double ?? (number.spelling.hasPrefix("-") ? -.infinity : .infinity)
        guard let lower = Double(lowest), let upper = Double(highest), value < lower || value > upper else {
            return number
        }
        note(element)
        return JSONNumber(spelling: value < lower ? lowest : highest) ?? number
    }

    private mutating func appendStopSequences(to config: inout JSONObject) {
        let wanted = conversation.sampling.stopSequences
        let taken = wanted.filter { !$0.isEmpty }.prefix(5)
        if taken.count < wanted.count { note(.stopSequences) }
        if !taken.isEmpty {
            config.append("stopSequences", .array(taken.map { .string($0) }))
        }
    }

    private mutating func appendSeed(to config: inout JSONObject) {
        guard let seed = conversation.sampling.seed else { return }
        guard let integer = seed.integer ?? seed.double.flatMap(Int.init(exactly:)) else {
            note(.seed)
            return
        }
        if Int32(exactly: integer) == nil { note(.seed) }
        config.append("seed", .number(Int(Int32(truncatingIfNeeded: integer))))
    }

    private mutating func appendLogProbabilities(to config: inout JSONObject) {
        let sampling = conversation.sampling
        guard let isWanted = sampling.wantsLogProbabilities else { return }
        guard isWanted || conversation.source == .gemini else { return }
        config.append("responseLogprobs", .boolean(isWanted))
        guard isWanted, let count = sampling.topLogProbabilities else { return }
        let taken = min(max(count, 0), 20)
        if taken != count { note(.logProbabilities) }
        config.append("logprobs", .number(taken))
    }

    private mutating func appendOutputFormat(to config: inout JSONObject) {
        guard let format = conversation.outputFormat, format != .text else { return }
        let isTaken = model.isVersion3 || conversation.tools.isEmpty
        switch format {
        case .text: break
        case .json:
            guard isTaken else {
                note(.jsonMode)
                return
            }
            config.append("responseMimeType", "application/json")
        case .schema(let output):
            guard isTaken else {
                note(.outputSchema)
                return
            }
            config.append("responseMimeType", "application/json")
            config.append("responseJsonSchema", output.schema)
            if output.name != nil || output.description != nil { note(.outputSchemaName) }
            if output.isStrict == false { note(.strictOutputSchema) }
        }
    }

    private mutating func thinkingConfig() -> JSONObject {
        var config = JSONObject()
        guard let options = conversation.reasoning else { return config }
        guard model.isVersion3 || model.isVersion2AndHalf else {
            // Gemini 2.0 and earlier do not think and refuse every word of it.
            if options.effort != nil || options.isEnabled == true { note(.reasoningEffort) }
            if options.budgetTokens != nil { note(.reasoningBudget) }
            if options.includesThoughts == true || options.summary != nil { note(.reasoningVisibility) }
            return config
        }
        if model.isVersion3 {
            appendThinkingLevel(options, to: &config)
        } else {
            appendThinkingBudget(options, to: &config)
        }
        if let includesThoughts = options.includesThoughts ?? (options.summary != nil ? true : nil) {
            config.append("includeThoughts", .boolean(includesThoughts))
        }
        if let summary = options.summary, summary != "auto" { note(.reasoningVisibility) }
        return config
    }

    /// Gemini 3 takes a level or a budget, and refuses both together.
    private mutating func appendThinkingLevel(_ options: ReasoningOptions, to config: inout JSONObject) {
        if let effort = options.effort ?? (options.isEnabled == false ? "none" : nil) {
            guard let (level, isExact) = model.thinkingLevel(ofEffort: effort) else {
                note(.reasoningEffort)
                return
            }
            if !isExact { note(.reasoningEffort) }
            config.append("thinkingLevel", .string(level))
        } else if let budget = options.budgetTokens {
            appendBudget(budget, to: &config)
        }
    }

    private mutating func appendThinkingBudget(_ options: ReasoningOptions, to config: inout JSONObject) {
        if options.isEnabled == false || options.effort == "none" {
            if !model.canStopThinking { note(.reasoningEffort) }
            config.append("thinkingBudget", .number(model.canStopThinking ? 0 : model.thinkingBudgets.lowerBound))
        } else if let budget = options.budgetTokens {
            appendBudget(budget, to: &config)
        } else if let effort = options.effort {
            guard let budget = model.thinkingBudget(ofEffort: effort) else {
                note(.reasoningEffort)
                return
            }
            config.append("thinkingBudget", .number(budget))
        } else if options.isEnabled == true {
            config.append("thinkingBudget", -1)
        }
    }

    private mutating func appendBudget(_ budget: Int, to config: inout JSONObject) {
        let taken = min(max(budget, model.thinkingBudgets.lowerBound), model.thinkingBudgets.upperBound)
        if taken != budget { note(.reasoningBudget) }
        config.append("thinkingBudget", .number(taken))
    }
}
