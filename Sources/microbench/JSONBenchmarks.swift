import Dialects
import JSON

/// JSON, and what the gateway reads and changes in Chat Completions.
enum JSONBenchmarks {
    static func all() throws -> [Benchmark] {
        try scanning() + tree() + chatCompletions()
    }

    private static func scanning() -> [Benchmark] {
        let texts = [
            ("answer of 1.5 KB", SampleText.answer), ("chat body of 300 KB", SampleText.longRequest),
            ("stream chunk", SampleText.chunk),
        ]
        return texts.map { name, text in
            Benchmark("JSON: scan, \(name)", byteCount: text.count) {
                var count = 0
                try JSONScanner.scanObject(text.span) { member throws(JSONError) in count += member.value.count }
                return count
            }
        }
    }

    private static func tree() throws -> [Benchmark] {
        let text = SampleText.answer
        let value = try JSONValue(parsing: text.span)
        let writer = JSONWriter()
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        return [
            Benchmark("JSON: parse a tree, answer of 1.5 KB", byteCount: text.count) {
                try JSONValue(parsing: text.span).object?.count ?? 0
            },
            Benchmark("JSON: write a tree, answer of 1.5 KB", byteCount: text.count) {
                output.removeAll(keepingCapacity: true)
                writer.append(value, to: &output)
                return output.count
            },
        ]
    }

    private static func chatCompletions() -> [Benchmark] {
        let request = SampleText.request
        let answer = SampleText.answer
        let chunk = SampleText.chunk
        return [
            Benchmark("Chat: read and splice, small request", byteCount: request.count) {
                let chat = try CallerRequest(request.span)
                return chat.splice(of: request.span, model: "gpt-4o-mini").applied(to: request.span).count
            },
            Benchmark("Chat: find the usage, answer of 1.5 KB", byteCount: answer.count) {
                TokenUsage.ofOpenAIAnswer(answer.span)?.output ?? 0
            },
            Benchmark("Chat: understand, stream chunk", byteCount: chunk.count) {
                OpenAIChatChunk(chunk.span).hasDelta ? 1 : 0
            },
        ]
    }
}
