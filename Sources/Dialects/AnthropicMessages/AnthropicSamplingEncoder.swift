import JSON

/// Writes the other settings of a request.
enum AnthropicSamplingEncoder {
    static func append(
        _ conversation: Conversation,
        isThinking: Bool,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) {
        let sampling = conversation.sampling
        let takesSampling = encoding.model.takesSampling && !isThinking
        let hasTemperature = appendTemperature(sampling, takesSampling, to: &body, &encoding)
        appendTopP(sampling, isThinking: isThinking, hasTemperature: hasTemperature, to: &body, &encoding)
        appendTopK(sampling, takesSampling, to: &body, &encoding)
        appendStopSequences(sampling, to: &body, &encoding)
        appendUser(conversation, to: &body, &encoding)
        noteOthers(conversation, &encoding)
    }

    private static func appendTemperature(
        _ sampling: Sampling,
        _ isTaken: Bool,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) -> Bool {
        guard let temperature = sampling.temperature else { return false }
        let value = temperature.double ?? 1
        guard isTaken else {
            // One is what it is anyway.
            if value != 1 { encoding.report.note(.temperature, at: "") }
            return false
        }
        let isInRange = (0...1).contains(value)
        if !isInRange { encoding.report.note(.temperature, at: "") }
        body.append("temperature", isInRange ? .number(temperature) : value < 0 ? 0 : 1)
        return true
    }

    private static func appendTopP(
        _ sampling: Sampling,
        isThinking: Bool,
        hasTemperature: Bool,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) {
        guard let topP = sampling.topP else { return }
        let value = topP.double ?? -1
        let model = encoding.model
        // With a thinking model the mass may be narrowed only so far.
        let isTaken =
            model.takesSampling && (0...1).contains(value) && (!isThinking || value >= 0.95)
            && (!hasTemperature || model.takesTemperatureWithTopP)
        if isTaken {
            body.append("top_p", .number(topP))
        } else if value != 1 {
            encoding.report.note(.topP, at: "")
        }
    }

    private static func appendTopK(
        _ sampling: Sampling,
        _ isTaken: Bool,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) {
        guard let topK = sampling.topK else { return }
        guard isTaken, let count = topK.integer ?? topK.double.flatMap(Int.init(exactly:)), count >= 0 else {
            encoding.report.note(.topK, at: "")
            return
        }
        body.append("top_k", .number(count))
    }

    private static func appendStopSequences(
        _ sampling: Sampling,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) {
        let taken = sampling.stopSequences.filter { $0.contains { !$0.isWhitespace } }
        if taken.count < sampling.stopSequences.count { encoding.report.note(.stopSequences, at: "") }
        if !taken.isEmpty { body.append("stop_sequences", .array(taken.map(JSONValue.string))) }
    }

    private static func appendUser(
        _ conversation: Conversation,
        to body: inout JSONObject,
        _ encoding: inout AnthropicEncoding
    ) {
        if let user = conversation.user, !user.isEmpty {
            if user.count <= 256 {
                body.append("metadata", ["user_id": .string(user)])
            } else {
                encoding.report.note(.user, at: "")
            }
        }
        guard let tier = conversation.serviceTier else { return }
        if conversation.source == .anthropicMessages || tier == "auto" {
            body.append("service_tier", .string(tier))
        } else if tier == "default" {
            body.append("service_tier", "standard_only")
        } else {
            encoding.report.note(.serviceTier, at: "")
        }
    }

    private static func noteOthers(_ conversation: Conversation, _ encoding: inout AnthropicEncoding) {
        let sampling = conversation.sampling
        let lost: [(Bool, ConversationElement)] = [
            (sampling.seed != nil, .seed),
            (isSet(sampling.frequencyPenalty), .frequencyPenalty),
            (isSet(sampling.presencePenalty), .presencePenalty),
            ((sampling.choiceCount ?? 1) > 1, .choiceCount),
            (sampling.wantsLogProbabilities == true || sampling.topLogProbabilities != nil, .logProbabilities),
            (conversation.verbosity != nil, .verbosity),
            (conversation.metadata?.isEmpty == false, .metadata),
            (conversation.promptCacheKey != nil, .promptCacheKey),
        ]
        for (isLost, element) in lost where isLost {
            encoding.report.note(element, at: "")
        }
    }

    /// No penalty is no loss.
    private static func isSet(_ penalty: JSONNumber?) -> Bool {
        penalty.map { $0.double != 0 } ?? false
    }
}
