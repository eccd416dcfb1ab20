#if canImport(Glibc)
import Glibc
#endif

/// Reads files that hold credentials or tokens.
enum CredentialFileReader {
    /// Largest file that is read, in bytes.
    static let maximumByteCount = 1 << 20

    /// Why a file was not read.
    enum Failure: Error {
        /// The system's number of the error.
        case system(Int32)
        /// It has more than ``maximumByteCount`` bytes.
        case tooLarge
    }

    /// The bytes of a file; nil when there is none at that path. Blocks, so that no event loop may call it.
    ///
    /// - Throws: ``Failure``.
    static func read(_ path: String) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system(errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= maximumByteCount else { throw .tooLarge }
        }
    }
}
