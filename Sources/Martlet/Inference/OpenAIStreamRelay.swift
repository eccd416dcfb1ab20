import Dialects
import Framing
import NIOCore
import Transport

/// Carries a Chat Completions stream from a provider to a caller who speaks the same format. The bytes pass unchanged,
/// whole events at a time; what the events say is read on the side.
final class OpenAIStreamRelay: StreamRelay {
    /// Largest event held, in bytes. The caller gets events whole, so the beginning of one waits for its end.
    static let maximumEventByteCount = 16 << 20

    /// The figures, once the provider has told them.
    private(set) var usage: TokenUsage?
    /// When the first event with content came.
    private(set) var firstTokenTime: NIODeadline?
    /// How it ended; nil while it runs.
    private(set) var end: StreamEnd?

    private let sink: AttemptSink
    private let exchange: Exchange
    private let requestID: String
    private var inserter: ExtraFieldsInserter?
    private let hidesUsage: Bool
    private let choiceCount: Int
    private var boundary = ServerSentEventBoundary()
    private var held = ByteBuffer()
    private var isFirstEvent = true
    private var seenChoices: UInt64 = 0
    private var finishedChoices: UInt64 = 0
    /// Whether content came behind the ends that all choices had told: then those were none.
    private var endsTooEarly = false
    /// Whether the last bytes brought an event that is no comment.
    private var hasNews = false
    private var failure: ProviderFailure?

    /// - Parameters:
    ///   - hidesUsage: The gateway asked for the figures, not the caller, so the chunk with them stays here.
    ///   - choiceCount: How many answers the provider was asked for.
    init(
        sink: AttemptSink,
        exchange: Exchange,
        requestID: String,
        hidesUsage: Bool,
        choiceCount: Int,
        extraFields: ExtraFields?
    ) {
        self.sink = sink
        self.exchange = exchange
        self.requestID = requestID
        inserter = extraFields.map(ExtraFieldsInserter.init)
        self.hidesUsage = hidesUsage
        self.choiceCount = choiceCount
    }

    func receive(_ bytes: ByteBuffer) {
        guard end == nil else { return }
        var buffer: ByteBuffer
        var searchStart = 0
        if held.readableBytes > 0 {
            searchStart = held.readableBytes
            buffer = held
            held = ByteBuffer()
            buffer.writeImmutableBuffer(bytes)
        } else {
            buffer = bytes
        }
        let passed = pass(buffer, from: searchStart)
        buffer.moveReaderIndex(forwardBy: passed)
        guard end == nil else { return }
        awaitUnmarkedEnd(holdsPart: buffer.readableBytes > 0)
        guard buffer.readableBytes > 0 else { return }
        if buffer.readableBytes > Self.maximumEventByteCount {
            end = .oversized
            exchange.settle()
            return
        }
        held = buffer
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
        // Some providers leave out the last blank line, or `[DONE]`.
        let last = held
        let isHidden = last.readableBytes > 0 && inspect(last.readableBytesUInt8Span)
        guard !failsAtStart() else { return }
        guard isFinished || end != nil else {
            end = .broken
            return
        }
        if !isHidden {
            sink.write(last)
        }
        if end == .error {
            // Without a blank line callers would pass over the error.
            sink.write(ByteBuffer(staticString: "\n\n"))
        }
        end = end ?? .complete
        sink.end()
    }

    func fail(_ error: GatewayError) {
        sink.write(ByteBuffer(bytes: error.openAIBody(requestID: requestID).event))
        sink.end()
    }

    /// Whether all choices that were seen have come to their ends.
    private var isFinished: Bool { finishedChoices != 0 && finishedChoices == seenChoices }

    /// Whether all choices that were asked for have come to their ends.
    private var isWhole: Bool { isFinished && finishedChoices.nonzeroBitCount >= choiceCount }

    /// Some providers send neither `[DONE]` nor the connection's end behind the last choice.
    private func awaitUnmarkedEnd(holdsPart: Bool) {
        guard finishedChoices != 0 else { return }
        if !isWhole || endsTooEarly || holdsPart {
            exchange.expectMore()
        } else if hasNews || !exchange.expectsEnd {
            exchange.expectEnd()
        }
        hasNews = false
    }

    /// Whether the provider has failed before the caller has got anything.
    private func failsAtStart() -> Bool {
        guard end == .error, !sink.isCommitted, let failure else { return false }
        end = .failedAtStart(failure)
        return true
    }

    /// Passes the whole events of `buffer` on.
    ///
    /// - Parameter searchStart: Where the bytes begin that have not been searched for an event's end.
    /// - Returns: How many bytes are dealt with.
    private func pass(_ buffer: ByteBuffer, from searchStart: Int) -> Int {
        let bytes = buffer.readableBytesUInt8Span
        var eventStart = 0
        // Neighbouring events that are passed on travel in one slice.
        var runStart = 0
        var position = searchStart
        while end == nil, let eventEnd = boundary.next(in: bytes, from: position) {
            position = eventEnd
            let isHidden = inspect(bytes.extracting(eventStart..<eventEnd))
            if isHidden {
                write(buffer, runStart..<eventStart)
                runStart = eventEnd
            }
            eventStart = eventEnd
        }
        write(buffer, runStart..<eventStart)
        if firstTokenTime != nil {
            sink.commit()
        }
        if end != nil {
            if !failsAtStart() {
                sink.end()
            }
            exchange.settle()
        }
        return eventStart
    }

    private func write(_ buffer: ByteBuffer, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if inserter != nil {
            var extended: [UInt8] = []
            extended.reserveCapacity(range.count * 2 + 256)
            inserter?.append(buffer.readableBytesUInt8Span.extracting(range), to: &extended)
            sink.write(ByteBuffer(bytes: extended))
        } else if let slice = buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count) {
            sink.write(slice)
        }
    }

    /// - Returns: Whether the event is kept from the caller.
    private func inspect(_ event: Span<UInt8>) -> Bool {
        let view = ServerSentEventView(event, startsStream: isFirstEvent)
        isFirstEvent = false
        let chunk: OpenAIChatChunk
        switch view.data {
        case .none:
            return false
        case .single(let range):
            chunk = OpenAIChatChunk(event.extracting(range))
        case .several:
            chunk = OpenAIChatChunk(view.joinedData(of: event).span)
        }
        if let usage = chunk.usage {
            self.usage = usage
        }
        if chunk.hasDelta, firstTokenTime == nil {
            firstTokenTime = .now()
        }
        if chunk.hasDelta, isWhole { endsTooEarly = true }
        hasNews = true
        seenChoices |= chunk.choices
        finishedChoices |= chunk.finishedChoices
        switch chunk.kind {
        case .done: end = .complete
        case .error:
            end = .error
            failure = Self.failure(in: event)
        case .usageOnly: return hidesUsage
        case .content, .other: break
        }
        return false
    }

    private static func failure(in event: Span<UInt8>) -> ProviderFailure? {
        var failure: ProviderFailure?
        var reader = WireFormat.openAIChat.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        reader.receive(event) { event in
            if case .failure(let found) = event { failure = found }
        }
        return failure
    }
}
