import Testing

@testable import JSON

@Suite("Values")
struct ValueTests {
    static func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: text.utf8.span) }

    @Test(
        arguments: [
            ("1e400", nil, nil), ("-1e400", nil, nil), ("18446744073709551616", nil, 0x1p64),
            ("1.0", nil, 1), ("1E2", nil, 100), ("-0", 0, 0),
            ("9223372036854775807", .max, 0x1p63), ("0.1", nil, 0.1), ("1e-400", nil, 0),
        ] as [(String, Int?, Double?)]
    )
    func numbersKeepTheirSpelling(_ text: String, _ integer: Int?, _ double: Double?) throws {
        let value = try Self.parse("[\(text)]")
        #expect(value[0]?.integer == integer)
        #expect(value[0]?.double == double)
        #expect(String(decoding: JSONWriter().write(value), as: UTF8.self) == "[\(text)]")
        #expect(JSONNumber(spelling: text)?.spelling == text)
    }

    @Test(arguments: ["", " 1", "1 ", "01", "\"1\"", "NaN", "[1]"])
    func whatIsNoNumberIsRefused(_ text: String) {
        #expect(JSONNumber(spelling: text) == nil)
    }

    @Test func doublesWithoutSpellingAreRefused() {
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(1e300)?.double == 1e300)
    }

    @Test(arguments: [#""\ud800""#, #""\u0061\/""#, #""é""#, #""plain""#, #""\udc00\ud800 x""#])
    func stringsKeepTheirSpelling(_ text: String) throws {
        let value = try Self.parse(text)
        #expect(String(decoding: JSONWriter().write(value), as: UTF8.self) == text)
        #expect(value.string == JSONText.string(text.utf8.span, 0..<text.utf8.count))
    }

    @Test func equalityIsOfSpelling() throws {
        #expect(try Self.parse("1") != Self.parse("1.0"))
        #expect(try Self.parse(#""a""#) != Self.parse(#""\u0061""#))
        #expect(try Self.parse("\"e\u{301}\"") != Self.parse("\"\u{E9}\""))
        #expect(try Self.parse(#"{"a":1,"b":2}"#) != Self.parse(#"{"b":2,"a":1}"#))
        #expect(try Self.parse(#" { "a" : [ 1 , null , true , "x" ] } "#) == ["a": [1, nil, true, "x"]])
    }

    @Test func objectsKeepOrderAndDuplicates() throws {
        let value = try Self.parse(#"{"b":1,"a":2,"\u0062":3,"c":4}"#)
        var object = try #require(value.object)
        #expect(object.count == 4)
        #expect(object["b"] == 3)
        #expect(object["e\u{301}"] == nil)
        object["a"] = "new"
        object.set("b", to: 5)
        object.append("c", 6)
        object["z"] = nil
        object["d"] = .string("later")
        let expected: JSONObject = ["a": "new", "b": 5, "c": 4, "c": 6, "d": "later"]
        #expect(object == expected.renamed("b", #"\u0062"#))
        #expect(object.remove("c") == 6)
        #expect(object.remove("c") == nil)
        object["a"] = nil
        #expect(object.members.map(\.name.value) == ["b", "d"])
    }

    @Test func accessorsOfOtherKindsAreNil() throws {
        let values: [JSONValue] = [nil, true, 1, 1.5, "x", [], [:]]
        #expect(values.map(\.kind) == [.null, .boolean, .number, .number, .string, .array, .object])
        #expect(values.compactMap(\.boolean) == [true])
        #expect(values.compactMap(\.integer) == [1])
        #expect(values.compactMap(\.double) == [1, 1.5])
        #expect(values.compactMap(\.string) == ["x"])
        #expect(values.compactMap(\.array) == [[]])
        #expect(values.compactMap(\.object) == [[:]])
        #expect(values.allSatisfy { $0[0] == nil && $0["x"] == nil && $0[-1] == nil })
    }

    @Test func prettyTextIsIndented() {
        let value: JSONValue = ["a": [1, [], [:]], "b": ["c": "d"]]
        let text = String(decoding: JSONWriter(style: .pretty).write(value), as: UTF8.self)
        #expect(text == "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"b\": {\n    \"c\": \"d\"\n  }\n}")
    }

    @Test(
        arguments: [
            ([], nil, 1), ([.name("list")], 3, 10), ([.name("list"), .index(1)], nil, 15),
            ([.name("list"), .index(1), .name("x")], 16, 20), ([.name("twice")], 36, 49),
            ([.index(1)], 25, 33),
        ] as [([JSONPath.Step], Int?, Int)]
    )
    func pathsLeadToOffsets(_ steps: [JSONPath.Step], _ name: Int?, _ value: Int) {
        let text = #" { "list":[10, {"x":1}], "twice":1, "tw\u0069ce":2 }"#
        let found = JSONPath(steps).locate(in: text.utf8.span)
        #expect(found?.name == name)
        #expect(found?.value == value)
    }

    @Test(
        arguments: [
            [.name("no")], [.name("list"), .index(2)], [.name("list"), .name("x")],
            [.name("list"), .index(0), .index(0)],
        ] as [[JSONPath.Step]]
    )
    func pathsToNothingAreNil(_ steps: [JSONPath.Step]) {
        let text = #"{"list":[10,11]}"#
        #expect(JSONPath(steps).locate(in: text.utf8.span) == nil)
    }

    @Test func pathsReadWell() {
        #expect(JSONPath().description == "$")
        #expect(JSONPath([.name("a"), .index(2)]).appending(.name("b")).description == "a[2].b")
    }
}

extension JSONObject {
    /// The object with the spelling of a name changed.
    fileprivate func renamed(_ name: String, _ spelling: String) -> JSONObject {
        JSONObject(
            members.map {
                $0.name.value == name
                    ? Member(name: JSONString(valid: spelling, hasEscapes: true), value: $0.value) : $0
            }
        )
    }
}
