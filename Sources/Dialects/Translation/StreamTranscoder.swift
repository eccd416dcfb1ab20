/// Turns the bytes of a provider's stream into the bytes of a caller's, both framed.
package struct StreamTranscoder: Sendable {
    /// Reads the provider's.
    package private(set) var reader: AnswerStreamReader
    /// The provider's failure, once it has come.
    package private(set) var failure: ProviderFailure?

    private var encoder: any AnswerStreamEncoder
    /// Kept for its capacity.
    private var events: [AnswerEvent] = []

    package init(
        from source: WireFormat,
        to target: WireFormat,
        toolNames: ToolNameMap,
        _ context: AnswerContext
    ) {
        reader = source.streamReader(toolNames: toolNames)
        encoder = target.streamEncoder(context)
    }

    /// What the caller's format could not say so far.
    package var losses: [Loss] { encoder.losses }

    /// Whether everything has been said.
    package var hasEnded: Bool { reader.sequencer.hasEnded || failure != nil }

    /// Reads the provider's next bytes and writes what follows from them.
    package mutating func receive(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        var events = takeEvents()
        reader.receive(bytes) { events.append($0) }
        encode(events, into: &output)
    }

    /// The provider's connection has ended in order.
    package mutating func finish(into output: inout [UInt8]) {
        var events = takeEvents()
        reader.finish { events.append($0) }
        encode(events, into: &output)
    }

    /// Ends the caller's stream with an error. Nothing follows.
    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        guard !hasEnded else { return }
        encode([.failure(failure)], into: &output)
    }

    private mutating func takeEvents() -> [AnswerEvent] {
        defer { events = [] }
        return events
    }

    private mutating func encode(_ events: [AnswerEvent], into output: inout [UInt8]) {
        for event in events {
            if case .failure(let failure) = event {
                self.failure = failure
            }
            encoder.encode(event, into: &output)
        }
        self.events = events
        self.events.removeAll(keepingCapacity: true)
    }
}
