/// Takes a condition apart into words.
struct RuleLexer {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ condition: String) {
        bytes = Array(condition.utf8)
    }

    /// All words, the end among them.
    static func tokens(of condition: String) throws(RuleProblem) -> [RuleToken] {
        var lexer = RuleLexer(condition)
        var tokens: [RuleToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(RuleProblem) -> RuleToken {
        while let byte = peek(), Self.isSpace(byte) { offset += 1 }
        let start = offset
        guard let byte = peek() else { return RuleToken(kind: .end, offset: start) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return RuleToken(kind: .text(try text(until: byte)), offset: start)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return RuleToken(kind: .number(try number()), offset: start)
        case _ where Self.isNameByte(byte):
            while let byte = peek(), Self.isNameByte(byte) { offset += 1 }
            return RuleToken(kind: .name(String(decoding: bytes[start..<offset], as: UTF8.self)), offset: start)
        default:
            for symbol in RuleToken.Symbol.allCases where bytes[start...].starts(with: symbol.rawValue.utf8) {
                offset += symbol.rawValue.utf8.count
                return RuleToken(kind: .symbol(symbol), offset: start)
            }
            throw unexpected(byte)
        }
    }

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func unexpected(_ byte: UInt8) -> RuleProblem {
        switch byte {
        case UInt8(ascii: "="): return RuleProblem(at: offset, "\"=\" is not an operator", fix: "use ==")
        case UInt8(ascii: "&"): return RuleProblem(at: offset, "\"&\" is not an operator", fix: "use &&")
        case UInt8(ascii: "|"): return RuleProblem(at: offset, "\"|\" is not an operator", fix: "use ||")
        default:
            let rest = String(decoding: bytes[offset...].prefix(4), as: UTF8.self)
            let character = rest.unicodeScalars.first.map { ShownText.quoted(String($0)) } ?? "this"
            return RuleProblem(at: offset, "\(character) has no meaning here", fix: "put texts in quotation marks")
        }
    }

    /// A text, the first quotation mark not yet read.
    private mutating func text(until quote: UInt8) throws(RuleProblem) -> String {
        let start = offset
        var content: [UInt8] = []
        offset += 1
        while let byte = peek() {
            offset += 1
            if byte == quote { return String(decoding: content, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                content.append(byte)
                continue
            }
            guard let escaped = peek(), [quote, UInt8(ascii: "\\")].contains(escaped) else {
                throw RuleProblem(at: offset - 1, "\"\\\" is not followed by what it can escape", fix: "write \\\\")
            }
            content.append(escaped)
            offset += 1
        }
        throw RuleProblem(at: start, "the text has no end", fix: "add a quotation mark")
    }

    private mutating func number() throws(RuleProblem) -> Int {
        let start = offset
        offset += 1
        while let byte = peek(), Self.isNameByte(byte) || byte == UInt8(ascii: ".") { offset += 1 }
        let spelling = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let number = Int(spelling) else {
            throw RuleProblem(
                at: start,
                "\(ShownText.quoted(spelling)) is not a whole number",
                fix: "write it in digits alone, or in quotation marks"
            )
        }
        return number
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
