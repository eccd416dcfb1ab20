import Glibc

/// A port on which nobody listens and which nobody else gets: it is bound as long as this lives. A port that was merely
/// given back may be another test's server by the time that it is called.
final class ClosedPort {
    struct Failure: Error {
        var code: Int32
    }

    let number: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // The address is only used within the calls.
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let status = bind(descriptor, pointer, length)
                return status == 0 ? getsockname(descriptor, pointer, &length) : status
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard status == 0 else { throw Failure(code: errno) }
    }

    deinit {
        close(descriptor)
    }
}
