package import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// Finds the addresses of names.
package protocol HostResolver: Sendable {
    /// All addresses of a host, the preferred one first; one at least. Ends early when its task is cancelled.
    ///
    /// - Parameters:
    ///   - host: A name, or an address in text.
    ///   - port: The TCP port that the addresses get.
    ///   - deadline: When to give up.
    ///   - eventLoop: The caller's loop, which is not blocked.
    /// - Throws: `UpstreamError`.
    func addresses(
        of host: String,
        port: Int,
        until deadline: NIODeadline,
        on eventLoop: any EventLoop
    ) async throws(UpstreamError) -> [SocketAddress]
}

/// Asks the system, as `getaddrinfo` does (RFC 3493, 6.1), on a thread for such waits.
package struct SystemResolver: HostResolver {
    package init() {}

    package func addresses(
        of host: String,
        port: Int,
        until deadline: NIODeadline,
        on eventLoop: any EventLoop
    ) async throws(UpstreamError) -> [SocketAddress] {
        let (answers, continuation) = AsyncStream<[SocketAddress]>.makeStream(bufferingPolicy: .bufferingOldest(1))
        NIOThreadPool.singleton.submit { state in
            continuation.yield(state == .active ? Self.lookUp(host, port: port) : [])
        }
        // The system cannot be told to stop; it is no longer waited for.
        let timer = eventLoop.scheduleTask(deadline: deadline) { continuation.finish() }
        defer { timer.cancel() }
        var iterator = answers.makeAsyncIterator()
        guard let addresses = await iterator.next(isolation: #isolation) else {
            throw Task.isCancelled ? .cancelled(.callerGone) : .totalTimeout
        }
        guard !addresses.isEmpty else { throw .unknownHost(host) }
        return addresses
    }

    private static func lookUp(_ host: String, port: Int) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        // The system hands its answer out as a linked list in memory of its own, so there is no way around pointers.
        // They are followed only while the list lives, which `freeaddrinfo` ends, and what they point at is read as
        // what the family beside it says, which is how the list is defined.
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let list else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let raw = UnsafeRawPointer(address)
            switch entry.ai_family {
            case AF_INET: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self)))
            case AF_INET6: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self)))
            default: break
            }
        }
        return addresses
    }
}
