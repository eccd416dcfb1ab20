/// The grammar of RFC 8259 written down as plainly as possible, to judge the scanner by. Slow and recursive.
struct ReferenceValidator {
    private var rest: [Unicode.Scalar]
    private var depth = 0

    static func accepts(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var validator = ReferenceValidator(rest: text.unicodeScalars.reversed())
        validator.space()
        guard validator.value() else { return false }
        validator.space()
        return validator.rest.isEmpty
    }

    private init(rest: [Unicode.Scalar]) {
        self.rest = rest
    }

    private mutating func space() {
        while let next = rest.last, [" ", "\t", "\n", "\r"].contains(next) { rest.removeLast() }
    }

    private mutating func take(_ wanted: Unicode.Scalar...) -> Bool {
        guard let next = rest.last, wanted.contains(next) else { return false }
        rest.removeLast()
        return true
    }

    private mutating func word(_ word: String) -> Bool {
        for scalar in word.unicodeScalars { guard take(scalar) else { return false } }
        return true
    }

    private mutating func value() -> Bool {
        switch rest.last {
        case "{": return list(open: "{", close: "}") { $0.member() }
        case "[": return list(open: "[", close: "]") { $0.value() }
        case "\"": return string()
        case "t": return word("true")
        case "f": return word("false")
        case "n": return word("null")
        default: return number()
        }
    }

    private mutating func list(open: Unicode.Scalar, close: Unicode.Scalar, _ item: (inout Self) -> Bool) -> Bool {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 256, take(open) else { return false }
        space()
        if take(close) { return true }
        while true {
            guard item(&self) else { return false }
            space()
            if take(close) { return true }
            guard take(",") else { return false }
            space()
        }
    }

    private mutating func member() -> Bool {
        guard string() else { return false }
        space()
        guard take(":") else { return false }
        space()
        return value()
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let next = rest.popLast() {
            if next == "\"" { return true }
            if next.value < 0x20 { return false }
            guard next == "\\" else { continue }
            if take("u") {
                for _ in 0..<4 {
                    guard let digit = rest.popLast(), digit.isASCII, digit.properties.isASCIIHexDigit else {
                        return false
                    }
                }
            } else if !take("\"", "\\", "/", "b", "f", "n", "r", "t") {
                return false
            }
        }
        return false
    }

    private mutating func digits() -> Bool {
        var count = 0
        while let next = rest.last, ("0"..."9").contains(next) {
            rest.removeLast()
            count += 1
        }
        return count > 0
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e", "E") {
            _ = take("+", "-")
            guard digits() else { return false }
        }
        return true
    }
}
