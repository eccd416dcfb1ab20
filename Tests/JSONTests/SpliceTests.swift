import Testing

@testable import JSON

@Suite("Splice")
struct SpliceTests {
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func editsInAnyOrderKeepOtherBytes() throws {
        let source = Array("0123456789".utf8)
        var splice = JSONSplice()
        #expect(splice.isEmpty)
        #expect(splice.applied(to: source.span) == source)
        try splice.insert(Array("end".utf8), at: 10)
        try splice.replace(4..<6, with: Array("ab".utf8))
        try splice.remove(6..<7)
        try splice.insert(Array("x".utf8), at: 4)
        try splice.insert(Array("y".utf8), at: 4)
        try splice.insert(Array("^".utf8), at: 0)
        #expect(Self.text(splice.applied(to: source.span)) == "^0123xyab789end")
        #expect(splice.resultCount(sourceCount: 10) == 15)
        var pieces: [JSONSplice.Piece] = []
        splice.forEachPiece(sourceCount: 10) { pieces.append($0) }
        #expect(
            pieces == [
                .replacement(Array("^".utf8)), .source(0..<4), .replacement(Array("x".utf8)),
                .replacement(Array("y".utf8)),
                .replacement(Array("ab".utf8)), .source(7..<10), .replacement(Array("end".utf8)),
            ]
        )
    }

    @Test(arguments: [2..<5, 0..<3, 4..<8, 3..<4, 0..<9, 3..<3, 4..<4])
    func editsOfTheSameBytesConflict(_ range: Range<Int>) throws {
        var splice = JSONSplice()
        try splice.replace(2..<5, with: [1])
        try splice.insert([7], at: 5)
        try splice.insert([7], at: 2)
        let before = splice
        #expect(throws: JSONSplice.Conflict.self) { try splice.replace(range, with: [2]) }
        #expect(splice == before)
    }

    @Test func editsBeyondTheSourceAreCutOff() throws {
        var splice = JSONSplice()
        try splice.remove(8..<20)
        try splice.replace(-3..<1, with: Array("<".utf8))
        try splice.insert(Array(">".utf8), at: 30)
        let digits = Array("0123456789".utf8)
        let nothing: [UInt8] = []
        #expect(Self.text(splice.applied(to: digits.span)) == "<1234567>")
        #expect(Self.text(splice.applied(to: nothing.span)) == "<>")
    }

    @Test(
        arguments: [
            "{}", " { } ", #"{"a":1}"#, #"{"a":1,"b":2}"#,
            "\n{ \"a\" : 1 ,\n \"b\":[1,2] , \"c\" : {\"d\":2} ,\"e\":\"x\"\n}\n",
        ],
        [[], ["n"], ["n", "m\"m"]]
    )
    func anyMembersCanGoAndCome(_ source: String, _ additions: [String]) throws {
        let bytes = Array(source.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span) { member throws(JSONError) in members.append(member) }
        let original = try #require(JSONValue(parsing: bytes.span).object)
        for selection in 0..<(1 << members.count) {
            let kept = members.indices.filter { selection & (1 << $0) == 0 }
            var splice = JSONSplice()
            // A new value for a member that stays must get along with everything around it.
            if let last = kept.last { try splice.replaceValue(of: members[last], with: Array("99".utf8)) }
            try splice.editMembers(
                members,
                of: JSONText.trimmedRange(bytes.span),
                adding: additions.map { .init(name: $0, value: Array("7".utf8)) }
            ) { member in members.firstIndex(of: member).map { !kept.contains($0) } ?? false }
            var expected = JSONObject(kept.map { original.members[$0] })
            if let last = expected.members.indices.last { expected.members[last].value = 99 }
            for name in additions { expected.append(name, 7) }
            let result = splice.applied(to: bytes.span)
            #expect(splice.resultCount(sourceCount: bytes.count) == result.count)
            #expect(try JSONValue(parsing: result.span) == .object(expected), "\(Self.text(result))")
        }
    }

    @Test func removalTakesOneCommaAndItsSpace() throws {
        let bytes = Array(#"{ "a": 1, "b": 2,  "c": 3 }"#.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span) { member throws(JSONError) in members.append(member) }
        let results = try members.map { removed in
            var splice = JSONSplice()
            try splice.editMembers(members, of: 0..<bytes.count) { $0 == removed }
            return Self.text(splice.applied(to: bytes.span))
        }
        #expect(results == [#"{ "b": 2,  "c": 3 }"#, #"{ "a": 1,  "c": 3 }"#, #"{ "a": 1, "b": 2 }"#])
    }
}
