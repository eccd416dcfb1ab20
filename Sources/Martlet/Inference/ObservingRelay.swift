import Dialects
import Framing
import NIOCore
import Transport

/// Carries a stream to a caller who speaks the provider's format: the bytes pass unchanged, whole events at a time, and
/// what they say is read on the side.
final class ObservingRelay: StreamRelay {
    private(set) var usage: TokenUsage?
    private(set) var firstTokenTime: NIODeadline?
    private(set) var end: StreamEnd?

    private let sink: AttemptSink
    private let exchange: Exchange
    private let format: WireFormat
    private let context: AnswerContext
    private var reader: AnswerStreamReader
    private var inserter: ExtraFieldsInserter?
    private var frames: WholeFrames
    private var held = ByteBuffer()
    private var last: AnswerEvent?
    private var unmarkedEnd: UnmarkedEnd
    /// Elements of the array that a caller of Gemini's may want instead of events.
    private var elementCount = 0

    /// - Parameter choiceCount: How many answers the provider was asked for.
    init(
        format: WireFormat,
        _ context: AnswerContext,
        choiceCount: Int,
        extraFields: ExtraFields?,
        sink: AttemptSink,
        exchange: Exchange
    ) {
        self.format = format
        inserter = extraFields.map(ExtraFieldsInserter.init)
        self.context = context
        self.sink = sink
        self.exchange = exchange
        unmarkedEnd = UnmarkedEnd(choiceCount: choiceCount)
        frames = WholeFrames(format.framing)
        reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
    }

    func receive(_ bytes: ByteBuffer) {
        guard end == nil else { return }
        observe(bytes)
        guard !failsAtStart(last) else {
            exchange.settle()
            return
        }
        let searchStart = held.readableBytes
        var buffer = bytes
        if searchStart > 0 {
            buffer = held
            buffer.writeImmutableBuffer(bytes)
        }
        pass(buffer, from: searchStart)
        if firstTokenTime != nil {
            sink.commit()
        }
        if last == .end {
            // Whatever the provider's connection does now, the answer is over.
            endStream(last)
            exchange.settle()
        } else if held.readableBytes > OpenAIStreamRelay.maximumEventByteCount {
            end = .oversized
            exchange.settle()
        } else if Self.isTerminal(last) {
            // What still comes behind an error is the caller's, but nothing has to, and nothing prolongs it.
            if !exchange.expectsEnd { exchange.expectEnd() }
        } else if reader.sequencer.finishedChoiceCount > 0 {
            unmarkedEnd.note(reader, of: exchange)
        }
    }

    func readDidComplete() {
        guard end == nil else { return }
        sink.flush()
        if !sink.isWritable {
            exchange.pause()
        }
    }

    func receiveEnd() {
        guard end == nil else { return }
        var last = last
        if !Self.isTerminal(last) {
            reader.finish { last = $0 }
        }
        usage = reader.sequencer.usage
        guard !failsAtStart(last) else { return }
        guard last == .end || Self.isTerminal(self.last) else {
            end = .broken
            return
        }
        // Some providers leave out the last blank line.
        if held.readableBytes > 0, format.framing == .serverSentEvents {
            held.writeStaticString("\n\n")
            pass(held, from: held.readableBytes - 2)
        }
        endStream(last)
    }

    func fail(_ error: GatewayError) {
        guard end != .complete, end != .error else { return }
        end = .error
        var output: [UInt8] = []
        if context.streamsAsArray {
            output += (elementCount == 0 ? "[" : ",\n").utf8
            output += error.body(in: format, requestID: context.requestID)
            output.append(UInt8(ascii: "]"))
        } else {
            var context = context
            context.firstEventNumber = reader.nextEventNumber
            var encoder = format.streamEncoder(context)
            encoder.encode(.failure(error.failure), into: &output)
        }
        sink.write(ByteBuffer(bytes: output))
        sink.end()
    }

    /// Whether the provider has failed before the caller has got anything.
    private func failsAtStart(_ last: AnswerEvent?) -> Bool {
        guard !sink.isCommitted, case .failure(let failure) = last else { return false }
        end = .failedAtStart(failure)
        return true
    }

    /// Ends the caller's stream as the provider's last event says.
    private func endStream(_ last: AnswerEvent?) {
        if context.streamsAsArray {
            sink.write(ByteBuffer(staticString: elementCount == 0 ? "[]" : "]"))
        }
        end = last == .end ? .complete : .error
        sink.end()
    }

    /// Passes the whole frames of `buffer` on and keeps the rest.
    private func pass(_ buffer: ByteBuffer, from searchStart: Int) {
        let bytes = buffer.readableBytesUInt8Span
        var elements: [UInt8] = []
        var count = elementCount
        let isArray = context.streamsAsArray
        let end = frames.forEach(in: bytes, from: searchStart) { frame in
            guard isArray else { return }
            let event = bytes.extracting(frame)
            let view = ServerSentEventView(event, startsStream: count == 0)
            guard view.data != .none else { return }
            elements += (count == 0 ? "[" : ",\n").utf8
            elements += view.joinedData(of: event)
            count += 1
        }
        elementCount = count
        if isArray {
            sink.write(ByteBuffer(bytes: elements))
        } else if inserter != nil {
            var extended: [UInt8] = []
            inserter?.append(bytes.extracting(..<end), to: &extended)
            sink.write(ByteBuffer(bytes: extended))
        } else if let slice = buffer.getSlice(at: buffer.readerIndex, length: end), end > 0 {
            sink.write(slice)
        }
        held = buffer
        held.moveReaderIndex(forwardBy: end)
    }

    private func observe(_ bytes: ByteBuffer) {
        guard !Self.isTerminal(last) else { return }
        var last = last
        reader.receive(bytes.readableBytesUInt8Span) { last = $0 }
        self.last = last
        usage = reader.sequencer.usage
        if firstTokenTime == nil, reader.sequencer.hasContent {
            firstTokenTime = .now()
        }
    }

    private static func isTerminal(_ event: AnswerEvent?) -> Bool {
        switch event {
        case .end, .failure: true
        default: false
        }
    }
}
