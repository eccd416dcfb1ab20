/// Turns a stream of bytes, cut anywhere, into the messages of an AWS event stream.
///
/// Format: AWS, "Amazon Event Stream Specification" of Smithy: total length, headers length, CRC-32 of both, headers,
/// payload, CRC-32 of everything before; numbers are big-endian. A length is believed only after the prelude's
/// checksum fits. The decoder holds at most one message.
package struct EventStreamDecoder: Sendable {
    private let limits: EventStreamLimits
    /// The bytes of a message that is not whole yet.
    private var partialMessage: [UInt8] = []
    private var failure: EventStreamError?

    /// A decoder at the start of a stream.
    package init(limits: EventStreamLimits = EventStreamLimits()) {
        self.limits = limits
    }

    /// Whether a part of a message has come that its end has yet to follow.
    package var holdsPart: Bool { !partialMessage.isEmpty }

    /// Reads the next bytes of the stream and calls `body` for each message that they complete, in order.
    ///
    /// - Throws: ``EventStreamError``, after which every further call throws the same error; or what `body` throws,
    ///   after which the rest of `bytes` is lost and the decoder of no more use.
    package mutating func decode(_ bytes: Span<UInt8>, _ body: (EventStreamMessage) throws -> Void) throws {
        if let failure { throw failure }
        var position = 0
        while position < bytes.count {
            guard let message = try nextMessage(in: bytes, position: &position) else { return }
            try body(message)
        }
    }

    /// Ends the stream: a message that is not whole is dropped, and the decoder is at the start of a stream again.
    ///
    /// - Returns: Whether a part of a message was dropped, which means that the stream was cut off.
    package mutating func finish() -> Bool {
        defer {
            partialMessage = []
            failure = nil
        }
        return !partialMessage.isEmpty
    }

    private mutating func nextMessage(
        in bytes: Span<UInt8>,
        position: inout Int
    ) throws(EventStreamError) -> EventStreamMessage? {
        do {
            if partialMessage.isEmpty {
                return try wholeMessage(in: bytes, position: &position)
            }
            return try continuedMessage(in: bytes, position: &position)
        } catch {
            failure = error
            partialMessage = []
            throw error
        }
    }

    /// Reads a message where it lies, or keeps the start of one that the bytes do not complete.
    private mutating func wholeMessage(
        in bytes: Span<UInt8>,
        position: inout Int
    ) throws(EventStreamError) -> EventStreamMessage? {
        let rest = bytes.extracting(position..<bytes.count)
        if let lengths = try EventStreamLengths(in: rest, limits: limits), lengths.total <= rest.count {
            position += lengths.total
            return try lengths.message(in: rest, limits: limits)
        }
        partialMessage.append(copying: rest)
        position = bytes.count
        return nil
    }

    /// Goes on with the kept start of a message, first to its prelude's end and then to its own.
    private mutating func continuedMessage(
        in bytes: Span<UInt8>,
        position: inout Int
    ) throws(EventStreamError) -> EventStreamMessage? {
        fillPartialMessage(to: EventStreamLayout.preludeByteCount, from: bytes, position: &position)
        guard let lengths = try EventStreamLengths(in: partialMessage.span, limits: limits) else { return nil }
        fillPartialMessage(to: lengths.total, from: bytes, position: &position)
        guard partialMessage.count >= lengths.total else { return nil }
        let message = try lengths.message(in: partialMessage.span, limits: limits)
        partialMessage.removeAll(keepingCapacity: true)
        return message
    }

    private mutating func fillPartialMessage(to byteCount: Int, from bytes: Span<UInt8>, position: inout Int) {
        let missing = min(byteCount - partialMessage.count, bytes.count - position)
        guard missing > 0 else { return }
        partialMessage.append(copying: bytes.extracting(position..<position + missing))
        position += missing
    }
}

/// The lengths a message's prelude states, once its checksum and the limits have been checked.
private struct EventStreamLengths {
    let total: Int
    let headers: Int

    /// Reads the prelude at the start of `bytes`; nil when they end within it.
    init?(in bytes: Span<UInt8>, limits: EventStreamLimits) throws(EventStreamError) {
        guard bytes.count >= EventStreamLayout.preludeByteCount else { return nil }
        var reader = EventStreamByteReader(0..<EventStreamLayout.preludeByteCount)
        total = Int(try reader.number(UInt32.self, in: bytes))
        headers = Int(try reader.number(UInt32.self, in: bytes))
        let stated = try reader.number(UInt32.self, in: bytes)
        let computed = CRC32.checksum(of: bytes.extracting(0..<EventStreamLayout.lengthsByteCount))
        guard stated == computed else { throw .badPreludeChecksum(stated: stated, computed: computed) }
        guard total <= limits.messageByteCount else {
            throw .messageTooLarge(byteCount: total, limit: limits.messageByteCount)
        }
        guard headers <= limits.headersByteCount else {
            throw .headersTooLarge(byteCount: headers, limit: limits.headersByteCount)
        }
        guard headers <= total - EventStreamLayout.preludeByteCount - EventStreamLayout.checksumByteCount else {
            throw .inconsistentLengths(total: total, headers: headers)
        }
    }

    /// Reads the message at the start of `bytes`, which hold at least all of it.
    func message(in bytes: Span<UInt8>, limits: EventStreamLimits) throws(EventStreamError) -> EventStreamMessage {
        let payloadStart = EventStreamLayout.preludeByteCount + headers
        let payloadEnd = total - EventStreamLayout.checksumByteCount
        var reader = EventStreamByteReader(payloadEnd..<total)
        let stated = try reader.number(UInt32.self, in: bytes)
        let computed = CRC32.checksum(of: bytes.extracting(0..<payloadEnd))
        guard stated == computed else { throw .badMessageChecksum(stated: stated, computed: computed) }
        let headers = try EventStreamHeader.decodeAll(
            in: bytes,
            range: EventStreamLayout.preludeByteCount..<payloadStart,
            maximumCount: limits.headerCount
        )
        var payload: [UInt8] = []
        payload.append(copying: bytes.extracting(payloadStart..<payloadEnd))
        return EventStreamMessage(headers: headers, payload: payload)
    }
}
