/// One message of an AWS event stream (`application/vnd.amazon.eventstream`).
///
/// Format: AWS, "Amazon Event Stream Specification" of Smithy.
package struct EventStreamMessage: Equatable, Sendable {
    /// The headers in the order they came; their names differ.
    package var headers: [EventStreamHeader]

    /// The payload's bytes.
    package var payload: [UInt8]

    /// A message with the given headers and payload.
    package init(headers: [EventStreamHeader] = [], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// The value of the header with this name, compared exactly; nil without one.
    package func value(ofHeader name: String) -> EventStreamHeader.Value? {
        headers.first { $0.name == name }?.value
    }

    /// The text of the header with this name; nil without one or when it is no string.
    package func text(ofHeader name: String) -> String? {
        guard case .string(let text) = value(ofHeader: name) else { return nil }
        return text
    }
}

/// A header of an ``EventStreamMessage``.
package struct EventStreamHeader: Equatable, Sendable {
    /// A header's value: one of the format's ten types, of which two are the values of `bool`.
    package enum Value: Equatable, Sendable {
        /// True or false, without further bytes.
        case bool(Bool)
        /// A signed 8-bit number.
        case byte(Int8)
        /// A signed 16-bit number.
        case short(Int16)
        /// A signed 32-bit number.
        case int(Int32)
        /// A signed 64-bit number.
        case long(Int64)
        /// Up to 32767 bytes.
        case bytes([UInt8])
        /// Up to 32767 bytes of UTF-8.
        case string(String)
        /// A point in time in milliseconds since 1970-01-01 00:00 UTC.
        case timestamp(milliseconds: Int64)
        /// Sixteen bytes, as the two halves of one big-endian number.
        case uuid(high: UInt64, low: UInt64)
    }

    /// The name: 1 to 255 bytes of UTF-8.
    package var name: String

    /// The value.
    package var value: Value

    /// A header with the given name and value.
    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

extension EventStreamHeader.Value {
    /// The type bytes that introduce a value.
    enum TypeByte {
        static let boolTrue: UInt8 = 0
        static let boolFalse: UInt8 = 1
        static let byte: UInt8 = 2
        static let short: UInt8 = 3
        static let int: UInt8 = 4
        static let long: UInt8 = 5
        static let bytes: UInt8 = 6
        static let string: UInt8 = 7
        static let timestamp: UInt8 = 8
        static let uuid: UInt8 = 9
    }
}
