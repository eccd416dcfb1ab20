import Testing

/// Texts of the kinds that parsers are known to disagree about, each with the verdict of RFC 8259 or, where the RFC
/// leaves a choice, the choice made here.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let isAccepted: Bool

    var testDescription: String { (isAccepted ? "accepts " : "rejects ") + name }

    static func yes(_ name: String, _ text: String) -> Self {
        .init(name: name, bytes: Array(text.utf8), isAccepted: true)
    }
    static func yes(_ name: String, _ bytes: [UInt8]) -> Self { .init(name: name, bytes: bytes, isAccepted: true) }
    static func no(_ name: String, _ text: String) -> Self {
        .init(name: name, bytes: Array(text.utf8), isAccepted: false)
    }
    static func no(_ name: String, _ bytes: [UInt8]) -> Self { .init(name: name, bytes: bytes, isAccepted: false) }

    /// A string of the given bytes as the only element of an array.
    private static func element(_ bytes: UInt8...) -> [UInt8] { Array("[\"".utf8) + bytes + Array("\"]".utf8) }

    static let all = structures + numbers + strings + encodings + implementationDefined

    static let structures: [ConformanceCase] = [
        yes("empty array", "[]"), yes("array with spaces", " [ ] "), yes("empty string element", #"[""]"#),
        yes("false", "[false]"), yes("null", "[null]"), yes("true", "[true]"),
        yes("heterogeneous", #"[null, 1, "1", {}]"#),
        yes("line feed and one", "[1\n]"), yes("leading space", " [1]"), yes("trailing space", "[2] "),
        yes("several nulls", "[1,null,null,null,2]"), yes("ending with line feed", "[\"a\"]\n"),
        yes("empty object", "{}"), yes("empty name", #"{"":0}"#), yes("basic object", #"{"a":"b"}"#),
        yes("duplicate name", #"{"a":"b","a":"c"}"#), yes("duplicate member", #"{"a":"b","a":"b"}"#),
        yes("escaped null in name", #"{"a\u0000b":42}"#),
        yes("long strings", #"{"x":[{"id":"\#(String(repeating: "x", count: 40))"}]}"#),
        yes("extreme numbers", #"{"min":-1.0e+28,"max":1.0e+28}"#), yes("object with line feeds", "{\n\"a\": \"b\"\n}"),
        yes("all white space", "\t\r\n {\t\"a\"\r:\n1 ,\t\"b\":2} \t\r\n"), yes("lonely false", "false"),
        yes("lonely true", "true"),
        yes("lonely null", "null"), yes("lonely integer", "42"), yes("lonely negative", "-0.1"),
        yes("lonely string", #""a""#),
        yes("empty lonely string", #""""#), yes("nested arrays", "[[[[[]]],[]]]"),
        no("nothing", ""), no("only space", " "), no("only line feed", "\n"), no("missing comma", "[1 true]"),
        no("colon in array", #"["":1]"#),
        no("comma after close", #"[""],"#), no("leading comma", "[,1]"), no("double comma", "[1,,2]"),
        no("double trailing comma", #"["x",,]"#),
        no("extra close", #"["x"]]"#), no("trailing comma", #"["",]"#), no("just comma", "[,]"),
        no("just minus", "[-]"),
        no("missing value", "[   , \"\"]"), no("open array", "[\"x\""), no("open array in object", #"{"a":["#),
        no("unclosed with comma", "[1,"), no("unclosed with line feed", "[1,\n1\n,1"),
        no("unclosed with object", "[{}"),
        no("inner array without comma", "[3[4]]"), no("form feed as space", "[\u{0C}]"),
        no("vertical tab as space", "[\u{0B}1]"),
        no("star inside", "[*]"), no("no-break space", "[\u{A0}]"), no("U+2060 as space", "[\u{2060}]"),
        no("half false", "[fals]"), no("half null", "[nul]"), no("half true", "[tru]"), no("capital True", "[True]"),
        no("capital TRUE", "TRUE"),
        no("literal with tail", "[truex]"), no("two literals", "[truefalse]"), no("bad value", #"["x", truth]"#),
        no("nul byte after", "[1]\u{0}"),
        no("angle bracket", "<"), no("angle null", "<null>"), no("array with bracket start", "["),
        no("open object", "{"), no("close only", "]"), no("brace only", "}"),
        no("mismatched", "[}"), no("mismatched back", #"{"a":1]"#), no("brackets apart", "[1}"),
        no("comment", "[1/**/]"), no("line comment", "[1]//"),
        no("hash comment", "{\"a\":1}#"), no("slash comment open", #"{"a":"b"}/"#),
        no("object comma instead of colon", #"{"x", null}"#),
        no("double colon", #"{"x"::"b"}"#), no("emoji name", "{🇨🇭}"), no("garbage at end", #"{"a":"a" 123}"#),
        no("unquoted name", "{a: \"b\"}"),
        no("missing colon", #"{"a" b}"#), no("missing value in object", #"{"a":"#), no("missing name", #"{:"b"}"#),
        no("number as name", "{1:1}"),
        no("huge number as name", "{9999E9999:1}"), no("null as name", "{null:null}"),
        no("several trailing commas", #"{"id":0,,,,,}"#),
        no("single quotes", "{'a':0}"), no("object trailing comma", #"{"id":0,}"#),
        no("leading object comma", #"{,"a":1}"#),
        no("two commas in object", #"{"a":"b",,"c":"d"}"#), no("unclosed name", #"{"a"#), no("name only", #"{"a"}"#),
        no("double top", "{}{}"),
        no("two arrays", "[][]"), no("two numbers", "1 2"), no("top word", "aå"), no("end of text marker", "[\u{1A}]"),
        no("uppercase null", "[NULL]"),
        no("open string in object", #"{"a":"a"#), no("array of open objects", "[{\"\":[{\"\":["),
        no("unicode identifier", "å"), no("backslash at top", "[\\n]"),
        no("single star", "*"), no("closing object in array", #"["a"}"#), no("function call", "abs(1)"),
        no("ampersand", "[&]"),
    ]

    static let numbers: [ConformanceCase] = [
        yes("number", "[123e65]"), yes("zero e one", "[0e+1]"), yes("zero e", "[0e1]"), yes("after space", "[ 4]"),
        yes("tiny double", "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]"),
        yes("integer with exponent", "[20e1]"), yes("minus zero", "[-0]"), yes("negative integer", "[-123]"),
        yes("capital exponent", "[1E22]"),
        yes("capital negative exponent", "[1E-2]"), yes("capital positive exponent", "[1E+2]"),
        yes("fraction exponent", "[123.456e78]"),
        yes("negative exponent", "[1e-2]"), yes("fraction", "[123.456789]"), yes("zero fraction", "[0.0]"),
        yes("leading zeros in exponent", "[1e007]"),
        yes("seventeen digits and more", "[0.1000000000000000055511151231257827]"),
        no("double minus", "[--1.]"), no("plus one", "[+1]"), no("plus plus", "[++1234]"),
        no("plus infinity", "[+Inf]"), no("minus 01", "[-01]"), no("minus one dot", "[-1.0.]"),
        no("minus two dot", "[-2.]"), no("minus NaN", "[-NaN]"), no("dot minus one", "[.-1]"),
        no("dot two e", "[.2e-3]"), no("zero dot e", "[0.3e]"), no("zero dot e plus", "[0.3e+]"),
        no("zero point e one", "[0.e1]"), no("0e", "[0e]"), no("0e+", "[0e+]"), no("0E", "[0E]"), no("0E+", "[0E+]"),
        no("1.0e", "[1.0e]"), no("1.0e-", "[1.0e-]"), no("1.0e+", "[1.0e+]"),
        no("thousands", "[1 000.0]"), no("1eE2", "[1eE2]"), no("2.e3", "[2.e3]"), no("2.e-3", "[2.e-3]"),
        no("9.e+", "[9.e+]"), no("Inf", "[Inf]"), no("NaN", "[NaN]"), no("Infinity", "[Infinity]"),
        no("minus Infinity", "[-Infinity]"), no("full width digit", "[１]"), no("expression", "[1+2]"),
        no("hexadecimal", "[0x1]"), no("hexadecimal more", "[0x42]"), no("minus foo", "[-foo]"),
        no("minus space", "[- 1]"), no("leading zero", "[012]"), no("double zero", "[00]"),
        no("minus double zero", "[-00]"), no("no integer part", "[.123]"), no("negative without integer", "[-.123]"),
        no("no fraction", "[1.]"),
        no("trailing letter", "[1a]"), no("alpha after minus", "[-1x]"), no("alpha after exponent", "[1.2a-3]"),
        no("garbage digits", "[1.8011670033376514H-308]"), no("suffix", "[123L]"),
        no("lonely minus", "-"), no("lonely fraction start", "1."), no("lonely exponent", "1e"),
        no("invalid byte in integer", Array("[0".utf8) + [0xE5] + Array("]".utf8)),
        no("invalid byte in exponent", Array("[1e1".utf8) + [0xE5] + Array("]".utf8)), no("underscore", "[1_000]"),
        no("comma decimal", "[1,]"), no("dot only", "[.]"),
    ]

    static let strings: [ConformanceCase] = [
        yes("one to three byte escapes", #"["\u0060\u012a\u12AB"]"#), yes("surrogate pair", #"["\uD801\udc37"]"#),
        yes("two pairs", #"["\ud83d\ude39\ud83d\udc8d"]"#),
        yes("all short escapes", #"["\"\\\/\b\f\n\r\t"]"#), yes("backslash and u", #"["\\u0061"]"#),
        yes("double backslash", #"["\\"]"#), yes("backslash a", #"["\\a"]"#),
        yes("escaped control", #"["\u0012"]"#), yes("noncharacter escape", #"["\uFFFF"]"#),
        yes("comment inside", #"["a/*b*/c/*d//e"]"#), yes("last surrogates", #"["\uDBFF\uDFFF"]"#),
        yes("no-break space escape", #"["new\u00A0line"]"#), yes("nul escape", #"["\u0000"]"#),
        yes("escaped quote", #"["\u0022"]"#), yes("simple", #"["asd "]"#), yes("delete", "[\"a\u{7F}a\"]"),
        yes("separators", "[\"\u{2028}\u{2029}\"]"), yes("pi", "[\"π\"]"), yes("U+10FFFF", "[\"\u{10FFFF}\"]"),
        yes("U+FFFF", "[\"\u{FFFF}\"]"), yes("U+1BFFF", "[\"\u{1BFFF}\"]"), yes("clef", "[\"𝄞\"]"),
        yes("combining", "[\"e\u{301}\"]"), yes("escape on word end", #"["1234567\n1234567\n"]"#),
        yes("sixteen", #"["1234567890123456"]"#),
        no("single escape", #"["\"]"#), no("open escape", #"["\"#), no("open u", #"["\u"#), no("1 digit", #"["\u0"]"#),
        no("2 digits", #"["\u00"]"#), no("3 digits", #"["\u00A"]"#), no("bad digit", #"["\u00zz"]"#),
        no("x escape", #"["\x00"]"#), no("a escape", #"["\a"]"#), no("capital U", #"["\U0041"]"#),
        no("octal escape", #"["\012"]"#), no("single quote escape", #"["\'"]"#), no("escaped emoji", "[\"\\🌀\"]"),
        no("escaped tab", "[\"\\\u{9}\"]"), no("raw tab", "[\"\u{9}\"]"), no("raw line feed", "[\"a\nb\"]"),
        no("raw nul", "[\"a\u{0}a\"]"), no("raw 0x1F", "[\"\u{1F}\"]"), no("raw return", "[\"\r\"]"),
        no("incomplete second surrogate", #"["\uD834\uDd"]"#), no("incomplete escape in pair", #"["\uD800\u1x"]"#),
        no("surrogate and bare backslash", #"["\uD800\"]"#), no("unquoted", "[a]"), no("single quoted", "['a']"),
        no("single double quote", "\""),
        no("unquoted with escape", "[\\u0020\"asd\"]"), no("unclosed", "[\"asd]"), no("garbage after", "\"\"x"),
        no("string start", "[\"a"), no("dash in escape", #"["\u-123"]"#), no("space in escape", #"["\u 123"]"#),
        no("plus in escape", #"["\u+123"]"#),
    ]

    static let encodings: [ConformanceCase] = [
        yes("two byte edge", element(0xC2, 0x80)), yes("last two byte", element(0xDF, 0xBF)),
        yes("first three byte", element(0xE0, 0xA0, 0x80)), yes("before surrogates", element(0xED, 0x9F, 0xBF)),
        yes("after surrogates", element(0xEE, 0x80, 0x80)), yes("first four byte", element(0xF0, 0x90, 0x80, 0x80)),
        yes("last four byte", element(0xF4, 0x8F, 0xBF, 0xBF)),
        no("stray continuation", element(0x81)), no("stray BF", element(0xBF)),
        no("overlong slash, two", element(0xC0, 0xAF)), no("overlong C1", element(0xC1, 0xBF)),
        no("overlong, three", element(0xE0, 0x80, 0xAF)), no("overlong edge", element(0xE0, 0x9F, 0xBF)),
        no("overlong, four", element(0xF0, 0x80, 0x80, 0xAF)),
        no("overlong four edge", element(0xF0, 0x8F, 0xBF, 0xBF)),
        no("overlong, six", element(0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF)),
        no("first surrogate", element(0xED, 0xA0, 0x80)), no("last surrogate", element(0xED, 0xBF, 0xBF)),
        no("above U+10FFFF", element(0xF4, 0x90, 0x80, 0x80)), no("F5", element(0xF5, 0x80, 0x80, 0x80)),
        no("FF", element(0xFF)), no("FE", element(0xFE)), no("Latin-1 é", element(0xE9)),
        no("truncated two", element(0xC3)), no("truncated three", element(0xE2, 0x82)),
        no("truncated four", element(0xF0, 0x9F, 0x98)), no("wrong second", element(0xE2, 0x28, 0xA1)),
        no("wrong third", element(0xE2, 0x82, 0x28)), no("wrong fourth", element(0xF0, 0x9F, 0x98, 0x28)),
        no("invalid after escape", Array("[\"\\".utf8) + [0xE5] + Array("\"]".utf8)),
        no("invalid in u escape", Array("[\"\\u".utf8) + [0xE5] + Array("\"]".utf8)),
        no("UTF-16LE", [0x5B, 0, 0x22, 0, 0xE9, 0, 0x22, 0, 0x5D, 0]),
        no("UTF-16LE with mark", [0xFF, 0xFE, 0x5B, 0, 0x5D, 0]),
        no("UTF-16BE", [0, 0x5B, 0, 0x22, 0, 0xE9, 0, 0x22, 0, 0x5D]),
        no("invalid outside a string", [0x5B, 0xFF, 0x5D]),
        no("invalid in name", [0x7B, 0x22, 0xB9, 0x22, 0x3A, 0x30, 0x7D]),
        no("byte order mark", [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]), no("byte order mark alone", [0xEF, 0xBB, 0xBF]),
        no("incomplete mark", [0xEF, 0xBB, 0x7B, 0x7D]),
        no("lone invalid byte", [0xE5]),
    ]

    /// Where RFC 8259 lets implementations decide: number range is unlimited, escaped surrogates may be alone, depth
    /// has a limit.
    static let implementationDefined: [ConformanceCase] = [
        yes(
            "huge exponent",
            "[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999969999999006]"
        ), yes("negative huge exponent", "[-1e+9999]"), yes("overflow", "[1.5e+9999]"),
        yes("underflow", "[123e-10000000]"),
        yes("very big integer", "[100000000000000000000]"),
        yes("very big negative integer", "[-237462374673276894279832749832423479823246327846]"),
        yes("first surrogate alone", #"["\uDADA"]"#), yes("second surrogate alone", #"["\uDFAA"]"#),
        yes("first and plain escape", #"["\uD888\u1234"]"#), yes("first and line feed", #"["\uD800\n"]"#),
        yes("inverted pair", #"["\uDd1e\uD834"]"#), yes("first twice", #"["\uD800\uD800"]"#),
        yes("first and letters", #"["\ud800abc"]"#), yes("lone surrogate as name", #"{"\uDFAA":0}"#),
        yes("256 levels", String(repeating: "[", count: 256) + String(repeating: "]", count: 256)),
        no("257 levels", String(repeating: "[", count: 257) + String(repeating: "]", count: 257)),
        no("500 levels", String(repeating: "[", count: 500) + String(repeating: "]", count: 500)),
        no("100000 open arrays", String(repeating: "[", count: 100_000)),
        no("50000 open objects", String(repeating: "[{\"\":", count: 50_000)),
    ]
}
