/// Turns a stream of bytes, cut anywhere, into events.
///
/// Format: WHATWG HTML, "Server-sent events", "Interpreting an event stream". An event without a data line is not
/// dispatched, though its `id` and `retry` take effect. Text that is not UTF-8 is repaired with U+FFFD in the event
/// type and the ID; data bytes stay as they are. The decoder holds at most one line and one event's data.
package struct ServerSentEventDecoder: Sendable {
    /// The last event ID in force; nil as long as the stream has set none.
    package private(set) var lastEventID: String?

    /// The latest reconnection time the stream has asked for, in milliseconds.
    package private(set) var reconnectionTime: Int?

    private let maximumLineByteCount: Int
    private let maximumEventByteCount: Int

    private var byteOrderMark: ByteOrderMarkMatcher? = ByteOrderMarkMatcher()
    private var followsCarriageReturn = false
    /// The bytes of a line whose end has not come yet.
    private var partialLine: [UInt8] = []
    private var pending = PendingEvent()
    private var failure: ServerSentEventError?

    /// A decoder at the start of a stream.
    ///
    /// - Parameters:
    ///   - maximumLineByteCount: The most bytes a line may have, comments included and its end not counted.
    ///   - maximumEventByteCount: The most bytes an event's joined data may have.
    package init(maximumLineByteCount: Int = 1 << 20, maximumEventByteCount: Int = 8 << 20) {
        self.maximumLineByteCount = maximumLineByteCount
        self.maximumEventByteCount = maximumEventByteCount
    }

    /// Whether a part of an event has come that its end has yet to follow.
    package var holdsPart: Bool { !pending.isEmpty || !partialLine.isEmpty }

    /// Reads the next bytes of the stream and calls `body` for each event that they complete, in order.
    ///
    /// - Throws: ``ServerSentEventError``, after which every further call throws the same error; or what `body` throws,
    ///   after which the rest of `bytes` is lost and the decoder of no more use.
    package mutating func decode(_ bytes: Span<UInt8>, _ body: (ServerSentEvent) throws -> Void) throws {
        if let failure { throw failure }
        var position = 0
        if byteOrderMark != nil { passByteOrderMark(in: bytes, position: &position) }
        if followsCarriageReturn, position < bytes.count {
            followsCarriageReturn = false
            if bytes[position] == lineFeed { position += 1 }
        }
        while let lineEnd = firstLineEnd(in: bytes, from: position) {
            let isEventComplete = try endLine(in: bytes, position..<lineEnd)
            position = lineEnd + 1
            if bytes[lineEnd] == carriageReturn {
                if position == bytes.count {
                    followsCarriageReturn = true
                } else if bytes[position] == lineFeed {
                    position += 1
                }
            }
            if isEventComplete, let event = pending.take(lastEventID: lastEventID) { try body(event) }
        }
        guard position < bytes.count else { return }
        try checkLine(byteCount: partialLine.count + (bytes.count - position))
        partialLine.append(copying: bytes.extracting(position..<bytes.count))
    }

    /// Ends the stream: an event without its blank line is dropped, as the standard says.
    ///
    /// Afterwards the decoder is at the start of a stream again and keeps the last event ID, as for a reconnection.
    ///
    /// - Returns: Whether a field or a part of a line was dropped.
    package mutating func finish() -> Bool {
        let markByteCount = byteOrderMark?.matchedByteCount ?? 0
        let wasPending = !pending.isEmpty || !partialLine.isEmpty || markByteCount > 0
        byteOrderMark = ByteOrderMarkMatcher()
        followsCarriageReturn = false
        partialLine = []
        pending = PendingEvent()
        failure = nil
        return wasPending
    }

    private mutating func passByteOrderMark(in bytes: Span<UInt8>, position: inout Int) {
        switch byteOrderMark?.match(bytes, position: &position) {
        case .undecided: return
        case .content(let byteCount): partialLine.append(contentsOf: ByteOrderMarkMatcher.bytes.prefix(byteCount))
        case .mark, nil: break
        }
        byteOrderMark = nil
    }

    /// Takes in the line that ends with `rest`; true when it is the blank line at an event's end.
    private mutating func endLine(in bytes: Span<UInt8>, _ rest: Range<Int>) throws(ServerSentEventError) -> Bool {
        try checkLine(byteCount: partialLine.count + rest.count)
        if partialLine.isEmpty {
            if rest.isEmpty { return true }
            try takeField(in: bytes, line: rest)
            return false
        }
        // Moved out for the call, and back to keep its storage for the next cut line.
        var line: [UInt8] = []
        swap(&line, &partialLine)
        line.append(copying: bytes.extracting(rest))
        try takeField(in: line.span, line: 0..<line.count)
        line.removeAll(keepingCapacity: true)
        swap(&line, &partialLine)
        return false
    }

    private mutating func takeField(in bytes: Span<UInt8>, line: Range<Int>) throws(ServerSentEventError) {
        guard let field = ServerSentEventField(in: bytes, line: line) else { return }
        let value = bytes.extracting(field.value)
        switch field.name {
        case .data:
            guard pending.appendDataLine(value, limit: maximumEventByteCount) else {
                throw fail(.eventTooLarge(limit: maximumEventByteCount))
            }
        case .event:
            pending.name = String(repairing: value)
        case .id:
            guard !value.indices.contains(where: { value[$0] == 0 }) else { return }
            let id = String(repairing: value)
            lastEventID = id
            pending.hasOtherField = true
        case .retry:
            guard let milliseconds = decimal(value) else { return }
            reconnectionTime = milliseconds
            pending.retry = milliseconds
        }
    }

    private mutating func checkLine(byteCount: Int) throws(ServerSentEventError) {
        guard byteCount <= maximumLineByteCount else { throw fail(.lineTooLong(limit: maximumLineByteCount)) }
    }

    private mutating func fail(_ error: ServerSentEventError) -> ServerSentEventError {
        failure = error
        partialLine = []
        pending = PendingEvent()
        return error
    }
}

/// The fields of the event that is being read.
private struct PendingEvent: Sendable {
    var name: String?
    var retry: Int?
    var hasOtherField = false
    private var data: [UInt8] = []
    private var hasData = false

    var isEmpty: Bool { !hasData && name == nil && retry == nil && !hasOtherField }

    /// False, and nothing appended, when the joined data would have more than `limit` bytes.
    mutating func appendDataLine(_ value: Span<UInt8>, limit: Int) -> Bool {
        let separatorByteCount = hasData ? 1 : 0
        guard data.count + separatorByteCount + value.count <= limit else { return false }
        if hasData { data.append(lineFeed) }
        hasData = true
        data.append(copying: value)
        return true
    }

    /// The event at its blank line, or nil when it has no data; nothing is pending afterwards.
    mutating func take(lastEventID: String?) -> ServerSentEvent? {
        defer { self = PendingEvent() }
        guard hasData else { return nil }
        let name = name.flatMap { $0.isEmpty ? nil : $0 } ?? ServerSentEvent.defaultName
        return ServerSentEvent(event: name, data: data, id: lastEventID, retry: retry)
    }
}

/// The number `digits` writes, or nil when they are none, not all ASCII digits, or too large.
private func decimal(_ digits: Span<UInt8>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var number = 0
    for index in digits.indices {
        let byte = digits[index]
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let (shifted, shiftOverflows) = number.multipliedReportingOverflow(by: 10)
        let (sum, sumOverflows) = shifted.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
        guard !shiftOverflows, !sumOverflows else { return nil }
        number = sum
    }
    return number
}
