import NIOCore

/// Writes figures in Prometheus's text format, version 0.0.4 (Prometheus documentation, "Exposition formats").
struct PrometheusText {
    private(set) var buffer = ByteBuffer()

    /// Begins a metric: its rows follow.
    mutating func metric(_ name: StaticString, _ type: StaticString, _ help: StaticString) {
        buffer.writeString("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n")
    }

    mutating func row(_ name: String, _ value: Int, _ labels: [(StaticString, String)] = []) {
        writeName(name, labels)
        buffer.writeString(" \(value)\n")
    }

    mutating func row(_ name: String, _ value: Double, _ labels: [(StaticString, String)] = []) {
        writeName(name, labels)
        buffer.writeString(" \(value)\n")
    }

    /// The rows of a histogram: cumulative counts, sum and count.
    mutating func histogram(
        _ name: StaticString,
        _ labels: [(StaticString, String)],
        bounds: [Double],
        counts: [Int],
        sum: Double
    ) {
        var total = 0
        for (position, count) in counts.enumerated() {
            total += count
            let bound = position < bounds.count ? "\(bounds[position])" : "+Inf"
            row("\(name)_bucket", total, labels + [("le", bound)])
        }
        row("\(name)_sum", sum, labels)
        row("\(name)_count", total, labels)
    }

    private mutating func writeName(_ name: String, _ labels: [(StaticString, String)]) {
        buffer.writeString(name)
        guard !labels.isEmpty else { return }
        var isFirst = true
        buffer.writeString("{")
        for (label, value) in labels {
            if !isFirst { buffer.writeString(",") }
            isFirst = false
            buffer.writeString("\(label)=\"\(Self.escape(value))\"")
        }
        buffer.writeString("}")
    }

    /// Label values escape the backslash, the quotation mark and the line feed.
    static func escape(_ value: String) -> String {
        var output = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": output += "\\\\"
            case "\"": output += "\\\""
            case "\n": output += "\\n"
            default: output.unicodeScalars.append(character)
            }
        }
        return output
    }
}
