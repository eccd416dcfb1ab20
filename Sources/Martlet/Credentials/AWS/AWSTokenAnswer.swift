/// Reads the few elements of the Security Token Service's XML that are wanted.
///
/// No parser of XML: elements are found by their name, and whatever is not plain text with the five predefined
/// references (XML 1.0, 4.6) reads as nothing. Declarations, comments and CDATA, none of which the service sends, could
/// hide elements or make some up; a text with any of them is refused.
struct AWSTokenAnswer {
    private static let maximumByteCount = 1 << 20

    private let bytes: [UInt8]

    /// - Returns: Nil for what cannot be such an answer.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumByteCount else { return nil }
        guard Self.position(of: Array("<!".utf8), in: bytes[...]) == nil else { return nil }
        self.bytes = bytes
    }

    /// The text of the only element `name` within the only element `parent`.
    func text(of name: String, in parent: String) -> String? {
        Self.content(of: parent, in: bytes[...]).flatMap { Self.content(of: name, in: $0) }.flatMap(Self.text)
    }

    private static func content(of name: String, in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let start = end(ofStartTag: name, in: bytes) else { return nil }
        let endTag = Array("</\(name)>".utf8)
        guard let end = position(of: endTag, in: bytes[start...]) else { return nil }
        guard self.end(ofStartTag: name, in: bytes[start...]) == nil else { return nil }
        return bytes[start..<end]
    }

    /// The index behind the first start tag of that name; nil also for one that holds everything itself.
    private static func end(ofStartTag name: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let opening = Array("<\(name)".utf8)
        var rest = bytes
        while let start = position(of: opening, in: rest) {
            rest = rest[(start + opening.count)...]
            guard let next = rest.first else { return nil }
            // Names of other elements may begin the same.
            guard next == UInt8(ascii: ">") || next == 0x20 || (0x09...0x0D).contains(next) else { continue }
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            return rest[..<end].last == UInt8(ascii: "/") ? nil : end + 1
        }
        return nil
    }

    private static func position(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = wanted.first else { return nil }
        var rest = bytes
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: wanted) { return start }
            rest = rest[(start + 1)...]
        }
        return nil
    }

    private static func text(_ content: ArraySlice<UInt8>) -> String? {
        guard !content.contains(UInt8(ascii: "<")), let raw = String(validating: content, as: UTF8.self) else {
            return nil
        }
        let parts = raw.split(separator: "&", omittingEmptySubsequences: false)
        var text = String(parts.first ?? "")
        for part in parts.dropFirst() {
            guard let reference = references.first(where: { part.hasPrefix($0.name) }) else { return nil }
            text += reference.text + part.dropFirst(reference.name.count)
        }
        return AWSText.trimmed(text)
    }

    private static let references = [
        (name: "amp;", text: "&"), (name: "lt;", text: "<"), (name: "gt;", text: ">"), (name: "quot;", text: "\""),
        (name: "apos;", text: "'"),
    ]
}
