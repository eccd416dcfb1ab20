import Testing

@testable import JSON

@Suite("Conformance")
struct ConformanceTests {
    @Test(arguments: ConformanceCase.all)
    func verdict(_ example: ConformanceCase) {
        let span = example.bytes.span
        #expect(((try? JSONScanner.validate(span)) != nil) == example.isAccepted)
        #expect(((try? JSONValue(parsing: span)) != nil) == example.isAccepted)
        let first = example.bytes.first { $0 > 0x20 }
        let isObject = (try? JSONScanner.scanObject(span) { _ throws(JSONError) in }) != nil
        #expect(isObject == (example.isAccepted && first == UInt8(ascii: "{")))
        let isArray = (try? JSONScanner.scanArray(span) { _, _ throws(JSONError) in }) != nil
        #expect(isArray == (example.isAccepted && first == UInt8(ascii: "[")))
    }

    @Test func namesAreUnique() {
        let names = ConformanceCase.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    /// A mistake at any place relative to the words of eight bytes must be seen.
    @Test(arguments: [0x00, 0x1F, 0x0A, 0x80, 0xFF] as [UInt8])
    func wrongByteAtAnyPlace(_ wrong: UInt8) throws {
        for count in 1...40 {
            for place in 0..<count {
                var text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                text[place] = wrong
                let bytes = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
                let error = #expect(throws: JSONError.self) { try JSONScanner.validate(bytes.span) }
                #expect(error?.offset == place + 1)
            }
        }
    }

    @Test func quotationMarkAtAnyPlace() throws {
        for count in 0...40 {
            let bytes = Array("[\"\(String(repeating: "~", count: count))\",\"\\\\\\\"\"]".utf8)
            var ranges: [Range<Int>] = []
            try JSONScanner.scanArray(bytes.span) { range, _ throws(JSONError) in ranges.append(range) }
            #expect(ranges == [1..<count + 3, count + 4..<count + 10])
        }
    }

    @Test(arguments: ConformanceCase.all)
    func referenceAgrees(_ example: ConformanceCase) {
        #expect(ReferenceValidator.accepts(example.bytes) == example.isAccepted)
    }
}
