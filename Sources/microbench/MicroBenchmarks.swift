/// Measures the parsers and writers without any network: what one operation takes, at best, on this processor.
///
/// The columns are separated by two spaces at least.
@main
enum MicroBenchmarks {
    static func main() throws {
        let stopwatch = Stopwatch()
        print(Table.row("operation", "bytes", "ns/operation", "MB/s"))
        let parsers = try JSONBenchmarks.all() + FramingBenchmarks.all() + HTTPBenchmarks.all()
        for benchmark in try parsers + DialectBenchmarks.all() {
            let time = try stopwatch.nanoseconds(of: benchmark.call) / Double(benchmark.operationCount)
            let rate = Double(benchmark.byteCount) / time * 1000
            print(Table.row(benchmark.name, "\(benchmark.byteCount)", Table.number(time), Table.number(rate)))
        }
    }
}

/// Lays out the results.
private enum Table {
    static func row(_ name: String, _ cells: String...) -> String {
        name + spaces(52 - name.count) + cells.map { spaces(14 - $0.count) + $0 }.joined()
    }

    /// One decimal below 100, none above.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value < 1e15 else { return "\(value)" }
        guard value < 100 else { return "\(Int(value.rounded()))" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func spaces(_ count: Int) -> String {
        String(repeating: " ", count: max(2, count))
    }
}
