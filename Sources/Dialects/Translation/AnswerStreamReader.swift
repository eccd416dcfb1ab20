import Framing

/// Turns the bytes of a provider's stream, cut anywhere, into a legal sequence of events.
package struct AnswerStreamReader: Sendable {
    /// How the events are framed.
    package enum Framing: Sendable {
        /// `text/event-stream`.
        case serverSentEvents
        /// `application/vnd.amazon.eventstream`.
        case eventStream
    }

    private enum Frames: Sendable {
        case serverSentEvents(ServerSentEventDecoder)
        case eventStream(EventStreamDecoder)
    }

    /// What was received so far.
    package private(set) var sequencer: AnswerSequencer

    private var frames: Frames
    private var decoder: any AnswerStreamDecoder
    private var events: [AnswerEvent] = []

    /// A reader at the start of a stream.
    package init(_ decoder: any AnswerStreamDecoder, framing: Framing, toolNames: ToolNameMap) {
        self.decoder = decoder
        sequencer = AnswerSequencer(toolNames: toolNames)
        frames =
            switch framing {
            case .serverSentEvents:
                .serverSentEvents(
                    ServerSentEventDecoder(
                        maximumLineByteCount: Self.maximumEventByteCount,
                        maximumEventByteCount: Self.maximumEventByteCount
                    )
                )
            case .eventStream: .eventStream(EventStreamDecoder())
            }
    }

    /// Largest event held, in bytes: an answer's picture is one event.
    private static let maximumEventByteCount = 16 << 20

    /// The number that follows on that of the last event, in formats that count them; otherwise 0.
    package var nextEventNumber: Int { decoder.nextEventNumber }

    /// How many events of the framing were read; comments are none.
    package private(set) var frameCount = 0

    /// Whether the answer may be over although nothing says so: all of it has come but for a mark of its end, which the
    /// format does not have or providers leave out, and no part of anything further.
    ///
    /// - Parameter choiceCount: How many choices the provider was asked for.
    package func mayBeComplete(choiceCount: Int) -> Bool {
        guard sequencer.finishedChoiceCount >= max(choiceCount, 1), !sequencer.hasEnded else { return false }
        let holdsPart =
            switch frames {
            case .serverSentEvents(let frames): frames.holdsPart
            case .eventStream(let frames): frames.holdsPart
            }
        return !holdsPart && decoder.isCompleteUnmarked
    }

    /// Reads the next bytes and calls `emit` for each event that follows from them.
    package mutating func receive(_ bytes: Span<UInt8>, _ emit: (AnswerEvent) -> Void) {
        guard !sequencer.hasEnded else { return }
        events.removeAll(keepingCapacity: true)
        do {
            try decode(bytes)
        } catch {
            events.append(.failure(ProviderFailure(.server, "The provider's stream is malformed: \(error).")))
        }
        forward(emit)
    }

    /// The connection has ended in order. An answer that has not come to its end becomes a failure.
    package mutating func finish(_ emit: (AnswerEvent) -> Void) {
        guard !sequencer.hasEnded else { return }
        if case .serverSentEvents = frames {
            // Some providers leave out the last blank line.
            receive("\n\n".utf8.span, emit)
        }
        events.removeAll(keepingCapacity: true)
        decoder.finish(into: &events)
        forward(emit)
        sequencer.close(emit)
    }

    private mutating func decode(_ bytes: Span<UInt8>) throws {
        switch frames {
        case .serverSentEvents(var frames):
            self.frames = .eventStream(EventStreamDecoder())
            defer { self.frames = .serverSentEvents(frames) }
            try frames.decode(bytes) { event in
                frameCount += 1
                decoder.decode(event.data.span, named: event.event, into: &events)
            }
        case .eventStream(var frames):
            self.frames = .eventStream(EventStreamDecoder())
            defer { self.frames = .eventStream(frames) }
            try frames.decode(bytes) { message in
                frameCount += 1
                decoder.decode(message.payload.span, named: message.eventName, into: &events)
            }
        }
    }

    private mutating func forward(_ emit: (AnswerEvent) -> Void) {
        for event in events {
            sequencer.receive(event, emit)
        }
    }
}

extension EventStreamMessage {
    /// What the message is: the type of an event or of an exception, or the code of an error.
    ///
    /// Format: AWS, "Amazon Event Stream Specification" of Smithy, header `:message-type`.
    fileprivate var eventName: String {
        text(ofHeader: ":event-type") ?? text(ofHeader: ":exception-type") ?? text(ofHeader: ":error-code")
            ?? ServerSentEvent.defaultName
    }
}
