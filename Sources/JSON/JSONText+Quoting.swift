extension JSONText {
    /// `string` as a JSON string literal in which only what must be escaped is escaped.
    package static func quoted(_ string: String) -> [UInt8] {
        var output: [UInt8] = []
        appendQuoted(string.utf8, to: &output)
        return output
    }

    /// Appends a JSON string literal for `utf8`, which has to be UTF-8, and escapes only what must be escaped.
    ///
    /// Fastest for collections of contiguous bytes.
    package static func appendQuoted(_ utf8: some Collection<UInt8>, to output: inout [UInt8]) {
        // The buffer is only read within the call.
        let isDone: Void? = utf8.withContiguousStorageIfAvailable { appendQuoted($0.span, to: &output) }
        if isDone == nil { appendQuoted(Array(utf8).span, to: &output) }
    }

    /// Appends a JSON string literal for the UTF-8 of a string and escapes only what must be escaped.
    package static func appendQuoted(_ utf8: String.UTF8View, to output: inout [UInt8]) {
        appendQuoted(utf8.span, to: &output)
    }

    /// Appends a JSON string literal for `utf8`, which has to be UTF-8, and escapes only what must be escaped.
    package static func appendQuoted(_ utf8: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        appendEscaped(utf8, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends the spelling of `utf8` without quotation marks.
    static func appendEscaped(_ utf8: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while true {
            let end = JSONPlainText.end(in: utf8, from: index)
            append(utf8.extracting(index..<end), to: &output)
            guard end < utf8.count else { return }
            appendEscape(utf8[end], to: &output)
            index = end + 1
        }
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0..<0x20:
            let low = byte & 0x0F
            let zero = UInt8(ascii: "0")
            output.append(contentsOf: [UInt8(ascii: "u"), zero, zero, zero + byte >> 4])
            output.append(low < 10 ? zero + low : UInt8(ascii: "a") + low - 10)
        default: output.append(byte)
        }
    }
}
