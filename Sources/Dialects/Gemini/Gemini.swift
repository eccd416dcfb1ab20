package import JSON

/// Gemini `generateContent` and `streamGenerateContent`, as Google AI Studio and Vertex AI speak them.
///
/// Format: Gemini API reference, "Generating content"; Vertex AI, "Generate content with the Gemini API". Both take
/// protobuf's JSON form, in which members may be spelled in camelCase or in snake_case; camelCase is written.
package enum Gemini: Dialect {
    package typealias StreamDecoder = GeminiStreamDecoder
    package typealias StreamEncoder = GeminiStreamEncoder

    package static let format = WireFormat.gemini

    /// "Must start with a letter or an underscore. Must be a-z, A-Z, 0-9, or contain underscores, dots, colons and
    /// dashes" (Gemini API reference, FunctionDeclaration); the smaller of the two lengths that the documents name.
    package static let toolNameRule = ToolNameRule(maximumLength: 64, furtherCharacters: ".:", startsWithAny: false)

    package static func path(of element: ConversationElement) -> String {
        settingPaths[element] ?? ""
    }

    private static let settingPaths: [ConversationElement: String] = [
        .maximumTokens: "generationConfig.maxOutputTokens",
        .temperature: "generationConfig.temperature",
        .topP: "generationConfig.topP",
        .topK: "generationConfig.topK",
        .seed: "generationConfig.seed",
        .frequencyPenalty: "generationConfig.frequencyPenalty",
        .presencePenalty: "generationConfig.presencePenalty",
        .stopSequences: "generationConfig.stopSequences",
        .choiceCount: "generationConfig.candidateCount",
        .logProbabilities: "generationConfig.responseLogprobs",
        .jsonMode: "generationConfig.responseMimeType",
        .outputSchema: "generationConfig.responseJsonSchema",
        .outputSchemaName: "generationConfig.responseJsonSchema",
        .strictOutputSchema: "generationConfig.responseJsonSchema",
        .outputModalities: "generationConfig.responseModalities",
        .reasoningEffort: "generationConfig.thinkingConfig.thinkingLevel",
        .reasoningBudget: "generationConfig.thinkingConfig.thinkingBudget",
        .reasoningVisibility: "generationConfig.thinkingConfig.includeThoughts",
        .toolChoice: "toolConfig.functionCallingConfig.mode",
        .allowedTools: "toolConfig.functionCallingConfig.allowedFunctionNames",
        .strictTool: "toolConfig.functionCallingConfig.mode",
        .parallelToolCalls: "toolConfig.functionCallingConfig",
        .safetySettings: "safetySettings",
        .storedState: "cachedContent",
        .metadata: "labels",
        .serviceTier: "serviceTier",
        .storage: "store",
    ]

    package static func conversation(
        of body: JSONValue,
        _ call: RequestCall
    ) throws(FormatProblem) -> Conversation {
        try GeminiRequestDecoder.conversation(of: body, call)
    }

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoder = GeminiRequestEncoder(conversation, options)
        return encoder.request()
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        var events: [AnswerEvent] = []
        var decoder = GeminiAnswerDecoder(isWhole: true)
        // What `streamGenerateContent` answers without `alt=sse` is an array of such answers.
        switch body {
        case .object(let object): decoder.decode(object, into: &events)
        case .array(let elements):
            for element in elements {
                guard let object = element.object else {
                    throw FormatProblem("must be an object, not \(element.kind.article)", at: "")
                }
                decoder.decode(object, into: &events)
            }
        default: throw FormatProblem("must be an object, not \(body.kind.article)", at: "")
        }
        decoder.finish(into: &events)
        return events
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        GeminiAnswerEncoder.answer(answer, context)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        GeminiError.failure(ofBody: body, status: status)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        JSONWriter().write(GeminiError.body(failure, requestID: requestID))
    }
}
