import Foundation
import Testing

@testable import JSON

@Suite("Recorded exchanges")
struct FixtureTests {
    static let directory = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"]

    static let files: [URL] = {
        guard let directory else { return [] }
        let all = FileManager.default.enumerator(at: URL(filePath: directory), includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }()

    /// How many bytes may be scanned for the cuts of one file; set MARTLET_EXHAUSTIVE to cut every file at every byte.
    static let budget = ProcessInfo.processInfo.environment["MARTLET_EXHAUSTIVE"] == nil ? 160 * 1024 : Int.max / 2

    /// The file and the texts inside it that are JSON themselves.
    static func texts(in file: URL) throws -> [[UInt8]] {
        let bytes = [UInt8](try Data(contentsOf: file))
        let value = try JSONValue(parsing: bytes.span)
        var texts = [bytes]
        if let request = value["request"]?["body"] { texts.append(JSONWriter().write(request)) }
        if let response = value["response"]?["body"]?.string {
            let isJSON = response.utf8.first.map { [UInt8(ascii: "{"), UInt8(ascii: "[")].contains($0) } ?? false
            if isJSON, !response.contains("\n{") { texts.append(Array(response.utf8)) }
        }
        return texts
    }

    @Test(.enabled(if: directory != nil, "MARTLET_FIXTURES names no directory with recorded exchanges"))
    func everyFileIsReadAndWritten() throws {
        #expect(!Self.files.isEmpty)
        for file in Self.files {
            for text in try Self.texts(in: file) {
                let value = try JSONValue(parsing: text.span)
                #expect(try JSONScanner.validate(text.span) == value.kind, "\(file.lastPathComponent)")
                let written = JSONWriter().write(value)
                #expect(try JSONValue(parsing: written.span) == value, "\(file.lastPathComponent)")
            }
        }
    }

    @Test(.enabled(if: directory != nil, "MARTLET_FIXTURES names no directory with recorded exchanges"))
    func everyCutIsAnError() throws {
        for file in Self.files {
            let bytes = [UInt8](try Data(contentsOf: file))
            // Without its closing brace the text is never complete; cuts after that only lose white space.
            let count = JSONText.trimmedRange(bytes.span).upperBound
            // The cuts of n bytes at m places cost n * m / 2.
            let places = min(count, max(8, Self.budget * 2 / max(1, count)))
            for number in 0..<places {
                let cut = places == count ? number : number * count / places
                let prefix = bytes.span.extracting(0..<cut)
                let verdict = Result { () throws(JSONError) in try JSONScanner.validate(prefix) }
                guard case .failure(let error) = verdict, error.offset == cut, error.reason == .unexpectedEnd else {
                    Issue.record("\(file.lastPathComponent) cut at \(cut): \(verdict)")
                    continue
                }
            }
        }
    }
}
