import Glibc

/// A pipe whose one end a log is written to: no more than the 64 KiB that it holds before it is read.
final class LogPipe: Sendable {
    struct NoPipe: Error {}

    let writeEnd: CInt
    private let readEnd: CInt

    init() throws {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw NoPipe() }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// What has been written so far.
    func lines() -> [String] {
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
        while true {
            let count = read(readEnd, &piece, piece.count)
            guard count > 0 else { break }
            text += piece.prefix(count)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
