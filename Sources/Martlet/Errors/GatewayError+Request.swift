import Dialects
import JSON

extension GatewayError {
    /// Words what is wrong with a request.
    init(_ problem: CallerRequest.Problem, in bytes: Span<UInt8>) {
        switch problem {
        case .malformed(let error):
            let position = error.position(in: bytes)
            self.init(
                .invalidRequest,
                "The body is not valid JSON: \(error.reason.explanation) (line \(position.line), column \(position.column))."
            )
        case .notAnObject:
            self.init(.invalidRequest, "The body must be a JSON object.")
        case .repeated(let name):
            self.init(.invalidRequest, "The body has \"\(name)\" more than once.", parameter: name)
        case .missingModel:
            self.init(
                .invalidRequest,
                "The body has no \"model\"; name one, for example \"openai/gpt-4o-mini\".",
                parameter: "model"
            )
        case .wrongKind(let name, let expected):
            self.init(.invalidRequest, "\"\(name)\" must be \(expected).", parameter: name)
        }
    }
}
