/// Any cut gives the same events, boundaries partition the bytes, and views of the pieces agree with the decoder.
func checkServerSentEvents(_ bytes: [UInt8], cuts: UInt8) {
    let parts = cutBytes(bytes, cuts: cuts)
    let whole = decodeEvents([bytes])
    precondition(decodeEvents(parts) == whole, "a cut changes the events")
    for limit in [3, 20] {
        let strict = ServerSentEventDecoder(maximumLineByteCount: limit, maximumEventByteCount: limit)
        precondition(
            decodeEvents(parts, decoder: strict) == decodeEvents([bytes], decoder: strict),
            "a cut changes what the limits let through"
        )
    }
    let wholeBoundaries = findBoundaries([bytes])
    checkViews(bytes, boundaries: wholeBoundaries, events: whole.events)
    let cutBoundaries = findBoundaries(parts)
    checkViews(bytes, boundaries: cutBoundaries, events: whole.events)
    precondition(cutBoundaries.count == wholeBoundaries.count, "a cut changes the number of boundaries")
    for (cut, whole) in zip(cutBoundaries, wholeBoundaries) where cut != whole {
        precondition(cut == whole - 1 && bytes[cut] == 0x0A && bytes[cut - 1] == 0x0D, "a cut moves a boundary")
    }
}

/// What the encoder writes decodes to what it was given.
func checkEventEncoding(_ bytes: [UInt8]) {
    let fields = bytes.split(separator: 0xFE, maxSplits: 2, omittingEmptySubsequences: false)
    let data = fields.last.map(Array.init) ?? []
    let name = String(decoding: fields.first ?? [], as: UTF8.self)
    let id = fields.count > 2 ? String(decoding: fields[1], as: UTF8.self) : nil
    var output: [UInt8] = []
    ServerSentEventEncoder.append(ServerSentEvent(event: name, data: data, id: id, retry: data.count), to: &output)
    let isLineEnd = { (scalar: Unicode.Scalar) in scalar == "\n" || scalar == "\r" }
    var plainName = String.UnicodeScalarView(name.unicodeScalars.filter { !isLineEnd($0) })
    if plainName.isEmpty { plainName.append(contentsOf: ServerSentEvent.defaultName.unicodeScalars) }
    let plainID = id.map { String(String.UnicodeScalarView($0.unicodeScalars.filter { !isLineEnd($0) && $0 != "\0" })) }
    let expected = ServerSentEvent(event: String(plainName), data: linesJoined(data), id: plainID, retry: data.count)
    precondition(decodeEvents([output]) == DecodedEvents(events: [expected]), "an event is not what was encoded")
}

private struct DecodedEvents: Equatable {
    var events: [ServerSentEvent] = []
    var wasPending = false
    var error: ServerSentEventError?
}

private func decodeEvents(
    _ parts: [[UInt8]],
    decoder: ServerSentEventDecoder = ServerSentEventDecoder()
) -> DecodedEvents {
    var decoder = decoder
    var decoded = DecodedEvents()
    do {
        for part in parts { try decoder.decode(part.span) { decoded.events.append($0) } }
    } catch {
        decoded.error = error as? ServerSentEventError
    }
    decoded.wasPending = decoder.finish()
    return decoded
}

private func findBoundaries(_ parts: [[UInt8]]) -> [Int] {
    var finder = ServerSentEventBoundary()
    var found: [Int] = []
    var start = 0
    for part in parts {
        var offset = 0
        while let end = finder.next(in: part.span, from: offset) {
            precondition(end >= offset && end <= part.count, "a boundary lies outside the bytes")
            found.append(start + end)
            offset = end
        }
        start += part.count
    }
    return found
}

private func checkViews(_ bytes: [UInt8], boundaries: [Int], events: [ServerSentEvent]) {
    var remaining = events[...]
    var start = 0
    for end in boundaries {
        let isFirst = start == 0
        precondition(end > start, "a piece is empty")
        let piece = Array(bytes[start..<end])
        start = end
        let view = ServerSentEventView(piece.span, startsStream: isFirst)
        let joined = view.joinedData(of: piece.span)
        guard view.data != .none else { continue }
        guard let event = remaining.popFirst() else { preconditionFailure("a view shows too many events") }
        let name = view.name.map { String(decoding: piece[$0], as: UTF8.self) } ?? ""
        precondition(event.event == (name.isEmpty ? ServerSentEvent.defaultName : name), "a view shows another name")
        precondition(event.data == joined, "a view shows other data")
        if case .single(let range) = view.data { precondition(joined == Array(piece[range])) }
    }
    precondition(remaining.isEmpty, "the views show too few events")
}

private func linesJoined(_ data: [UInt8]) -> [UInt8] {
    var joined: [UInt8] = []
    for (index, byte) in data.enumerated() {
        let followsCR = index > 0 && data[index - 1] == 0x0D
        if byte == 0x0A, followsCR { continue }
        joined.append(byte == 0x0D ? 0x0A : byte)
    }
    return joined
}
