import Testing

@testable import JSON

@Suite("Scalars")
struct TextTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999999", nil), ("1.0", nil),
            ("1e3", nil), ("\"1\"", nil),
            ("", nil), ("-", nil), ("01", nil), ("true", nil), ("1 ", nil),
        ] as [(String, Int?)]
    )
    func integers(_ text: String, _ value: Int?) {
        let bytes = Array(text.utf8)
        #expect(JSONText.integer(bytes.span, 0..<bytes.count) == value)
    }

    @Test(
        arguments: [
            (#""""#, ""), (#""a b""#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\u00E9é""#, "ééé"), (#""\ud83d\ude00""#, "😀"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
            (#""\ud83d""#, nil), (#""\ude00""#, nil), (#""\ude00\ud83d""#, nil), (#""\ud83dx""#, nil),
            (#""\ud83d\u0041""#, nil), ("1", nil), ("\"", nil), (#""\u12""#, nil), (#""\""#, nil), (#""\q""#, nil),
            (#""a"b""#, nil),
        ] as [(String, String?)]
    )
    func strings(_ text: String, _ value: String?) {
        let bytes = Array(text.utf8)
        #expect(JSONText.string(bytes.span, 0..<bytes.count) == value)
    }

    @Test func booleans() {
        let bytes = Array("true,false,null".utf8)
        #expect(JSONText.boolean(bytes.span, 0..<4) == true)
        #expect(JSONText.boolean(bytes.span, 5..<10) == false)
        #expect(JSONText.boolean(bytes.span, 11..<15) == nil)
    }

    @Test(arguments: [-1..<2, 0..<4, 4..<9, 2..<2, 3..<3, .min ..< .max])
    func rangesOutsideReadAsNothing(_ range: Range<Int>) {
        let bytes = Array("\"1\"".utf8)
        #expect(JSONText.integer(bytes.span, range) == nil)
        #expect(JSONText.boolean(bytes.span, range) == nil)
        #expect(JSONText.string(bytes.span, range) == nil)
    }

    @Test func bytesThatAreNotUTF8AreNoString() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        #expect(JSONText.string(bytes.span, 0..<3) == nil)
    }

    @Test func onlyWhatMustBeEscapedIs() {
        let quoted = String(
            decoding: JSONText.quoted("a\"\\/\u{0}\u{8}\t\n\u{C}\r\u{1B}\u{1F}\u{7F}é\u{2028}😀"),
            as: UTF8.self
        )
        #expect(quoted == #""a\"\\/\u0000\b\t\n\f\r\u001b\u001f"# + "\u{7F}é\u{2028}😀\"")
    }

    @Test(arguments: [("", 0..<0), (" \n", 2..<2), (" 1 ", 1..<2), ("{}", 0..<2), ("\t[]\r\n", 1..<3)])
    func trimmedRange(_ text: String, _ range: Range<Int>) {
        let bytes = Array(text.utf8)
        #expect(JSONText.trimmedRange(bytes.span) == range)
    }
}
