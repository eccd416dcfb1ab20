/// Writes messages of an AWS event stream.
///
/// Format: AWS, "Amazon Event Stream Specification" of Smithy.
package enum EventStreamEncoder {
    /// Appends `message` to `output`, which stays as it was when this throws.
    ///
    /// - Throws: ``EventStreamError`` when the message breaks the limits or one of its headers the format.
    package static func append(
        _ message: EventStreamMessage,
        to output: inout [UInt8],
        limits: EventStreamLimits = EventStreamLimits()
    ) throws(EventStreamError) {
        let headers = try encodedHeaders(of: message, limits: limits)
        let fixedByteCount = EventStreamLayout.preludeByteCount + EventStreamLayout.checksumByteCount
        let total = fixedByteCount + headers.count + message.payload.count
        guard total <= limits.messageByteCount, let statedTotal = UInt32(exactly: total),
            let statedHeaders = UInt32(exactly: headers.count)
        else {
            throw .messageTooLarge(byteCount: total, limit: min(limits.messageByteCount, Int(UInt32.max)))
        }
        let start = output.count
        output.append(bigEndian: statedTotal)
        output.append(bigEndian: statedHeaders)
        output.append(bigEndian: CRC32.checksum(of: output.span.extracting(start..<output.count)))
        output.append(contentsOf: headers)
        output.append(contentsOf: message.payload)
        output.append(bigEndian: CRC32.checksum(of: output.span.extracting(start..<output.count)))
    }

    private static func encodedHeaders(
        of message: EventStreamMessage,
        limits: EventStreamLimits
    ) throws(EventStreamError) -> [UInt8] {
        guard message.headers.count <= limits.headerCount else { throw .tooManyHeaders(limit: limits.headerCount) }
        var encoded: [UInt8] = []
        for (index, header) in message.headers.enumerated() {
            guard !message.headers.prefix(index).contains(where: { $0.hasSameName(as: header.name) }) else {
                throw .malformedHeader(.duplicateName)
            }
            try append(header, to: &encoded)
        }
        guard encoded.count <= limits.headersByteCount else {
            throw .headersTooLarge(byteCount: encoded.count, limit: limits.headersByteCount)
        }
        return encoded
    }

    private static func append(_ header: EventStreamHeader, to output: inout [UInt8]) throws(EventStreamError) {
        guard !header.name.isEmpty else { throw .malformedHeader(.emptyName) }
        guard let nameByteCount = UInt8(exactly: header.name.utf8.count) else {
            throw .malformedHeader(.nameTooLong)
        }
        output.append(nameByteCount)
        output.append(contentsOf: header.name.utf8)
        try append(header.value, to: &output)
    }

    private static func append(_ value: EventStreamHeader.Value, to output: inout [UInt8]) throws(EventStreamError) {
        typealias TypeByte = EventStreamHeader.Value.TypeByte
        switch value {
        case .bool(let bool): output.append(bool ? TypeByte.boolTrue : TypeByte.boolFalse)
        case .byte(let number): output.append(typed: TypeByte.byte, number)
        case .short(let number): output.append(typed: TypeByte.short, number)
        case .int(let number): output.append(typed: TypeByte.int, number)
        case .long(let number): output.append(typed: TypeByte.long, number)
        case .bytes(let bytes): try append(type: TypeByte.bytes, bytes, to: &output)
        case .string(let text): try append(type: TypeByte.string, text.utf8, to: &output)
        case .timestamp(let milliseconds): output.append(typed: TypeByte.timestamp, milliseconds)
        case .uuid(let high, let low):
            output.append(typed: TypeByte.uuid, high)
            output.append(bigEndian: low)
        }
    }

    private static func append(
        type: UInt8,
        _ content: some Collection<UInt8>,
        to output: inout [UInt8]
    ) throws(EventStreamError) {
        guard content.count <= EventStreamLayout.maximumValueByteCount, let byteCount = UInt16(exactly: content.count)
        else {
            throw .malformedHeader(.valueTooLong)
        }
        output.append(typed: type, byteCount)
        output.append(contentsOf: content)
    }
}

extension [UInt8] {
    fileprivate mutating func append(typed type: UInt8, _ number: some FixedWidthInteger) {
        append(type)
        append(bigEndian: number)
    }

    fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
