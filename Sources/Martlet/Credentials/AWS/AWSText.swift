/// Text from variables, files and answers.
enum AWSText {
    /// Without white space and line ends around it.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// Whether it is of visible ASCII alone, as whatever stands in an address or a header field must be.
    static func isVisible(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Whether it is of letters, digits and `others` alone.
    static func isWord(_ text: String, and others: StaticString) -> Bool {
        let others = "\(others)".utf8
        return text.utf8.allSatisfy { AWSPercentEncoding.isAlphanumeric($0) || others.contains($0) }
    }
}
