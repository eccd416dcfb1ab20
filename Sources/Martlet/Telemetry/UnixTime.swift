#if canImport(Glibc)
import Glibc
#endif

/// The time of day as providers' answers tell it.
enum UnixTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    static func seconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec
    }
}
