package import JSON

/// A request written in another format, with what its answer needs to find its way back.
package struct RequestTranslation: Sendable {
    /// The caller's format.
    package let source: WireFormat
    /// The provider's format.
    package let target: WireFormat
    /// The body for the provider.
    package let body: [UInt8]
    /// What the provider's format could not say.
    package let losses: [Loss]
    /// What the tools are called at the provider.
    package let toolNames: ToolNameMap
    /// The caller's request, which some formats repeat in the answer.
    package let request: JSONObject
    /// Whether the caller asked for usage figures in a stream.
    package let wantsStreamUsage: Bool
    /// How many answers the provider is asked for.
    package let choiceCount: Int

    /// Translates the body of a request.
    ///
    /// - Parameters:
    ///   - body: The body that `request` was read from.
    ///   - target: The provider's format.
    ///   - options: What its encoder must know.
    /// - Throws: ``FormatProblem`` when the body is not of the caller's format.
    package init(
        of body: Span<UInt8>,
        _ request: CallerRequest,
        to target: WireFormat,
        _ options: RequestOptions
    ) throws(FormatProblem) {
        self.init(try RequestDraft(of: body, request, to: target, options))
    }

    /// Writes a request for its provider.
    package init(_ draft: RequestDraft) {
        let conversation = draft.conversation
        let encoded = draft.target.dialect.request(for: conversation, draft.options)
        source = draft.source
        target = draft.target
        body = JSONWriter().write(.object(encoded.body))
        losses = encoded.losses.map { Self.placed($0, in: draft.source) }
        toolNames = encoded.toolNames
        request = draft.request
        wantsStreamUsage = conversation.wantsStreamUsage
        choiceCount = Self.choiceCount(of: encoded.body)
    }

    /// What was encoded counts, not what the caller wanted: formats differ in what they can say of it.
    private static func choiceCount(of body: JSONObject) -> Int {
        (body["n"] ?? body["generationConfig"]?["candidateCount"])?.integer ?? 1
    }

    /// Encoders cannot tell where a setting stands in the caller's format.
    private static func placed(_ loss: Loss, in source: WireFormat) -> Loss {
        guard loss.path.isEmpty else { return loss }
        var loss = loss
        loss.path = source.callerDialect.path(of: loss.element)
        return loss
    }

    /// The losses that forbid sending the request: those that are always refused, or all of them.
    package func refusals(isStrict: Bool) -> [Loss] {
        isStrict ? losses : losses.filter { $0.effect == .refused }
    }
}
