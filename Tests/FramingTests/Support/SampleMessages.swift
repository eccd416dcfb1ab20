import Framing
import Testing

/// A frame whose bytes and checksums were computed apart from this package, and the message it holds.
struct SampleMessage: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var message: EventStreamMessage

    static let all = [empty, chunk, everyType]

    static let empty = SampleMessage(
        testDescription: "empty",
        bytes: [UInt8](hex: "000000100000000005c248eb7d98c8ff"),
        message: EventStreamMessage()
    )

    static let chunk = SampleMessage(
        testDescription: "chunk",
        bytes: [UInt8](
            hex: "000000470000002a544a92e60b3a6576656e742d747970650700056368756e6b0d3a6d6573736167652d74797065"
                + "0700056576656e747b2270223a2248656c6c6f227d212c1a6c"
        ),
        message: EventStreamMessage(
            headers: [
                EventStreamHeader(name: ":event-type", value: .string("chunk")),
                EventStreamHeader(name: ":message-type", value: .string("event")),
            ],
            payload: Array(#"{"p":"Hello"}"#.utf8)
        )
    )

    static let everyType = SampleMessage(
        testDescription: "every type",
        bytes: [UInt8](
            hex: "000000810000006e43ae0a140379657300026e6f01046279746502fe0573686f727403fed403696e7404fffeee90"
                + "046c6f6e6705ffffff0000000000056279746573060003ff000104746578740700066e61c3af766504"
                + "74696d65080000018bcfe5687b047575696409000102030405060708090a0b0c0d0e0f0001fe3dbf4325"
        ),
        message: EventStreamMessage(
            headers: [
                EventStreamHeader(name: "yes", value: .bool(true)),
                EventStreamHeader(name: "no", value: .bool(false)),
                EventStreamHeader(name: "byte", value: .byte(-2)),
                EventStreamHeader(name: "short", value: .short(-300)),
                EventStreamHeader(name: "int", value: .int(-70000)),
                EventStreamHeader(name: "long", value: .long(-1_099_511_627_776)),
                EventStreamHeader(name: "bytes", value: .bytes([0xFF, 0x00, 0x01])),
                EventStreamHeader(name: "text", value: .string("na\u{EF}ve")),
                EventStreamHeader(name: "time", value: .timestamp(milliseconds: 1_700_000_000_123)),
                EventStreamHeader(name: "uuid", value: .uuid(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)),
            ],
            payload: [0x00, 0x01, 0xFE]
        )
    )
}
