import NIOCore

/// The body of `GET /v1/models` (OpenAI API reference, "List models").
enum ModelList {
    /// The names listed: one that answers, then those that behave in another way.
    static var names: [String] {
        ["mock", "mock-tools"] + MockScript.FailureKind.allCases.map { "mock-\($0.rawValue)" }
    }

    static let body: ByteBuffer = {
        let models = names.map { #"{"id":"\#($0)","object":"model","created":1700000000,"owned_by":"martlet"}"# }
        return ByteBuffer(string: #"{"object":"list","data":[\#(models.joined(separator: ","))]}"#)
    }()
}
