import Testing

@testable import JSON

@Suite("Scanner")
struct ScannerTests {
    @Test func reportsMembersInOrder() throws {
        let text = Array(
            #" { "model" : "gpt" , "mod\u0065l":[1, {"a":2}],"n":-1.5e3,"t":true,"z":null,"o":{ } } "#.utf8
        )
        var seen: [String] = []
        try JSONScanner.scanObject(text.span) { member throws(JSONError) in
            let name = String(decoding: text[member.name], as: UTF8.self)
            let value = String(decoding: text[member.value], as: UTF8.self)
            seen.append("\(name)|\(value)|\(member.kind)|\(member.isNamed("model", in: text.span))")
        }
        #expect(
            seen == [
                #"model|"gpt"|string|true"#, #"mod\u0065l|[1, {"a":2}]|array|true"#, "n|-1.5e3|number|false",
                "t|true|boolean|false", "z|null|null|false", "o|{ }|object|false",
            ]
        )
    }

    @Test func reportsNestedPartsInPlace() throws {
        let text = Array(#"{"a":[10,{"b":true}]}"#.utf8)
        var seen: [String] = []
        try JSONScanner.scanArray(text.span, in: 5..<20) { element, kind throws(JSONError) in
            seen.append(String(decoding: text[element], as: UTF8.self))
            guard kind == .object else { return }
            try JSONScanner.scanObject(text.span, in: element) { member throws(JSONError) in
                seen.append(String(decoding: text[member.name], as: UTF8.self))
            }
        }
        #expect(seen == ["10", #"{"b":true}"#, "b"])
        #expect(throws: JSONError(reason: .unexpectedEnd, offset: 20)) {
            try JSONScanner.scanArray(text.span, in: 5..<20) { element, _ throws(JSONError) in
                if element.lowerBound > 6 { throw JSONError(reason: .unexpectedEnd, offset: 20) }
            }
        }
        #expect(throws: JSONError(reason: .unexpectedEnd, offset: 9)) {
            try JSONScanner.scanArray(text.span, in: 5..<9) { _, _ throws(JSONError) in }
        }
        #expect(throws: JSONError(reason: .unexpectedEnd, offset: 21)) {
            try JSONScanner.scanObject(text.span, in: 0..<22) { _ throws(JSONError) in }
        }
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("{", .unexpectedEnd, 1), ("\u{FEFF}{}", .byteOrderMark, 0),
            ("[1,]", .expectedValue, 3),
            ("{1:2}", .expectedName, 1), (#"{"a" 1}"#, .expectedColon, 5), (#"{"a":1 "b"}"#, .expectedCommaOrBrace, 7),
            ("[1 2]", .expectedCommaOrBracket, 3), ("[nule]", .invalidLiteral, 1), ("[nul", .unexpectedEnd, 4),
            ("[-x]", .invalidNumber, 2),
            ("[01]", .invalidNumber, 2), (#"["\x"]"#, .invalidEscape, 3), ("[\"a\n\"]", .controlCharacter, 3),
            ("{} {", .trailingContent, 3),
            ("[[[[[]]]]]", .tooDeep, 4), ("[[[[\"0123456789\"]]]]", .tooLarge, 16),
        ] as [(String, JSONError.Reason, Int)]
    )
    func errorsNameReasonAndPlace(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
        let bytes = Array(text.utf8)
        let limits = JSONLimits(maximumDepth: 4, maximumByteCount: 16)
        #expect(throws: JSONError(reason: reason, offset: offset)) {
            try JSONScanner.validate(bytes.span, limits: limits)
        }
    }

    @Test func topValueMustBeOfTheKindAskedFor() {
        let array = Array(" []".utf8)
        #expect(throws: JSONError(reason: .expectedObject, offset: 1)) {
            try JSONScanner.scanObject(array.span) { _ throws(JSONError) in }
        }
        let object = Array("{}".utf8)
        #expect(throws: JSONError(reason: .expectedArray, offset: 0)) {
            try JSONScanner.scanArray(object.span) { _, _ throws(JSONError) in }
        }
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]
        #expect(throws: JSONError(reason: .byteOrderMark, offset: 0)) {
            try JSONScanner.scanObject(marked.span) { _ throws(JSONError) in }
        }
    }

    @Test(arguments: [(-1, 0), (0, 0), (1, 1), (512, 512), (513, 512), (Int.max, 512)])
    func depthIsLimited(_ maximum: Int, _ reached: Int) {
        let limits = JSONLimits(maximumDepth: maximum)
        let deepest = Array(
            (String(repeating: "[", count: reached) + "1" + String(repeating: "]", count: reached)).utf8
        )
        #expect((try? JSONValue(parsing: deepest.span, limits: limits)) != nil)
        let deeper = Array("[".utf8) + deepest + Array("]".utf8)
        #expect(throws: JSONError(reason: .tooDeep, offset: reached)) {
            try JSONValue(parsing: deeper.span, limits: limits)
        }
    }

    @Test func depthOfMixedContainersIsKeptApart() throws {
        let text = Array((String(repeating: #"[{"a":"#, count: 100) + "1" + String(repeating: "}]", count: 100)).utf8)
        #expect(try JSONScanner.validate(text.span) == .array)
        let swapped = Array(
            (String(repeating: #"[{"a":"#, count: 100) + "1" + String(repeating: "]}", count: 100)).utf8
        )
        #expect(throws: JSONError.self) { try JSONScanner.validate(swapped.span) }
    }

    @Test(
        arguments: [
            (#"{"model":1}"#, true), (#"{"\u006dodel":1}"#, true), (#"{"mode\u006C":1}"#, true),
            (#"{"models":1}"#, false),
            (#"{"mode":1}"#, false), (#"{"Model":1}"#, false), (#"{"\u006d\u006f":1}"#, false),
            (#"{"mod\ud800":1}"#, false),
            (#"{"":1}"#, false),
        ]
    )
    func namesAreComparedDecoded(_ text: String, _ isModel: Bool) throws {
        let bytes = Array(text.utf8)
        var results: [Bool] = []
        try JSONScanner.scanObject(bytes.span) { member throws(JSONError) in
            results.append(member.isNamed("model", in: bytes.span))
        }
        #expect(results == [isModel])
    }

    @Test func positionsAreForPeople() {
        let text = Array("{\n  \"ä€😀\": x\r\n}".utf8)
        let error = #expect(throws: JSONError.self) { try JSONScanner.validate(text.span) }
        #expect(error?.position(in: text.span).line == 2)
        #expect(error?.position(in: text.span).column == 10)
        #expect(error?.description == "invalid JSON at byte 17: a value is expected here")
        #expect(JSONText.position(of: 1000, in: text.span) == (3, 2))
        #expect(JSONText.position(of: -1, in: text.span) == (1, 1))
    }

    @Test func reasonsHaveExplanationsOfTheirOwn() {
        let explanations = JSONError.Reason.allCases.map(\.explanation)
        #expect(Set(explanations).count == explanations.count)
    }
}
