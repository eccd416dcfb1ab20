package import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// The files of a directory that may go to browsers, read at once.
///
/// Names that begin with a dot are not looked at. A symbolic link counts as the file it leads to, if that is within the
/// directory; links to directories are not followed, so that there are no circles.
package struct WebDirectory: Sendable {
    /// How much is read.
    package struct Limits: Sendable {
        /// Bytes of one file.
        package var fileByteCount = 8 << 20
        /// Bytes of all files.
        package var byteCount = 32 << 20
        /// Files, and also entries that are none.
        package var entryCount = 2000
        /// Directories within each other.
        package var depth = 16

        package init() {}
    }

    /// The contents of each file and the segments of its path.
    package private(set) var files: [(path: [String], body: ByteBuffer)] = []
    /// What was left out and why, for a person.
    package private(set) var problems: [String] = []

    private let root: String
    private let limits: Limits
    private let fileIO: NonBlockingFileIO
    private var byteCount = 0
    private var entryCount = 0

    /// Reads a directory, on threads that may wait for disks.
    ///
    /// - Throws: `IOError` when there is no such directory, or it may not be read.
    package init(reading path: String, limits: Limits = Limits()) async throws {
        guard let root = Self.resolved(path) else { throw IOError(errnoCode: errno, reason: "realpath") }
        self.root = root
        self.limits = limits
        fileIO = NonBlockingFileIO(threadPool: .singleton)
        try await read([], entries: fileIO.listDirectory(path: root))
        files.sort { $0.path.lexicographicallyPrecedes($1.path) }
    }

    private mutating func read(_ directory: [String], entries: [NIODirectoryEntry]) async {
        for name in entries.map(\.name).sorted() where !name.hasPrefix(".") {
            let path = directory + [name]
            entryCount += 1
            guard entryCount <= limits.entryCount else {
                problems.append("\(root) has more than \(limits.entryCount) entries; the others are not served.")
                return
            }
            do {
                try await readEntry(path)
            } catch {
                problems.append("\(shown(path)) is not served: \(error)")
            }
            if entryCount > limits.entryCount { return }
        }
    }

    private mutating func readEntry(_ path: [String]) async throws {
        let place = ([root] + path).joined(separator: "/")
        guard let target = Self.resolved(place) else { throw IOError(errnoCode: errno, reason: "realpath") }
        guard target.hasPrefix(root == "/" ? root : root + "/") else {
            problems.append("\(shown(path)) is not served: it leads out of the directory.")
            return
        }
        if let entries = try? await fileIO.listDirectory(path: target) {
            guard target == place else { return }
            guard path.count < limits.depth else {
                problems.append("\(shown(path)) is not served: it is too deep.")
                return
            }
            await read(path, entries: entries)
        } else {
            try await readFile(path, at: target)
        }
    }

    private mutating func readFile(_ path: [String], at place: String) async throws {
        let limit = min(limits.fileByteCount, limits.byteCount - byteCount)
        let contents = try await NIOThreadPool.singleton.runIfActive {
            try Self.contents(ofFile: place, limit: limit)
        }
        switch contents {
        case .bytes(let body):
            byteCount += body.readableBytes
            files.append((path, body))
        case .tooMany:
            problems.append(
                """
                \(shown(path)) is not served: one file may have \(limits.fileByteCount) bytes, and all together \
                \(limits.byteCount).
                """
            )
        case .noFile:
            break
        }
    }

    private func shown(_ path: [String]) -> String {
        ([root] + path).joined(separator: "/")
    }

    /// The absolute path without links; nil, with the reason in `errno`, where nothing is there.
    private static func resolved(_ path: String) -> String? {
        // The text is ended by zero and this function's own, as POSIX has it for a second argument that is nil.
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// What is at a path.
    private enum Contents {
        case bytes(ByteBuffer)
        case tooMany
        /// A pipe, or something else without an end.
        case noFile
    }

    private static func contents(ofFile path: String, limit: Int) throws(IOError) -> Contents {
        // Opening a pipe would wait for somebody to write to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open") }
        defer { close(descriptor) }
        guard lseek(descriptor, 0, SEEK_END) >= 0, lseek(descriptor, 0, SEEK_SET) >= 0 else { return .noFile }
        var contents = ByteBuffer()
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while contents.readableBytes <= limit {
            let count = Glibc.read(descriptor, &part, part.count)
            if count == 0 { return .bytes(contents) }
            if count < 0 {
                guard errno == EINTR else { throw IOError(errnoCode: errno, reason: "read") }
                continue
            }
            contents.writeBytes(part.prefix(count))
        }
        return .tooMany
    }
}
