import JSON

/// Takes out of a conversation what its provider does not know of Chat Completions, and reports it.
struct OpenAIChatAdjustment {
    private(set) var conversation: Conversation
    private(set) var losses: LossReport
    private let abilities: OpenAIChatAbilities

    init(_ conversation: Conversation, _ abilities: OpenAIChatAbilities, losses: LossReport) {
        self.conversation = conversation
        self.abilities = abilities
        self.losses = losses
    }

    mutating func adjust() {
        guard abilities != .openAI else { return }
        adjustInstructions()
        adjustNames()
        adjustTools()
        adjustOutputFormat()
        adjustEffort()
        dropSettings()
    }

    // MARK: Turns

    private mutating func adjustInstructions() {
        if !abilities.knowsDeveloperRole {
            for index in conversation.turns.indices where conversation.turns[index].role == .developer {
                conversation.turns[index].role = .system
            }
        }
        guard !abilities.knowsLaterInstructions else { return }
        var instructions: Turn?
        var others: [Turn] = []
        for turn in conversation.turns {
            guard turn.role == .system || turn.role == .developer else {
                others.append(turn)
                continue
            }
            if !others.isEmpty {
                let rule = LossRule.approximated("The provider wants all instructions first, so they were moved.")
                losses.note(.instructionsInMidConversation, at: turn.path, rule)
            }
            if instructions == nil {
                instructions = turn
            } else {
                instructions?.parts += turn.parts
            }
        }
        conversation.turns = [instructions].compactMap(\.self) + others
    }

    private mutating func adjustNames() {
        guard abilities.unknown.contains(.speakerName) else { return }
        for index in conversation.turns.indices where conversation.turns[index].name != nil {
            conversation.turns[index].name = nil
            losses.note(.speakerName, at: conversation.turns[index].path, Self.unknown)
        }
    }

    // MARK: Tools

    private mutating func adjustTools() {
        drop(.parallelToolCalls, if: conversation.allowsParallelToolCalls != nil) { $0.allowsParallelToolCalls = nil }
        if case .allowed(let names, let isRequired)? = conversation.toolChoice, !names.isEmpty,
            !abilities.knowsAllowedTools
        {
            conversation.tools.removeAll { tool in
                guard case .function(let function) = tool else { return false }
                return !names.contains(function.name)
            }
            conversation.toolChoice = isRequired ? .required : .automatic
            note(
                .allowedTools,
                .approximated("The provider has no choice among some of the tools; only those are sent.")
            )
        }
        guard abilities.unknown.contains(.strictTool) else { return }
        for index in conversation.tools.indices {
            guard case .function(var tool) = conversation.tools[index], tool.isStrict != nil else { continue }
            if tool.isStrict == true { losses.note(.strictTool, at: tool.path, Self.unknown) }
            tool.isStrict = nil
            conversation.tools[index] = .function(tool)
        }
    }

    // MARK: Output

    private mutating func adjustOutputFormat() {
        switch conversation.outputFormat {
        case .schema where abilities.unknown.contains(.outputSchema):
            conversation.outputFormat = .json
            note(.outputSchema, .approximated("The provider has JSON mode but no schemas."))
        case .schema(var schema) where schema.isStrict != nil && abilities.unknown.contains(.strictOutputSchema):
            if schema.isStrict == true { note(.strictOutputSchema, Self.unknown) }
            schema.isStrict = nil
            conversation.outputFormat = .schema(schema)
        case .json: drop(.jsonMode, if: true) { $0.outputFormat = nil }
        case .text, .schema, nil: break
        }
        drop(.verbosity, if: conversation.verbosity != nil) { $0.verbosity = nil }
    }

    private static let strengths = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

    private mutating func adjustEffort() {
        guard let efforts = abilities.efforts, let reasoning = conversation.reasoning else { return }
        guard !efforts.isEmpty else {
            if reasoning.effort != nil { note(.reasoningEffort, Self.unknown) }
            if reasoning.budgetTokens != nil { note(.reasoningBudget, Self.unknown) }
            conversation.reasoning?.effort = nil
            conversation.reasoning?.budgetTokens = nil
            return
        }
        guard let effort = reasoning.effort, !efforts.contains(effort) else { return }
        let nearest = effort == "none" ? nil : Self.nearest(to: effort, in: efforts)
        let reason =
            nearest == nil ? Self.unknown : .approximated("The provider has fewer efforts; the nearest was taken.")
        note(.reasoningEffort, reason)
        conversation.reasoning?.effort = nearest
    }

    /// The strongest that is not stronger, or the weakest; nil for a word that nobody knows.
    private static func nearest(to word: String, in efforts: [String]) -> String? {
        guard let strength = strengths.firstIndex(of: word) else { return nil }
        return efforts.last { strengths.firstIndex(of: $0).map { $0 <= strength } == true } ?? efforts.first
    }

    // MARK: Settings

    private mutating func dropSettings() {
        let sampling = conversation.sampling
        drop(.seed, if: sampling.seed != nil) { $0.sampling.seed = nil }
        drop(.stopSequences, if: !sampling.stopSequences.isEmpty) { $0.sampling.stopSequences = [] }
        // One answer, no penalty and no probabilities are what there is anyway.
        drop(.choiceCount, if: sampling.choiceCount != nil, isLoss: sampling.choiceCount != 1) {
            $0.sampling.choiceCount = nil
        }
        drop(.frequencyPenalty, if: sampling.frequencyPenalty != nil, isLoss: sampling.frequencyPenalty?.double != 0) {
            $0.sampling.frequencyPenalty = nil
        }
        drop(.presencePenalty, if: sampling.presencePenalty != nil, isLoss: sampling.presencePenalty?.double != 0) {
            $0.sampling.presencePenalty = nil
        }
        let wantsProbabilities = sampling.wantsLogProbabilities
        drop(.logProbabilities, if: wantsProbabilities != nil, isLoss: wantsProbabilities == true) {
            $0.sampling.wantsLogProbabilities = nil
            $0.sampling.topLogProbabilities = nil
        }
        drop(.user, if: conversation.user != nil) { $0.user = nil }
        drop(.serviceTier, if: conversation.serviceTier != nil) { $0.serviceTier = nil }
        drop(.promptCacheKey, if: conversation.promptCacheKey != nil) { $0.promptCacheKey = nil }
    }

    private static let unknown = LossRule.dropped("This provider does not know it.")

    private mutating func drop(
        _ element: ConversationElement,
        if isSaid: Bool,
        isLoss: Bool = true,
        _ change: (inout Conversation) -> Void
    ) {
        guard isSaid, abilities.unknown.contains(element) else { return }
        change(&conversation)
        if isLoss { note(element, Self.unknown) }
    }

    /// Settings have no path of their own; whoever knows the caller's format fills in the empty one.
    private mutating func note(_ element: ConversationElement, _ rule: LossRule) {
        let path = conversation.source == .openAIChat ? OpenAIChat.path(of: element) : ""
        losses.note(element, at: path, rule)
    }
}
