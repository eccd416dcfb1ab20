import Dialects
import NIOCore
import Transport

/// Carries a stream from a provider to a caller who speaks another format.
///
/// The caller gets nothing before the first content: a provider that fails until then, be it with an error event under
/// a good status, has not answered at all.
final class TranscodingRelay: StreamRelay {
    private(set) var firstTokenTime: NIODeadline?
    private(set) var end: StreamEnd?

    private let sink: AttemptSink
    private let exchange: Exchange
    private let head: AnswerHead
    private var transcoder: StreamTranscoder
    private var unmarkedEnd: UnmarkedEnd
    private var inserter: ExtraFieldsInserter?
    private var output: [UInt8] = []
    private var hasBegun = false

    /// - Parameters:
    ///   - head: What stands before the caller's stream.
    ///   - choiceCount: How many answers the provider was asked for.
    init(
        _ transcoder: StreamTranscoder,
        head: AnswerHead,
        choiceCount: Int,
        extraFields: ExtraFields?,
        sink: AttemptSink,
        exchange: Exchange
    ) {
        self.transcoder = transcoder
        self.head = head
        unmarkedEnd = UnmarkedEnd(choiceCount: choiceCount)
        inserter = extraFields.map(ExtraFieldsInserter.init)
        self.sink = sink
        self.exchange = exchange
    }

    var usage: TokenUsage? { transcoder.reader.sequencer.usage }

    /// What the caller's format could not say.
    var losses: [Loss] { transcoder.losses }

    func receive(_ bytes: ByteBuffer) {
        guard end == nil else { return }
        transcoder.receive(bytes.readableBytesUInt8Span, into: &output)
        forward()
        if end != nil {
            exchange.settle()
        } else if transcoder.reader.sequencer.finishedChoiceCount > 0 {
            unmarkedEnd.note(transcoder.reader, of: exchange)
        }
    }

    func readDidComplete() {
        guard end == nil, hasBegun else { return }
        sink.flush()
        if !sink.isWritable {
            exchange.pause()
        }
    }

    func receiveEnd() {
        guard end == nil else { return }
        transcoder.finish(into: &output)
        forward()
    }

    func fail(_ error: GatewayError) {
        guard end == nil else { return }
        output.removeAll(keepingCapacity: true)
        transcoder.fail(error.failure, into: &output)
        end = .error
        write()
        sink.end()
    }

    private func write() {
        if var inserter {
            let events = output
            var extended: [UInt8] = []
            extended.reserveCapacity(events.count * 2)
            inserter.append(events.span, to: &extended)
            self.inserter = inserter
            sink.write(ByteBuffer(bytes: extended))
        } else {
            sink.write(ByteBuffer(bytes: output))
        }
        output.removeAll(keepingCapacity: true)
    }

    private func forward() {
        let sequencer = transcoder.reader.sequencer
        if sequencer.hasContent, firstTokenTime == nil {
            firstTokenTime = .now()
        }
        if let failure = transcoder.failure, !sink.isCommitted {
            end = .failedAtStart(failure)
            return
        }
        guard sequencer.hasContent || transcoder.hasEnded else { return }
        if !hasBegun {
            hasBegun = true
            sink.begin(head)
            sink.commit()
        }
        if !output.isEmpty {
            write()
        }
        guard transcoder.hasEnded else { return }
        end = transcoder.failure == nil ? .complete : .error
        sink.end()
    }
}
