#if canImport(Glibc)
import Glibc
#endif

/// What the system says about this process (proc(5)).
struct ProcessFigures {
    /// Memory held, in bytes.
    var residentByteCount: Int?
    /// Open file descriptors.
    var descriptorCount: Int?

    static func read() -> ProcessFigures {
        ProcessFigures(residentByteCount: residentByteCount(), descriptorCount: descriptorCount())
    }

    private static func residentByteCount() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(CInt(_SC_PAGESIZE))
    }

    private static func descriptorCount() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The directory being read has one of its own.
        return count - 1
    }
}
