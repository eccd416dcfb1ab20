/// Which header fields callers may send on to providers, with the prefix `x-bf-eh-` before their names.
public struct HeaderFilter: Sendable, Equatable {
    /// The only names that are allowed, in lower case; empty for all that are not forbidden.
    public var allowed: [String] = []
    /// Names that are forbidden, in lower case.
    public var forbidden: [String] = []

    /// Allows what does no harm.
    public init() {}

    /// Fields that open a provider, belong to the connection or are the gateway's own.
    private static let always: Set<String> = [
        "accept-encoding", "api-key", "authorization", "connection", "content-encoding", "content-length",
        "content-type", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade", "x-api-key", "x-goog-api-key", "x-request-id",
    ]

    /// Whether a field of this name, in lower case, is sent on.
    package func allows(_ name: String) -> Bool {
        if Self.always.contains(name) || name.hasPrefix("x-bf-") || name.hasPrefix("x-amz-") { return false }
        return !forbidden.contains(name) && (allowed.isEmpty || allowed.contains(name))
    }
}
