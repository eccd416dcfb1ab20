#if canImport(Glibc)
import Glibc
#endif

/// A reason to end, in one clear line; the process ends with status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Messages for the person at the terminal go to standard error; standard output belongs to the log.
enum Terminal {
    static func write(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        bytes.withUnsafeBytes { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

enum ProcessEnd {
    /// Ends without any further step.
    static func now(status: CInt) -> Never {
        _exit(status)
    }
}

enum ProcessEnvironment {
    /// The variables of this process. Those whose text is not UTF-8 are read with replacements.
    static var current: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry = entry.advanced(by: 1)
        }
        return variables
    }
}

enum FileContents {
    /// Largest file that is read, in bytes.
    private static let maximumByteCount = 64 << 20

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while contents.count <= maximumByteCount {
            let count = Glibc.read(descriptor, &part, part.count)
            if count == 0 { return contents }
            if count < 0 {
                guard errno == EINTR else { throw failure(path) }
                continue
            }
            contents += part.prefix(count)
        }
        throw CommandFailure("\(path) is larger than \(maximumByteCount) bytes.")
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
}
