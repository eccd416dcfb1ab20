import Framing

/// Server-sent events and AWS event streams.
enum FramingBenchmarks {
    /// Events in one read: what a fast provider's socket brings at once.
    private static let eventCount = 64

    static func all() throws -> [Benchmark] {
        try serverSentEvents() + eventStream() + checksum()
    }

    private static func serverSentEvents() -> [Benchmark] {
        let event = SampleText.event
        let stream = Array(repeatElement(event, count: eventCount).joined())
        var boundary = ServerSentEventBoundary()
        var decoder = ServerSentEventDecoder()
        return [
            Benchmark("SSE: boundary and view, event", byteCount: event.count, operationCount: eventCount) {
                let bytes = stream.span
                var start = 0
                var dataByteCount = 0
                while let end = boundary.next(in: bytes, from: start) {
                    let view = ServerSentEventView(bytes.extracting(start..<end), startsStream: start == 0)
                    if case .single(let range) = view.data { dataByteCount += range.count }
                    start = end
                }
                return dataByteCount
            },
            Benchmark("SSE: decoder, event", byteCount: event.count, operationCount: eventCount) {
                var dataByteCount = 0
                try decoder.decode(stream.span) { dataByteCount += $0.data.count }
                return dataByteCount
            },
        ]
    }

    private static func eventStream() throws -> [Benchmark] {
        var message: [UInt8] = []
        try EventStreamEncoder.append(SampleText.eventStreamMessage, to: &message)
        let stream = Array(repeatElement(message, count: eventCount).joined())
        var decoder = EventStreamDecoder()
        return [
            Benchmark("AWS event stream: decode, message", byteCount: message.count, operationCount: eventCount) {
                var payloadByteCount = 0
                try decoder.decode(stream.span) { payloadByteCount += $0.payload.count }
                return payloadByteCount
            }
        ]
    }

    private static func checksum() -> [Benchmark] {
        [300, 64 << 10].map { count in
            let bytes = Array(SampleText.longRequest.prefix(count))
            return Benchmark("CRC-32", byteCount: bytes.count) { Int(CRC32.checksum(of: bytes.span)) }
        }
    }
}
