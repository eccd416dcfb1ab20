import JSON

/// A provider's whole answer written in the caller's format.
package struct AnswerTranslation: Sendable {
    /// The body for the caller.
    package let body: [UInt8]
    /// What the caller's format could not say.
    package let losses: [Loss]
    /// The figures, where the provider told any.
    package let usage: TokenUsage?

    /// Translates the body of an answer.
    ///
    /// - Throws: ``ProviderFailure`` when it is no answer, or one that failed.
    package init(
        of body: Span<UInt8>,
        _ source: WireFormat,
        to target: WireFormat,
        toolNames: ToolNameMap,
        _ context: AnswerContext
    ) throws(ProviderFailure) {
        let answer = try AnswerFold.answer(of: Self.events(of: body, source), toolNames: toolNames)
        self.init(answer, to: target, context)
    }

    /// Writes a whole answer.
    package init(_ answer: Answer, to target: WireFormat, _ context: AnswerContext) {
        let encoded = target.callerDialect.answer(answer, context)
        self.body = JSONWriter().write(encoded.body)
        losses = encoded.losses
        usage = answer.usage
    }

    /// The events behind a whole answer.
    ///
    /// - Throws: ``ProviderFailure`` when it is no answer.
    package static func events(of body: Span<UInt8>, _ source: WireFormat) throws(ProviderFailure) -> [AnswerEvent] {
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: body)
        } catch {
            throw ProviderFailure(.server, "The provider's answer is not valid JSON.")
        }
        do {
            return try source.dialect.events(ofAnswer: tree)
        } catch {
            throw ProviderFailure(.server, "The provider's answer is not one: \(error.path) \(error.message).")
        }
    }
}
