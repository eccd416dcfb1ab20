import JSON
import Testing

@testable import Dialects

@Suite("Embeddings of Vertex AI")
struct VertexEmbeddingTests {
    private func request(_ text: String, _ format: EmbeddingFormat) throws -> EmbeddingRequest {
        try EmbeddingRequest(of: text.utf8.span, format)
    }

    private func text(_ request: EmbeddingRequest, for target: EmbeddingFormat) throws -> String {
        String(decoding: try request.encoded(for: target, model: "m").body, as: UTF8.self)
    }

    @Test(arguments: [
        ("text-embedding-005", EmbeddingFormat.vertexTexts), ("text-multilingual-embedding-002", .vertexTexts),
        ("textembedding-gecko@003", .vertexTexts), ("gemini-embedding-001", .vertexText),
        ("gemini-embedding-exp-03-07", .vertexText), ("gemini-embedding-2", .vertexContent),
        ("gemini-embedding-2-preview", .vertexContent), ("", .vertexTexts),
    ])
    func formsOfModels(_ model: String, _ format: EmbeddingFormat) {
        #expect(EmbeddingFormat(onVertex: model) == format)
    }

    @Test func theLeastIsSaid() throws {
        let request = EmbeddingRequest(source: .openAI, inputs: [.text("a")])
        for target in [EmbeddingFormat.vertexTexts, .vertexText] {
            #expect(try text(request, for: target) == #"{"instances":[{"content":"a"}]}"#)
        }
        #expect(try text(request, for: .vertexContent) == #"{"content":{"parts":[{"text":"a"}]}}"#)
    }

    @Test func textsHaveTheirTitles() throws {
        let one = #"{"content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"A"}"#
        let other = #"{"content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_DOCUMENT"}"#
        let batch = try request("{\"requests\":[\(other),\(one)]}", .geminiBatch)
        #expect(
            try text(batch, for: .vertexTexts)
                == #"{"instances":[{"content":"b","task_type":"RETRIEVAL_DOCUMENT"},{"content":"a","task_type":"RETRIEVAL_DOCUMENT","title":"A"}]}"#
        )
        #expect(try batch.encoded(for: .vertexTexts, model: "m").losses.isEmpty)
        let parts = batch.split(for: .vertexContent)
        #expect(
            try parts.map { try text($0, for: .vertexContent) } == [
                #"{"content":{"parts":[{"text":"b"}]},"embedContentConfig":{"taskType":"RETRIEVAL_DOCUMENT"}}"#,
                #"{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"taskType":"RETRIEVAL_DOCUMENT","title":"A"}}"#,
            ]
        )
        // Where there is no place for them, the part whose losses are told tells of all.
        let first = try #require(batch.split(for: .titan).first)
        #expect(try first.encoded(for: .titan, model: "m").losses.map(\.path) == ["taskType", "requests[1].title"])
        let single = try request(one, .geminiSingle)
        #expect(try single.encoded(for: .openAI, model: "m").losses.map(\.path).contains("title"))
    }

    @Test(
        arguments: [
            ("END", #","parameters":{"autoTruncate":true}"#, []),
            ("NONE", #","parameters":{"autoTruncate":false}"#, []),
            ("START", "", ["truncate"]),
        ] as [(String, String, [String])]
    )
    func onlyEndsAreCut(_ word: String, _ parameters: String, _ lost: [String]) throws {
        let request = try request(#"{"texts":["a"],"truncate":"\#(word)"}"#, .cohere)
        let encoded = try request.encoded(for: .vertexTexts, model: "m")
        #expect(try text(request, for: .vertexTexts) == #"{"instances":[{"content":"a"}]\#(parameters)}"#)
        #expect(encoded.losses.map(\.path) == lost)
    }

    @Test func onlyTextsAreEmbedded() throws {
        let tokens = EmbeddingRequest(source: .openAI, inputs: [.tokens([1])])
        let picture = EmbeddingRequest(source: .cohere, inputs: [.picture("data:a")])
        for target in [EmbeddingFormat.vertexTexts, .vertexText, .vertexContent] {
            #expect(throws: FormatProblem.self) { try tokens.encoded(for: target, model: "m") }
            #expect(throws: FormatProblem.self) { try picture.encoded(for: target, model: "m") }
        }
        let two = EmbeddingRequest(source: .openAI, inputs: [.text("a"), .text("b")])
        #expect(throws: FormatProblem.self) { try two.encoded(for: .vertexContent, model: "m") }
    }

    /// Four bytes are a token.
    @Test(arguments: [
        ([1], [1]), ([10_000], [1]), ([10_001], [1]), ([10_001, 10_001], [1, 1]), ([5000, 5000, 1], [2, 1]),
        ([9999, 2, 9998, 1], [1, 2, 1]), ([1, 20_000, 1], [1, 1, 1]),
        (Array(repeating: 1, count: 600), [250, 250, 100]),
        (Array(repeating: 100, count: 250), [100, 100, 50]),
    ])
    func requestsAreSplitByTokens(_ tokens: [Int], _ counts: [Int]) {
        let inputs = tokens.map { EmbeddingRequest.Input.text(String(repeating: "abcd", count: $0)) }
        var request = EmbeddingRequest(source: .geminiBatch, inputs: inputs)
        request.titles = tokens.indices.map { "\($0)" }
        let parts = request.split(for: .vertexTexts)
        #expect(parts.map(\.inputs.count) == counts)
        #expect(parts.flatMap(\.inputs) == inputs)
        #expect(parts.flatMap(\.titles) == request.titles)
    }

    @Test(arguments: [
        (
            #"{"predictions":[{"embeddings":{"values":[1.50],"statistics":{"truncated":false,"token_count":3}}},{"embeddings":{"values":[2],"statistics":{"token_count":4.0}}}]}"#,
            7 as Int?
        ),
        (
            #"{"predictions":[{"embeddings":{"values":[1.50],"statistics":{"token_count":3}}},{"embeddings":{"values":[2]}}]}"#,
            nil
        ),
        (
            #"{"predictions":[{"embeddings":{"values":[1.50],"statistics":{"token_count":9e18}}},{"embeddings":{"values":[2],"statistics":{"token_count":9e18}}}]}"#,
            Int.max
        ),
        (
            #"{"predictions":[{"embeddings":{"values":[1.50],"statistics":{"token_count":1e300}}},{"embeddings":{"values":[2],"statistics":{"token_count":"x"}}}]}"#,
            nil
        ),
    ])
    func predictions(_ text: String, _ tokens: Int?) {
        for format in [EmbeddingFormat.vertexTexts, .vertexText] {
            let answer = EmbeddingAnswer(of: text.utf8.span, format)
            #expect(answer?.vectors.map { $0.map(\.double) } == [[1.5], [2]])
            #expect(answer?.inputTokens == tokens)
        }
    }

    @Test func embeddedContents() {
        let text = #"{"embedding":{"values":[1.50]},"usageMetadata":{"promptTokenCount":2},"truncated":false}"#
        let answer = EmbeddingAnswer(of: text.utf8.span, .vertexContent)
        #expect(answer?.vectors.map { $0.map(\.double) } == [[1.5]])
        #expect(answer?.inputTokens == 2)
    }

    @Test(arguments: [
        "", "{}", #"{"predictions":[]}"#, #"{"predictions":7}"#, #"{"predictions":[{"embeddings":{"values":[]}}]}"#,
        #"{"predictions":[7]}"#, #"{"embedding":{"values":["x"]}}"#,
    ])
    func whatIsNoAnswer(_ text: String) {
        for format in [EmbeddingFormat.vertexTexts, .vertexText, .vertexContent] {
            #expect(EmbeddingAnswer(of: text.utf8.span, format)?.vectors == nil)
        }
    }
}
