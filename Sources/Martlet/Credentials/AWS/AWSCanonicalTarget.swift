/// A request's target in the canonical form of Signature Version 4.
enum AWSCanonicalTarget {
    /// Appends the path of a target on its own line, and behind it the query on its own.
    ///
    /// - Parameter target: As it stands in the request line: a path and, behind `?`, a query.
    static func append(_ target: Span<UInt8>, to output: inout [UInt8]) {
        var mark = 0
        while mark < target.count, target[mark] != UInt8(ascii: "?") { mark += 1 }
        appendPath(target, 0..<mark, to: &output)
        output.append(UInt8(ascii: "\n"))
        if mark + 1 < target.count { appendQuery(target, mark + 1..<target.count, to: &output) }
        output.append(UInt8(ascii: "\n"))
    }

    /// The path that is sent is encoded once more: every service but S3 wants `%3A` to become `%253A`.
    private static func appendPath(_ target: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        guard !range.isEmpty else {
            output.append(UInt8(ascii: "/"))
            return
        }
        if isNormal(target, range) {
            AWSPercentEncoding.append(target, range, keepsSlashes: true, to: &output)
        } else {
            let path = normalized(target, range)
            AWSPercentEncoding.append(path.span, path.indices, keepsSlashes: true, to: &output)
        }
    }

    /// Whether there can be neither an empty segment nor one of dots.
    private static func isNormal(_ target: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard target[range.lowerBound] == UInt8(ascii: "/") else { return false }
        for index in range.dropFirst() where target[index - 1] == UInt8(ascii: "/") {
            if target[index] == UInt8(ascii: "/") || target[index] == UInt8(ascii: ".") { return false }
        }
        return true
    }

    /// Without empty segments and those of dots (RFC 3986, 5.2.4).
    private static func normalized(_ target: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var segments: [[UInt8]] = []
        var segment: [UInt8] = []
        for index in range.lowerBound...range.upperBound {
            let isEnd = index == range.upperBound
            guard isEnd || target[index] == UInt8(ascii: "/") else {
                segment.append(target[index])
                continue
            }
            if segment.elementsEqual("..".utf8) {
                _ = segments.popLast()
            } else if !segment.isEmpty, !segment.elementsEqual(".".utf8) {
                segments.append(segment)
            }
            segment.removeAll()
        }
        var path = Array("/".utf8)
        path += segments.joined(separator: CollectionOfOne(UInt8(ascii: "/")))
        if target[range.upperBound - 1] == UInt8(ascii: "/"), !segments.isEmpty { path.append(UInt8(ascii: "/")) }
        return path
    }

    /// The parameters, encoded the same way whatever the sender left unencoded, in order of their names and values.
    private static func appendQuery(_ target: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        var parameters: [(name: [UInt8], value: [UInt8])] = []
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound
        where index == range.upperBound || target[index] == UInt8(ascii: "&") {
            if start < index { parameters.append(parameter(target, start..<index)) }
            start = index + 1
        }
        parameters.sort { one, other in
            one.name == other.name
                ? one.value.lexicographicallyPrecedes(other.value) : one.name.lexicographicallyPrecedes(other.name)
        }
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "&")) }
            output += parameter.name
            output.append(UInt8(ascii: "="))
            output += parameter.value
        }
    }

    private static func parameter(_ target: Span<UInt8>, _ range: Range<Int>) -> (name: [UInt8], value: [UInt8]) {
        var mark = range.lowerBound
        while mark < range.upperBound, target[mark] != UInt8(ascii: "=") { mark += 1 }
        let value = mark < range.upperBound ? reencoded(target, mark + 1..<range.upperBound) : []
        return (reencoded(target, range.lowerBound..<mark), value)
    }

    private static func reencoded(_ target: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if let byte = AWSPercentEncoding.byte(target, escapedAt: index, before: range.upperBound) {
                AWSPercentEncoding.append(byte, to: &output)
                index += 3
            } else {
                AWSPercentEncoding.append(target[index], to: &output)
                index += 1
            }
        }
        return output
    }
}
