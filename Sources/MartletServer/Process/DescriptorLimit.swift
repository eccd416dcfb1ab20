#if canImport(Glibc)
import Glibc
#endif

/// How many files and sockets this process may have open at once.
package enum DescriptorLimit {
    /// Descriptors kept for everything that is no connection: logs, event loops, certificates, name look-ups.
    private static let reservedCount = 128

    /// Raises the soft limit to the hard one: a gateway holds two sockets for each request, and the usual 1,024 is a
    /// relic.
    ///
    /// - Returns: The limit in force.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The connections of callers that can be served at once, each with one to a provider.
    package static func connectionCount(for limit: Int) -> Int {
        max(16, (limit - reservedCount) / 2)
    }
}
