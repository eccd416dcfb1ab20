import Dialects
import JSON

/// Translation between the formats: requests, whole answers and streams.
enum DialectBenchmarks {
    static func all() throws -> [Benchmark] {
        try requests() + answers() + streams()
    }

    /// A small request of each format, translated into each other one.
    private static func requests() throws -> [Benchmark] {
        let body = SampleText.request
        let chat = try CallerRequest(body.span)
        let options = RequestOptions(model: "gpt-4o-mini")
        var benchmarks: [Benchmark] = []
        for source in WireFormat.commonFormats {
            let small =
                source == .openAIChat
                ? body : try RequestTranslation(of: body.span, chat, to: source, options).body
            let call = RequestCall(model: source.hasModelInBody ? nil : "gpt-4o-mini")
            for target in WireFormat.commonFormats where target != source {
                let name = "Request, small: \(source.rawValue) to \(target.rawValue)"
                benchmarks.append(
                    Benchmark(name, byteCount: small.count) {
                        let request = try CallerRequest(small.span, format: source, call: call)
                        return try RequestTranslation(of: small.span, request, to: target, options).body.count
                    }
                )
            }
        }
        return benchmarks
    }

    /// An answer of 1.5 KB as Chat Completions has it, translated into each other format and back.
    private static func answers() throws -> [Benchmark] {
        let chat = SampleText.answer
        var benchmarks: [Benchmark] = []
        for format in WireFormat.commonFormats where format != .openAIChat {
            let other = try translated(chat, .openAIChat, to: format)
            benchmarks += [
                Benchmark("Answer of 1.5 KB: openai-chat to \(format.rawValue)", byteCount: chat.count) {
                    try translated(chat, .openAIChat, to: format).count
                },
                Benchmark("Answer of 1.5 KB: \(format.rawValue) to openai-chat", byteCount: other.count) {
                    try translated(other, format, to: .openAIChat).count
                },
            ]
        }
        return benchmarks
    }

    private static func translated(
        _ body: [UInt8],
        _ source: WireFormat,
        to target: WireFormat
    ) throws -> [UInt8] {
        let names = ToolNameMap(source.dialect.toolNameRule)
        return try AnswerTranslation(of: body.span, source, to: target, toolNames: names, SampleText.answerContext).body
    }

    /// The pieces of a streamed text, framing included.
    private static func streams() -> [Benchmark] {
        WireFormat.commonFormats.flatMap { format in
            [decoding(format), encoding(format)]
        }
            + WireFormat.commonFormats.filter { $0 != .openAIChat }.flatMap { format in
                [transcoding(.openAIChat, to: format), transcoding(format, to: .openAIChat)]
            }
    }

    private static let chunkCount = 64

    private static func decoding(_ format: WireFormat) -> Benchmark {
        var (start, chunk) = SampleText.streamPieces(format)
        var reader = format.streamReader(toolNames: ToolNameMap(format.dialect.toolNameRule))
        reader.receive(start.span) { _ in }
        start = Array(repeatElement(chunk, count: chunkCount).joined())
        let read = start
        return Benchmark("Stream: decode, \(format.rawValue)", byteCount: chunk.count, operationCount: chunkCount) {
            var count = 0
            reader.receive(read.span) { _ in count += 1 }
            return count
        }
    }

    private static func encoding(_ format: WireFormat) -> Benchmark {
        var encoder = format.streamEncoder(SampleText.answerContext)
        var output: [UInt8] = []
        for event in SampleText.openedAnswer { encoder.encode(event, into: &output) }
        let chunk = SampleText.streamPieces(format).chunk
        return Benchmark("Stream: encode, \(format.rawValue)", byteCount: chunk.count) {
            output.removeAll(keepingCapacity: true)
            encoder.encode(SampleText.answerDelta, into: &output)
            return output.count
        }
    }

    private static func transcoding(_ source: WireFormat, to target: WireFormat) -> Benchmark {
        let (start, chunk) = SampleText.streamPieces(source)
        let read = Array(repeatElement(chunk, count: chunkCount).joined())
        let names = ToolNameMap(source.dialect.toolNameRule)
        var transcoder = StreamTranscoder(from: source, to: target, toolNames: names, SampleText.answerContext)
        var output: [UInt8] = []
        transcoder.receive(start.span, into: &output)
        let name = "Stream: \(source.rawValue) to \(target.rawValue)"
        return Benchmark(name, byteCount: chunk.count, operationCount: chunkCount) {
            output.removeAll(keepingCapacity: true)
            transcoder.receive(read.span, into: &output)
            return output.count
        }
    }
}
