/// Prometheus's text format, read strictly: each metric has its help and its type once and before its rows, rows of a
/// metric stand together, no series is there twice, and histograms are cumulative.
struct MetricsText {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    struct Row {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    private(set) var rows: [Row] = []
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n"), !text.contains("\n\n") else { throw Problem(description: "lines end wrongly") }
        var current = ""
        var helped: Set<String> = []
        var series: Set<String> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# HELP ") {
                let parts = line.split(separator: " ", maxSplits: 3)
                guard parts.count == 4, helped.insert(String(parts[2])).inserted else {
                    throw Problem(description: "\(line)")
                }
                current = String(parts[2])
            } else if line.hasPrefix("# TYPE ") {
                let parts = line.split(separator: " ", omittingEmptySubsequences: false)
                guard parts.count == 4, parts[2] == current, types[current] == nil,
                    ["counter", "gauge", "histogram"].contains(parts[3])
                else { throw Problem(description: "\(line)") }
                types[current] = String(parts[3])
            } else {
                let row = try Self.row(line)
                guard try Self.family(row.name, types) == current else {
                    throw Problem(description: "misplaced: \(line)")
                }
                let key =
                    row.name + row.labels.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "\u{0}")
                guard series.insert(key).inserted else { throw Problem(description: "twice: \(line)") }
                rows.append(row)
            }
        }
        guard helped == Set(types.keys) else { throw Problem(description: "a metric has no type") }
        try checkHistograms()
    }

    /// The sum of the rows of that name whose labels include these.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        rows.filter { row in row.name == name && labels.allSatisfy { row.labels[$0.key] == $0.value } }
            .reduce(0) { $0 + $1.value }
    }

    private static func family(_ name: String, _ types: [String: String]) throws -> String {
        if types[name] != nil { return name }
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let family = String(name.dropLast(suffix.count))
            if types[family] == "histogram" { return family }
        }
        throw Problem(description: "no metric has the row \(name)")
    }

    private static func row(_ line: Substring) throws -> Row {
        var rest = line
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        guard let first = name.first, !first.isNumber else { throw Problem(description: "name: \(line)") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                if !labels.isEmpty {
                    guard rest.first == "," else { throw Problem(description: "comma: \(line)") }
                    rest = rest.dropFirst()
                }
                let label = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Problem(description: "label: \(line)") }
                rest = rest.dropFirst(2)
                let value = try quoted(&rest)
                guard labels.updateValue(value, forKey: String(label)) == nil else {
                    throw Problem(description: "label twice: \(line)")
                }
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Double(rest.dropFirst()) else {
            throw Problem(description: "value: \(line)")
        }
        return Row(name: String(name), labels: labels, value: value)
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        var value = ""
        var scalars = rest.unicodeScalars
        while let scalar = scalars.popFirst() {
            if scalar == "\"" {
                rest = Substring(scalars)
                return value
            }
            guard scalar == "\\" else {
                value.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.popFirst() {
            case "\\": value += "\\"
            case "\"": value += "\""
            case "n": value += "\n"
            default: throw Problem(description: "escape")
            }
        }
        throw Problem(description: "open quotation")
    }

    private func checkHistograms() throws {
        for (name, type) in types where type == "histogram" {
            var buckets: [String: [(bound: Double, count: Double)]] = [:]
            for row in rows where row.name == "\(name)_bucket" {
                var labels = row.labels
                guard let bound = labels.removeValue(forKey: "le").flatMap({ $0 == "+Inf" ? .infinity : Double($0) })
                else { throw Problem(description: "bound of \(name)") }
                buckets[Self.key(labels), default: []].append((bound, row.value))
            }
            for (key, classes) in buckets {
                let bounds = classes.map(\.bound)
                let counts = classes.map(\.count)
                let total = rows.first { $0.name == "\(name)_count" && Self.key($0.labels) == key }?.value
                guard bounds == bounds.sorted(), bounds.last == .infinity, counts == counts.sorted(),
                    total == counts.last,
                    rows.contains(where: { $0.name == "\(name)_sum" && Self.key($0.labels) == key })
                else { throw Problem(description: "histogram \(name) of \(key)") }
            }
        }
    }

    private static func key(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{0}")
    }
}
