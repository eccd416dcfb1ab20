import TestSupport
import Testing

@testable import JSON

@Suite("Round trips")
struct RoundTripTests {
    static func randomValue(_ generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0...(depth > 4 ? 3 : 6), using: &generator) {
        case 0: return [nil, true, false].randomElement(using: &generator) ?? nil
        case 1:
            return .number(
                JSONNumber(
                    Int.random(in: .min ... .max, using: &generator) >> Int.random(in: 0...63, using: &generator)
                )
            )
        case 2:
            let bits = Double(bitPattern: .random(in: 0...(.max), using: &generator))
            return JSONNumber(bits).map(JSONValue.number) ?? nil
        case 3: return .string(JSONString(randomText(&generator)))
        case 4:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in randomValue(&generator, depth: depth + 1) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                object.append(randomText(&generator), randomValue(&generator, depth: depth + 1))
            }
            return .object(object)
        }
    }

    static func randomText(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            let limit: UInt32 = [0x20, 0x80, 0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }

    @Test(arguments: 0..<8 as Range<UInt64>, [JSONWriter.Style.compact, .pretty])
    func writtenValuesReadTheSame(seed: UInt64, style: JSONWriter.Style) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Self.randomValue(&generator)
            let text = JSONWriter(style: style).write(value)
            #expect(ReferenceValidator.accepts(text))
            let parsed = try JSONValue(parsing: text.span)
            #expect(parsed == value)
            #expect(JSONWriter(style: style).write(parsed) == text)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func stringsAreQuotedAndReadBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = Self.randomText(&generator)
            let quoted = JSONText.quoted(text)
            #expect(JSONText.string(quoted.span, 0..<quoted.count).map { Array($0.utf8) } == Array(text.utf8))
            #expect(try JSONValue(parsing: quoted.span) == .string(JSONString(text)))
            var lazily: [UInt8] = []
            JSONText.appendQuoted(text.utf8.lazy.map { $0 }, to: &lazily)
            #expect(lazily == quoted)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func mutationsAreJudgedAlike(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\u0aeE+-. \n1tfn".utf8) + [0xC3, 0xA9, 0xED, 0x80, 0x00]
        var verdicts: Set<Bool> = []
        for _ in 0..<300 {
            var text = JSONWriter(style: .compact).write(Self.randomValue(&generator))
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0...text.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...2, using: &generator) {
                case 0: text.insert(byte, at: place)
                case 1: if place < text.count { text[place] = byte }
                default: if place < text.count { text.remove(at: place) }
                }
            }
            let verdict = ReferenceValidator.accepts(text)
            verdicts.insert(verdict)
            #expect(((try? JSONScanner.validate(text.span)) != nil) == verdict, "\(text)")
            #expect(((try? JSONValue(parsing: text.span)) != nil) == verdict, "\(text)")
        }
        #expect(verdicts == [true, false])
    }
}
