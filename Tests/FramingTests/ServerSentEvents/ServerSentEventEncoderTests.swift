import Framing
import TestSupport
import Testing

@Suite struct ServerSentEventEncoderTests {
    @Test(arguments: [
        (ServerSentEvent(data: Array("a".utf8)), "data: a\n\n"),
        (ServerSentEvent(event: "", data: []), "data: \n\n"),
        (
            ServerSentEvent(event: "e", data: Array("a\nb\r\nc\rd".utf8)),
            "event: e\ndata: a\ndata: b\ndata: c\ndata: d\n\n"
        ),
        (ServerSentEvent(data: Array("\r\n\n".utf8)), "data: \ndata: \ndata: \n\n"),
        (ServerSentEvent(data: [], id: "", retry: 0), "id: \nretry: 0\ndata: \n\n"),
        (ServerSentEvent(data: [], retry: -1), "data: \n\n"),
        (ServerSentEvent(event: "e\ndata: x\r\n\r\n", data: []), "event: edata: x\ndata: \n\n"),
        (ServerSentEvent(event: "\r\n", data: [], id: "1\n\r\0\n2"), "id: 12\nevent: \ndata: \n\n"),
    ]) func writesAnEvent(event: ServerSentEvent, expected: String) {
        var output = Array("before".utf8)
        ServerSentEventEncoder.append(event, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "before" + expected)
    }

    @Test func writesACommentThatReadersPassOver() {
        var output: [UInt8] = []
        ServerSentEventEncoder.append(comment: "still\n\ndata: here", to: &output)
        #expect(String(decoding: output, as: UTF8.self) == ": stilldata: here\n\n")
        #expect(DecodedStream(parts: [output]) == DecodedStream(events: []))
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func decodesToWhatWasEncoded(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var output: [UInt8] = []
        var expected: [ServerSentEvent] = []
        for _ in 0..<8 {
            let event = randomEvent(using: &generator)
            ServerSentEventEncoder.append(event, to: &output)
            // The ID in force is the last one that was set.
            let id = event.id ?? expected.last?.id
            expected.append(ServerSentEvent(event: event.event, data: event.data, id: id, retry: event.retry))
        }
        let cut = Int.random(in: 0...output.count, using: &generator)
        let parts = [Array(output[..<cut]), Array(output[cut...])]
        #expect(DecodedStream(parts: parts) == DecodedStream(events: expected))
    }

    private func randomEvent(using generator: inout SeededGenerator) -> ServerSentEvent {
        let names = ["message", "tick", " spaced", "a: b", "na\u{EF}ve", ":", "data"]
        let ids: [String?] = [nil, nil, "", "7", " x", "\u{1F600}"]
        let alphabet: [UInt8] = [0x00, 0x09, 0x0A, 0x0A, 0x20, 0x3A, 0x61, 0x64, 0x7F, 0xC3, 0xEF, 0xFF]
        let data = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator) ?? 0
        }
        return ServerSentEvent(
            event: names.randomElement(using: &generator) ?? "",
            data: data,
            id: ids.randomElement(using: &generator) ?? nil,
            retry: Bool.random(using: &generator) ? Int.random(in: 0...Int.max, using: &generator) : nil
        )
    }
}
