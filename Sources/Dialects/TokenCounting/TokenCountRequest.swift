import JSON

/// A question of how many tokens a request would have.
///
/// Format: Anthropic API reference, "Count tokens in a Message"; Gemini API reference, "Method: models.countTokens";
/// OpenAI API reference, "Get input token counts".
package struct TokenCountRequest: Sendable {
    /// What is counted.
    package let conversation: Conversation

    /// Reads the body of a question.
    ///
    /// - Parameter body: The body that `request` was read from.
    /// - Throws: ``FormatProblem`` when the body is not of the caller's format.
    package init(of body: Span<UInt8>, _ request: CallerRequest) throws(FormatProblem) {
        var tree: JSONValue
        do {
            tree = try JSONValue(parsing: body)
        } catch {
            throw FormatProblem("is not valid JSON: \(error.reason.explanation)", at: "")
        }
        if request.format == .gemini, let (_, inner) = Self.wrapped(tree) {
            tree = .object(inner)
        }
        let call = RequestCall(model: request.model, isStream: false)
        conversation = try request.format.callerDialect.conversation(of: tree, call)
    }

    /// The question in another format, and what that format cannot say of what is counted.
    ///
    /// - Parameter model: The model as the provider names it.
    package func encoded(for target: WireFormat, model: String) -> (body: [UInt8], losses: [Loss]) {
        let encoded = target.dialect.request(for: conversation, RequestOptions(model: model))
        let losses = encoded.losses.filter { !Self.uncounted.contains($0.element) }.map { loss in
            var loss = loss
            if loss.path.isEmpty { loss.path = conversation.source.callerDialect.path(of: loss.element) }
            return loss
        }
        return (JSONWriter().write(Self.question(encoded.body, target, model: model)), losses)
    }

    /// The body of a question that stays in Gemini's format, where it has to be changed: a whole request inside of it
    /// repeats the model's name.
    ///
    /// - Returns: Nil when there is no such request.
    package static func geminiBody(of body: Span<UInt8>, model: String) -> [UInt8]? {
        guard let tree = try? JSONValue(parsing: body), let (name, inner) = wrapped(tree) else { return nil }
        var request = inner
        request.set("model", to: .string("models/\(model)"))
        return JSONWriter().write(.object([name: .object(request)]))
    }

    private static func wrapped(_ tree: JSONValue) -> (name: String, request: JSONObject)? {
        for name in ["generateContentRequest", "generate_content_request"] {
            if let request = tree[name]?.object { return (name, request) }
        }
        return nil
    }

    private static func question(_ body: JSONObject, _ format: WireFormat, model: String) -> JSONValue {
        var body = body
        switch format {
        case .gemini:
            body.set("model", to: .string("models/\(model)"))
            return ["generateContentRequest": .object(body)]
        case .anthropicMessages:
            body.members.removeAll { Self.anthropicSettings.contains($0.name.repairedValue) }
        case .openAIResponses:
            body.members.removeAll { !Self.responsesMembers.contains($0.name.repairedValue) }
        default:
            break
        }
        return .object(body)
    }

    /// What a question of Anthropic's format may not say.
    private static let anthropicSettings: Set<String> = [
        "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "stream", "metadata", "service_tier",
    ]
    /// What a question of OpenAI's format may say.
    private static let responsesMembers: Set<String> = [
        "model", "input", "instructions", "tools", "tool_choice", "text", "reasoning", "truncation",
        "parallel_tool_calls", "conversation", "previous_response_id",
    ]
    /// What of a request has no tokens.
    private static let uncounted: Set<ConversationElement> = [
        .maximumTokens, .temperature, .topP, .topK, .seed, .frequencyPenalty, .presencePenalty, .stopSequences,
        .choiceCount, .logProbabilities, .logitBias, .user, .metadata, .serviceTier, .storage, .safetySettings,
        .cacheHint, .cacheTimeToLive, .promptCacheKey,
    ]
}

/// The answer to a question of how many tokens a request would have.
package enum TokenCountAnswer {
    /// The number in a provider's answer; nil when it is none.
    package static func count(of body: Span<UInt8>, _ format: WireFormat) -> Int? {
        guard let tree = try? JSONValue(parsing: body) else { return nil }
        return tree[format == .gemini ? "totalTokens" : "input_tokens"]?.integer.flatMap { $0 < 0 ? nil : $0 }
    }

    /// The answer for a caller.
    package static func body(_ count: Int, _ format: WireFormat) -> [UInt8] {
        let answer: JSONValue =
            switch format {
            case .gemini: ["totalTokens": .number(count)]
            case .openAIResponses: ["object": "response.input_tokens", "input_tokens": .number(count)]
            default: ["input_tokens": .number(count)]
            }
        return JSONWriter().write(answer)
    }
}
