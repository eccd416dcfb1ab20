import WireTestSupport

extension WireConnection {
    /// Sends a request; its answer must be expected.
    func post(_ body: String, path: String = "/v1/chat/completions", fields: String = "") async throws {
        try await send(Self.request(body, path: path, fields: fields))
    }

    /// Sends a request and reads its answer.
    func ask(_ body: String, path: String = "/v1/chat/completions", fields: String = "") async throws -> WireAnswer? {
        expectAnswer()
        try await post(body, path: path, fields: fields)
        return try await nextAnswer()
    }
}
