import Framing

/// What a decoder makes of a stream that comes in `parts`: its events, and whether something was left over.
struct DecodedStream: Equatable {
    var events: [ServerSentEvent] = []
    var wasPending = false
    var error: ServerSentEventError?

    init(events: [ServerSentEvent], wasPending: Bool = false) {
        self.events = events
        self.wasPending = wasPending
    }

    init(parts: [[UInt8]], decoder: ServerSentEventDecoder = ServerSentEventDecoder()) {
        var decoder = decoder
        do {
            for part in parts { try decoder.decode(part.span) { events.append($0) } }
            wasPending = decoder.finish()
        } catch {
            self.error = error as? ServerSentEventError
        }
    }
}

/// The offsets, from the stream's start, of the boundaries in a stream that comes in `parts`.
func boundaries(parts: [[UInt8]]) -> [Int] {
    var finder = ServerSentEventBoundary()
    var found: [Int] = []
    var start = 0
    for part in parts {
        var offset = 0
        while let end = finder.next(in: part.span, from: offset) {
            found.append(start + end)
            offset = end
        }
        start += part.count
    }
    return found
}

/// The stream cut at its boundaries; the last piece is what follows the last of them.
func pieces(of bytes: [UInt8], at boundaries: [Int]) -> [[UInt8]] {
    zip([0] + boundaries, boundaries + [bytes.count]).map { Array(bytes[$0..<$1]) }
}

/// Event type and data as a view of each whole event finds them, in the decoder's shape and without IDs and times.
func viewedEvents(pieces: [[UInt8]]) -> [ServerSentEvent] {
    pieces.dropLast().enumerated().compactMap { index, piece in
        let view = ServerSentEventView(piece.span, startsStream: index == 0)
        let name = view.name.map { String(decoding: piece[$0], as: UTF8.self) } ?? ""
        let event = name.isEmpty ? ServerSentEvent.defaultName : name
        switch view.data {
        case .none: return nil
        case .single(let range): return ServerSentEvent(event: event, data: Array(piece[range]))
        case .several: return ServerSentEvent(event: event, data: view.joinedData(of: piece.span))
        }
    }
}
