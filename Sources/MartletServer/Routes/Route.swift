import Transport

/// The paths that are served.
enum Route: Sendable, CaseIterable {
    case chatCompletions
    case models
    case health
    case metrics

    /// Every path and where it leads. The unversioned forms are what SDKs send whose base URL ends before `/v1`.
    private static let paths: [(path: StaticString, route: Route)] = [
        ("/v1/chat/completions", .chatCompletions),
        ("/openai/v1/chat/completions", .chatCompletions),
        ("/openai/chat/completions", .chatCompletions),
        ("/v1/models", .models),
        ("/openai/v1/models", .models),
        ("/openai/models", .models),
        ("/health", .health),
        ("/metrics", .metrics),
    ]

    init?(path: Span<UInt8>) {
        for entry in Self.paths where path.equals(entry.path) {
            self = entry.route
            return
        }
        return nil
    }

    /// Its name in logs and metrics: one for all forms of its path.
    var name: StaticString {
        switch self {
        case .chatCompletions: "/v1/chat/completions"
        case .models: "/v1/models"
        case .health: "/health"
        case .metrics: "/metrics"
        }
    }

    /// The method that it takes.
    var method: HTTPMethod {
        self == .chatCompletions ? .post : .get
    }

    /// The value of `Allow` for a request with another method.
    var allowField: StaticString {
        self == .chatCompletions ? "POST" : "GET, HEAD"
    }

    func allows(_ method: HTTPMethod) -> Bool {
        method == self.method || (self != .chatCompletions && method == .head)
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<count where self[index] != text[index] {
                return false
            }
            return true
        }
    }
}
