import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Random chat requests")
struct RandomSpliceTests {
    /// Makes objects with members in any order, odd white space, odd spellings and strange neighbours.
    struct Author {
        var random: SeededGenerator

        mutating func space() -> String {
            (0..<Int.random(in: 0...2, using: &random)).map { _ in
                [" ", "\n", "\t", "\r"].randomElement(using: &random) ?? ""
            }
            .joined()
        }

        mutating func value(depth: Int = 0) -> String {
            let simple = [
                "null", "true", "false", "0", "-0", "1.50", "1e2", "1E-02", "123456789012345678901234567890", #""""#,
                #""text""#, #""\u0041\n\\\"""#, #""é😀""#, #""{\"model\":1}""#, "[]", "{}",
            ]
            guard depth < 3, Int.random(in: 0..<4, using: &random) == 0 else {
                return simple.randomElement(using: &random) ?? "null"
            }
            let count = Int.random(in: 1...3, using: &random)
            if Bool.random(using: &random) {
                return "[" + (0..<count).map { _ in space() + value(depth: depth + 1) + space() }.joined(separator: ",")
                    + "]"
            }
            let names = ["model", "stream", "stream_options", "fallbacks", "include_usage", "x"]
            let members = (0..<count).map { _ in
                "\"\(names.randomElement(using: &random) ?? "x")\"\(space()):\(space())\(value(depth: depth + 1))"
            }
            return "{" + members.joined(separator: "\(space()),\(space())") + "}"
        }

        mutating func body() -> String {
            var members: [(String, String)] = [
                (#""model""#, [#""p/m""#, #""m""#, #""p\/m""#, #""\u0070/m""#].randomElement(using: &random) ?? "")
            ]
            if Bool.random(using: &random) {
                members.append((#""stream""#, ["true", "true", "false", "null"].randomElement(using: &random) ?? ""))
            }
            if Bool.random(using: &random) {
                let options = [
                    "null", "{}", "{ }", #"{"include_usage":true}"#, #"{"include_usage":false}"#,
                    #"{"x":[1],"include_usage":null}"#, #"{"x":{"include_usage":true}}"#,
                ]
                members.append((#""stream_options""#, options.randomElement(using: &random) ?? ""))
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                members.append((#""fallbacks""#, value()))
            }
            for number in 0..<Int.random(in: 0...4, using: &random) {
                members.append(("\"other\(number)\"", value()))
            }
            members.shuffle(using: &random)
            let text = members.map { "\(space())\($0)\(space()):\(space())\($1)\(space())" }.joined(separator: ",")
            return "\(space()){\(text)}\(space())"
        }
    }

    /// What must come out, by way of a tree.
    private func expectation(_ body: JSONValue) -> JSONValue? {
        guard var object = body.object else { return nil }
        object.remove("fallbacks")
        object.set("model", to: .string("m"))
        guard object["stream"]?.boolean == true else { return .object(object) }
        guard var options = object["stream_options"]?.object else {
            object.set("stream_options", to: ["include_usage": true])
            return .object(object)
        }
        if options["include_usage"] != nil {
            options.set("include_usage", to: true)
        } else {
            options = JSONObject([.init(name: "include_usage", value: true)] + options.members)
        }
        object.set("stream_options", to: .object(options))
        return .object(object)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func onlyWhatMustDiffersDoes(_ seed: UInt64) throws {
        var author = Author(random: SeededGenerator(seed: seed))
        for _ in 0..<200 {
            let body = author.body()
            let source = bytes(body)
            let request = try CallerRequest(source.span)
            let result = request.splice(of: source.span, model: "m").applied(to: source.span)
            let expected = try #require(expectation(try JSONValue(parsing: source.span)))
            #expect(try JSONValue(parsing: result.span) == expected, "\(body)")
        }
    }
}
