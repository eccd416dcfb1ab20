import NIOCore

@testable import Transport

/// What a parser made of some bytes, as text lines that two runs can be compared by. Body parts that follow each other
/// are joined, so the lines do not depend on where the reads cut the bytes.
struct HTTPTranscript: Equatable, CustomStringConvertible {
    private(set) var lines: [String] = []
    private var body: [UInt8] = []

    var description: String { lines.joined(separator: " | ") }

    static func ofRequests(_ pieces: [[UInt8]], limits: HTTPParserLimits = HTTPParserLimits()) -> HTTPTranscript {
        var transcript = HTTPTranscript()
        var parser = HTTPRequestParser(limits: limits)
        var buffer = ByteBuffer()
        do {
            for piece in pieces {
                buffer.writeBytes(piece)
                while let event = try parser.next(&buffer) { transcript.add(event, head: describe) }
                buffer.discardReadBytes()
            }
            transcript.add(parser.isIdle ? "idle" : "unfinished")
        } catch {
            transcript.add("error \(error.reason)")
        }
        return transcript
    }

    /// `toHead` has one element per awaited response: whether it answers a HEAD request.
    static func ofResponses(
        _ pieces: [[UInt8]],
        toHead: [Bool] = [false],
        limits: HTTPParserLimits = HTTPParserLimits()
    ) -> HTTPTranscript {
        var transcript = HTTPTranscript()
        var parser = HTTPResponseParser(limits: limits)
        var buffer = ByteBuffer()
        var awaited = toHead[...]
        if let first = awaited.popFirst() { parser.expectResponse(toHead: first) }
        do {
            for piece in pieces {
                buffer.writeBytes(piece)
                while let event = try parser.next(&buffer) {
                    transcript.add(event, head: describe)
                    if case .end = event, let next = awaited.popFirst() { parser.expectResponse(toHead: next) }
                }
                buffer.discardReadBytes()
            }
            if let event = try parser.finish() { transcript.add(event, head: describe) }
            transcript.add("closed")
        } catch {
            transcript.add("error \(error.reason)")
        }
        return transcript
    }

    private mutating func add<Head>(_ event: HTTPEvent<Head>, head describe: (Head) -> String) {
        switch event {
        case .head(let head): add(describe(head))
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end: add("end")
        }
    }

    private mutating func add(_ line: String) {
        if !body.isEmpty {
            lines.append("body " + String(decoding: body, as: UTF8.self))
            body = []
        }
        lines.append(line)
    }

    private static func describe(_ head: HTTPRequestHead) -> String {
        var text = "\(head.method.name) \(String(buffer: head.path))"
        if let query = head.query { text += " ?\(String(buffer: query))" }
        text += " 1.\(head.minorVersion) \(head.framing)"
        if head.keepAlive { text += " keep" }
        if head.expectsContinue { text += " expects" }
        return text + describe(head.fields)
    }

    private static func describe(_ head: HTTPResponseHead) -> String {
        "\(head.status) 1.\(head.minorVersion) \(head.framing)" + (head.keepAlive ? " keep" : "")
            + describe(head.fields)
    }

    private static func describe(_ fields: HTTPFields) -> String {
        var text = ""
        fields.forEach { name, value in
            text += " [\(String(bytes: name)): \(String(bytes: value))]"
        }
        return text
    }
}

extension String {
    init(bytes: Span<UInt8>) {
        self.init(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
