extension MockScript {
    /// How a request fails. The raw value is the spelling in options and header fields; behind `mock-` it is the name
    /// of a model whose requests always fail that way.
    package enum FailureKind: String, Sendable, CaseIterable {
        /// Status 400.
        case badRequest = "400"
        /// Status 401.
        case unauthorized = "401"
        /// Status 404, the model being unknown.
        case notFound = "404"
        /// Status 429 with `Retry-After`.
        case tooManyRequests = "429"
        /// Status 500.
        case serverError = "500"
        /// Status 503.
        case unavailable = "503"
        /// The connection closes without an answer.
        case reset
        /// The answer never begins; the connection stays open until the caller leaves.
        case stall
        /// The connection closes in the middle of the answer's body.
        case cut
        /// An event with an `error` object in the middle of a stream, which then ends without `[DONE]`; status 500 for
        /// a request that is not streamed.
        case errorEvent = "error-event"

        /// The status it answers with; nil for those that show otherwise.
        var status: Int? {
            switch self {
            case .badRequest: 400
            case .unauthorized: 401
            case .notFound: 404
            case .tooManyRequests: 429
            case .serverError: 500
            case .unavailable: 503
            case .reset, .stall, .cut, .errorEvent: nil
            }
        }
    }
}

extension MockScript.FailureKind {
    /// The kind whose spelling is exactly these bytes.
    init?(_ spelling: Span<UInt8>) {
        for kind in Self.allCases where spelling.isEqual(to: kind.rawValue.utf8.span) {
            self = kind
            return
        }
        return nil
    }
}
