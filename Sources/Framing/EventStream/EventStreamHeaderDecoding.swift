extension EventStreamHeader {
    /// Reads the headers at `range` of `bytes`.
    static func decodeAll(
        in bytes: Span<UInt8>,
        range: Range<Int>,
        maximumCount: Int
    ) throws(EventStreamError) -> [EventStreamHeader] {
        var reader = EventStreamByteReader(range)
        var headers: [EventStreamHeader] = []
        while !reader.isAtEnd {
            guard headers.count < maximumCount else { throw .tooManyHeaders(limit: maximumCount) }
            let nameByteCount = Int(try reader.number(UInt8.self, in: bytes))
            guard nameByteCount > 0 else { throw .malformedHeader(.emptyName) }
            let name = try reader.text(byteCount: nameByteCount, in: bytes)
            guard !headers.contains(where: { $0.hasSameName(as: name) }) else {
                throw .malformedHeader(.duplicateName)
            }
            headers.append(EventStreamHeader(name: name, value: try Value(from: &reader, in: bytes)))
        }
        return headers
    }

    /// Whether the names have the same bytes; `==` would take canonically equivalent text for the same.
    func hasSameName(as other: String) -> Bool {
        name.utf8.elementsEqual(other.utf8)
    }
}

extension EventStreamHeader.Value {
    fileprivate init(from reader: inout EventStreamByteReader, in bytes: Span<UInt8>) throws(EventStreamError) {
        let type = try reader.number(UInt8.self, in: bytes)
        switch type {
        case TypeByte.boolTrue: self = .bool(true)
        case TypeByte.boolFalse: self = .bool(false)
        case TypeByte.byte: self = .byte(try reader.number(Int8.self, in: bytes))
        case TypeByte.short: self = .short(try reader.number(Int16.self, in: bytes))
        case TypeByte.int: self = .int(try reader.number(Int32.self, in: bytes))
        case TypeByte.long: self = .long(try reader.number(Int64.self, in: bytes))
        case TypeByte.bytes:
            let range = try reader.range(byteCount: try Self.valueByteCount(from: &reader, in: bytes))
            var copy: [UInt8] = []
            copy.append(copying: bytes.extracting(range))
            self = .bytes(copy)
        case TypeByte.string:
            self = .string(try reader.text(byteCount: try Self.valueByteCount(from: &reader, in: bytes), in: bytes))
        case TypeByte.timestamp: self = .timestamp(milliseconds: try reader.number(Int64.self, in: bytes))
        case TypeByte.uuid:
            let high = try reader.number(UInt64.self, in: bytes)
            self = .uuid(high: high, low: try reader.number(UInt64.self, in: bytes))
        default: throw .malformedHeader(.unknownType(type))
        }
    }

    private static func valueByteCount(
        from reader: inout EventStreamByteReader,
        in bytes: Span<UInt8>
    ) throws(EventStreamError) -> Int {
        let byteCount = Int(try reader.number(UInt16.self, in: bytes))
        guard byteCount <= EventStreamLayout.maximumValueByteCount else { throw .malformedHeader(.valueTooLong) }
        return byteCount
    }
}
