import Glibc

/// A TCP socket that is bound but accepts nothing.
final class ClosedPort: Sendable {
    struct NoSocket: Error {}

    enum Manner {
        /// Connections are refused.
        case refusing
        /// Connections are neither accepted nor refused: the queue of those that wait is full.
        case silent
    }

    let port: Int
    private let descriptors: [CInt]

    init(_ manner: Manner) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw NoSocket() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try Self.call(address) { bind(listener, $0, $1) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        guard result == 0 else { throw NoSocket() }
        port = Int(UInt16(bigEndian: address.sin_port))
        var descriptors = [listener]
        if manner == .silent {
            guard listen(listener, 0) == 0 else { throw NoSocket() }
            for _ in 0..<4 {
                let filler = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                try? Self.call(address) { connect(filler, $0, $1) }
                descriptors.append(filler)
            }
        }
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    private static func call(
        _ address: sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw NoSocket() }
    }
}
