import Testing
import WireTestSupport

typealias Caller = WireConnection

extension WireConnection {
    /// Sends a request for which an answer is expected.
    func begin(_ body: String, path: String = "/openai/v1/chat/completions", fields: String = "") async throws {
        expectAnswer()
        try await send(Self.request(body, path: path, fields: fields))
    }

    static func request(_ body: String, fields: String = "") -> String {
        request(body, path: "/openai/v1/chat/completions", fields: fields)
    }

    func post(
        _ body: String,
        path: String = "/openai/v1/chat/completions",
        fields: String = ""
    ) async throws -> WireAnswer {
        try await begin(body, path: path, fields: fields)
        return try await answer()
    }

    func ask(_ request: String, isHead: Bool = false) async throws -> WireAnswer {
        expectAnswer(toHead: isHead)
        try await send(request)
        return try await answer()
    }

    /// Reads the next answer, as far as it comes.
    func answer() async throws -> WireAnswer {
        try #require(try await nextAnswer(), "the connection closed without an answer")
    }
}
