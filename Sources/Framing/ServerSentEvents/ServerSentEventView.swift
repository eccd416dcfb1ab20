/// Where the fields lie in the bytes of one whole event, found without allocation.
///
/// The ranges are offsets into the span the view was made from; keep the span at hand to read them.
/// Format: WHATWG HTML, "Server-sent events".
package struct ServerSentEventView: Equatable, Sendable {
    /// How the event carries its data.
    package enum DataLines: Equatable, Sendable {
        /// No `data` line: the standard dispatches nothing for such an event (comments, a lone `id`, a blank line).
        case none
        /// One `data` line, whose value lies here; it may be empty.
        case single(Range<Int>)
        /// So many `data` lines, to be joined with LF by ``ServerSentEventView/joinedData(of:)``.
        case several(Int)
    }

    /// The value of the last `event` line, or nil without one. An empty value means the same as none.
    package let name: Range<Int>?

    /// The event's data lines.
    package let data: DataLines

    private let contentStart: Int

    /// Looks through one event.
    ///
    /// - Parameters:
    ///   - event: The bytes of one event as ``ServerSentEventBoundary`` cuts them; reading stops at the first blank
    ///     line. An LF at the start is the rest of the line end of the event before, and no blank line.
    ///   - startsStream: Whether this is the stream's first event, the only one that may begin with a byte order mark.
    package init(_ event: Span<UInt8>, startsStream: Bool) {
        var lines = LineCursor(event, startsStream: startsStream)
        contentStart = lines.position
        var name: Range<Int>?
        var data = DataLines.none
        while let line = lines.next(in: event) {
            guard let field = ServerSentEventField(in: event, line: line) else { continue }
            switch (field.name, data) {
            case (.event, _): name = field.value
            case (.data, .none): data = .single(field.value)
            case (.data, .single): data = .several(2)
            case (.data, .several(let count)): data = .several(count + 1)
            case (.id, _), (.retry, _): break
            }
        }
        self.name = name
        self.data = data
    }

    /// The values of all data lines, joined with LF; empty when there is none.
    ///
    /// - Parameter event: The bytes the view was made from.
    package func joinedData(of event: Span<UInt8>) -> [UInt8] {
        var joined: [UInt8] = []
        switch data {
        case .none: break
        case .single(let range): joined.append(copying: event.extracting(range))
        case .several:
            joined.reserveCapacity(event.count)
            var isFirst = true
            var lines = LineCursor(position: contentStart)
            while let line = lines.next(in: event) {
                guard let field = ServerSentEventField(in: event, line: line), field.name == .data else { continue }
                if !isFirst { joined.append(lineFeed) }
                isFirst = false
                joined.append(copying: event.extracting(field.value))
            }
        }
        return joined
    }
}

/// Walks over the lines of one whole event.
private struct LineCursor {
    var position: Int

    init(position: Int) {
        self.position = position
    }

    init(_ event: Span<UInt8>, startsStream: Bool) {
        position = 0
        if startsStream {
            var byteOrderMark = ByteOrderMarkMatcher()
            if byteOrderMark.match(event, position: &position) != .mark { position = 0 }
        } else if event.count > 0, event[0] == lineFeed {
            position = 1
        }
    }

    /// The next line without its end, or nil at a blank line or the end of the bytes.
    mutating func next(in event: Span<UInt8>) -> Range<Int>? {
        let start = position
        let end = firstLineEnd(in: event, from: start) ?? event.count
        guard end > start else { return nil }
        position = end
        if position < event.count {
            let isCarriageReturn = event[position] == carriageReturn
            position += 1
            if isCarriageReturn, position < event.count, event[position] == lineFeed { position += 1 }
        }
        return start..<end
    }
}
