import JSON

@testable import Dialects

/// A request as the gateway translates it: the bytes of a caller in, the body for a provider out.
struct TranslatedRequest {
    let body: JSONValue
    let losses: [Loss]

    /// - Parameters:
    ///   - text: The caller's body. Formats that have the model in the body name it `m`.
    ///   - model: The provider's model; by default one that takes most settings.
    init(_ text: String, from source: WireFormat, to target: WireFormat, model: String? = nil) throws {
        let bytes = Array(text.utf8)
        let call = source.hasModelInBody ? RequestCall() : RequestCall(model: "m", isStream: false)
        let request = try CallerRequest(bytes.span, format: source, call: call)
        let options = RequestOptions(model: model ?? Self.model(of: target))
        let translation = try RequestTranslation(of: bytes.span, request, to: target, options)
        body = try JSONValue(parsing: translation.body.span)
        losses = translation.losses
    }

    private static func model(of format: WireFormat) -> String {
        switch format {
        case .openAIChat, .openAICompletions, .openAIResponses: "gpt-4o"
        case .anthropicMessages: "claude-3-5-haiku-20241022"
        case .gemini: "gemini-2.5-flash"
        case .cohereChat: "command-a-03-2025"
        case .bedrockConverse: "anthropic.claude-3-5-haiku-20241022-v1:0"
        }
    }

    /// The compact text of what stands at a path such as `messages.0.content`; "absent" when there is nothing.
    subscript(path: String) -> String { body[path: path] }

    /// What was lost, as in `"dropped top k"`.
    var lost: [String] {
        losses.map { "\($0.effect.rawValue) \($0.element.rawValue)" }
    }
}

extension JSONValue {
    /// The compact text of what stands at a path such as `messages.0.content`; "absent" when there is nothing.
    subscript(path path: String) -> String {
        var value: JSONValue? = self
        for step in path.split(separator: ".") {
            value = Int(step).map { value?[$0] } ?? value?[String(step)]
        }
        return json(value)
    }
}

/// An answer as the gateway translates it.
struct TranslatedAnswer {
    let body: JSONValue
    let losses: [Loss]

    init(_ text: String, from source: WireFormat, to target: WireFormat) throws {
        let events = try AnswerTranslation.events(of: text.utf8.span, source)
        let translation = AnswerTranslation(try folded(events), to: target, Self.context)
        body = try JSONValue(parsing: translation.body.span)
        losses = translation.losses
    }

    static let context = AnswerContext(requestID: "req_1", model: "some-model", created: 1_700_000_000)
}
