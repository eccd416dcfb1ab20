package import NIOCore

/// Where one field stands in the bytes of its head. 16 bits are enough: a head is at most 65 535 bytes.
struct HTTPFieldEntry: Sendable {
    let nameStart: UInt16
    let nameEnd: UInt16
    let valueStart: UInt16
    let valueEnd: UInt16

    var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}

/// The header fields of a received head, as ranges into its bytes (RFC 9110 section 5). Names are found without
/// regard to letter case; values come without the white space around them. Holding this, or a slice taken from it,
/// keeps the buffer it was read into alive.
package struct HTTPFields: Sendable {
    /// The whole head; the entries count from its first byte, which stands at index 0.
    let bytes: ByteBuffer
    let entries: [HTTPFieldEntry]

    /// How many field lines there are.
    package var count: Int { entries.count }

    /// The bytes of the first value of that name, without a copy.
    package func first(_ name: StaticString) -> ByteBufferView? {
        entry(name).flatMap { bytes.viewBytes(at: $0.value.lowerBound, length: $0.value.count) }
    }

    /// The first value of that name as text; bytes that are not UTF-8 are replaced.
    package func string(_ name: StaticString) -> String? {
        entry(name).flatMap { bytes.getString(at: $0.value.lowerBound, length: $0.value.count) }
    }

    /// The first value of that name as a slice that shares the storage of the head.
    package func slice(_ name: StaticString) -> ByteBuffer? {
        entry(name).flatMap { bytes.getSlice(at: $0.value.lowerBound, length: $0.value.count) }
    }

    /// Whether there is a field of that name.
    package func contains(_ name: StaticString) -> Bool {
        entry(name) != nil
    }

    /// Whether there is a field whose name begins like that, letter case aside.
    package func containsName(beginningWith prefix: StaticString) -> Bool {
        let span = bytes.readableBytesUInt8Span
        let length = prefix.utf8CodeUnitCount
        for entry in entries where entry.name.count >= length {
            if span.equals(prefix, in: entry.name.lowerBound..<entry.name.lowerBound + length) { return true }
        }
        return false
    }

    /// Whether the first value of that name is the given text, letter case aside.
    package func equals(_ name: StaticString, _ value: StaticString) -> Bool {
        guard let entry = entry(name) else { return false }
        return bytes.readableBytesUInt8Span.equals(value, in: entry.value)
    }

    /// Calls the body with name and value of every field in the order received.
    package func forEach<Failure: Error>(
        _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let span = bytes.readableBytesUInt8Span
        for entry in entries {
            try body(span.extracting(entry.name), span.extracting(entry.value))
        }
    }

    private func entry(_ name: StaticString) -> HTTPFieldEntry? {
        let span = bytes.readableBytesUInt8Span
        for entry in entries where span.equals(name, in: entry.name) {
            return entry
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether the comma-separated list in a range has the given element, letter case aside.
    func listContains(_ token: StaticString, in range: Range<Int>) -> Bool {
        var start: Int? = range.lowerBound
        while let position = start {
            let (element, next) = listElement(from: position, to: range.upperBound)
            if equals(token, in: element) { return true }
            start = next
        }
        return false
    }
}
