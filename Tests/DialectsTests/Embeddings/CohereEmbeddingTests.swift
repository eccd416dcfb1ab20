import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Cohere's embeddings")
struct CohereEmbeddingTests {
    private static let formats: [EmbeddingFormat] = [
        .openAI, .geminiBatch, .titan, .cohere, .bedrockCohere, .vertexTexts, .vertexText, .vertexContent,
    ]

    private func request(_ text: String) throws -> EmbeddingRequest {
        try EmbeddingRequest(of: text.utf8.span, .cohere)
    }

    private func body(_ request: EmbeddingRequest, for target: EmbeddingFormat) throws -> JSONValue {
        let (body, _) = try request.encoded(for: target, model: "m")
        return try JSONValue(parsing: body.span)
    }

    private func lost(_ request: EmbeddingRequest, for target: EmbeddingFormat) throws -> [String] {
        try request.encoded(for: target, model: "m").losses.map(\.path)
    }

    // MARK: Requests of callers

    @Test func requests() throws {
        let request = try request(
            #"{"model":"m","texts":["a","b"],"input_type":"search_query","embedding_types":["int8","base64"],"output_dimension":256,"truncate":"END","max_tokens":9,"priority":1}"#
        )
        #expect(request.inputs == [.text("a"), .text("b")])
        #expect(request.task == "RETRIEVAL_QUERY")
        #expect(request.vectorTypes == ["int8", "base64"])
        #expect(request.dimensions == 256)
        #expect(request.truncation == "END")
        #expect(request.maximumTokens == 9)
        #expect(request.unread.map(\.path) == ["priority"])
    }

    @Test func picturesAndMixedInputs() throws {
        let pictures = try request(#"{"model":"m","images":["data:image/png;base64,AAAA"],"input_type":"image"}"#)
        #expect(pictures.inputs == [.picture("data:image/png;base64,AAAA")])
        #expect(pictures.task == nil)
        let picture = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#
        let mixed = try request(
            #"{"model":"m","inputs":[{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"content":[{"type":"text","text":"c"},\#(picture)]}],"input_type":"search_document"}"#
        )
        #expect(mixed.inputs.count == 2)
        #expect(mixed.inputs.first == .text("ab"))
        for target in [EmbeddingFormat.cohere, .bedrockCohere] {
            let inputs = try body(mixed, for: target)["inputs"]
            #expect(json(inputs?[0]) == #"{"content":[{"type":"text","text":"ab"}]}"#)
            #expect(json(inputs?[1]) == #"{"content":[{"type":"text","text":"c"},\#(picture)]}"#)
            let images = try body(pictures, for: target)
            #expect(json(images["images"]) == #"["data:image/png;base64,AAAA"]"#)
            #expect(images["input_type"] == "image")
        }
        for target in [EmbeddingFormat.openAI, .geminiBatch, .titan] {
            #expect(throws: FormatProblem.self) { try pictures.encoded(for: target, model: "m") }
            #expect(throws: FormatProblem.self) { try mixed.encoded(for: target, model: "m") }
        }
    }

    @Test(arguments: [
        ("{}", "texts"), (#"{"texts":[]}"#, "texts"), (#"{"texts":[7]}"#, "texts[0]"), (#"{"texts":"a"}"#, "texts"),
        (#"{"texts":["a"],"images":["b"]}"#, "texts"), (#"{"inputs":[{}]}"#, "inputs[0].content"),
        (#"{"inputs":[{"content":[]}]}"#, "inputs[0].content"),
        (#"{"texts":["a"],"embedding_types":["float","int4"]}"#, "embedding_types[1]"), ("[]", ""),
    ])
    func whatIsNoRequest(_ text: String, _ path: String) {
        let problem = #expect(throws: FormatProblem.self) { try request(text) }
        #expect(problem?.path == path)
    }

    // MARK: All pairs

    @Test(arguments: [
        ("search_query", EmbeddingFormat.geminiBatch, "RETRIEVAL_QUERY"),
        ("search_document", .geminiBatch, "RETRIEVAL_DOCUMENT"), ("clustering", .geminiBatch, "CLUSTERING"),
        ("classification", .geminiBatch, "CLASSIFICATION"), ("search_query", .cohere, "search_query"),
        ("search_document", .cohere, "search_document"), ("clustering", .bedrockCohere, "clustering"),
        ("classification", .bedrockCohere, "classification"),
    ])
    func whatTheVectorsAreFor(_ type: String, _ target: EmbeddingFormat, _ word: String) throws {
        let body = try body(request(#"{"texts":["a"],"input_type":"\#(type)"}"#), for: target)
        #expect((body["input_type"] ?? body["requests"]?[0]?["taskType"])?.string == word)
    }

    @Test(arguments: formats)
    func requestsOfCohereForAll(_ target: EmbeddingFormat) throws {
        let request = try request(
            #"{"texts":["a"],"input_type":"clustering","output_dimension":8,"embedding_types":["float","int8"],"truncate":"END","max_tokens":9}"#
        )
        let expected: (body: String, lost: [String]) =
            switch target {
            case .openAI:
                (
                    #"{"model":"m","input":["a"],"encoding_format":"float","dimensions":8}"#,
                    ["input_type", "embedding_types[1]", "truncate", "max_tokens"]
                )
            case .geminiSingle, .geminiBatch:
                (
                    #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING","outputDimensionality":8}]}"#,
                    ["embedding_types[1]", "truncate", "max_tokens"]
                )
            case .titan:
                (
                    #"{"inputText":"a","dimensions":8}"#,
                    ["input_type", "embedding_types[1]", "truncate", "max_tokens"]
                )
            case .vertexTexts, .vertexText:
                (
                    #"{"instances":[{"content":"a","task_type":"CLUSTERING"}],"parameters":{"autoTruncate":true,"outputDimensionality":8}}"#,
                    ["embedding_types[1]", "max_tokens"]
                )
            case .vertexContent:
                (
                    #"{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"taskType":"CLUSTERING","autoTruncate":true,"outputDimensionality":8}}"#,
                    ["embedding_types[1]", "max_tokens"]
                )
            case .cohere, .bedrockCohere:
                (
                    (target == .cohere ? #"{"model":"m","# : "{")
                        + #""texts":["a"],"input_type":"clustering","embedding_types":["float","int8"],"output_dimension":8,"max_tokens":9,"truncate":"END"}"#,
                    []
                )
            }
        #expect(json(try body(request, for: target)) == expected.body)
        #expect(try lost(request, for: target) == expected.lost)
    }

    @Test(arguments: [EmbeddingFormat.openAI, .geminiBatch, .titan])
    func formsThatOthersDoNotHave(_ target: EmbeddingFormat) throws {
        let quantized = try request(#"{"texts":["a"],"embedding_types":["int8"]}"#)
        let problem = #expect(throws: FormatProblem.self) { try quantized.encoded(for: target, model: "m") }
        #expect(problem?.path == "embedding_types")
        #expect(try lost(request(#"{"texts":["a"],"embedding_types":["base64"]}"#), for: target) == [])
    }

    @Test func requestsOfOthersForCohere() throws {
        var request = EmbeddingRequest(source: .openAI, inputs: [.text("a")])
        request.user = "u"
        request.wantsBase64 = true
        let expected = #"{"model":"m","texts":["a"],"input_type":"search_document","embedding_types":["float"]}"#
        #expect(json(try body(request, for: .cohere)) == expected)
        #expect(try lost(request, for: .cohere) == ["user"])
    }

    // MARK: Answers

    private static let answers: [EmbeddingFormat: String] = [
        .openAI: #"{"data":[{"embedding":[1.5]},{"embedding":[2]}],"usage":{"prompt_tokens":3}}"#,
        .geminiBatch: #"{"embeddings":[{"values":[1.5]},{"values":[2]}]}"#,
        .cohere:
            #"{"id":"x","embeddings":{"float":[[1.5],[2]],"int8":[[1],[-2]]},"meta":{"billed_units":{"input_tokens":3}}}"#,
        .bedrockCohere: #"{"id":"x","embeddings":{"float":[[1.5],[2]],"int8":[[1],[-2]]}}"#,
    ]

    /// An answer of every provider, for callers of every form.
    @Test(arguments: [EmbeddingFormat.openAI, .geminiBatch, .cohere, .bedrockCohere])
    func answersForAll(_ provider: EmbeddingFormat) throws {
        let text = try #require(Self.answers[provider])
        let answer = EmbeddingAnswer(of: text.utf8.span, provider)
        let read = try #require(answer)
        let isTold = provider == .openAI || provider == .cohere
        #expect(read.inputTokens == (isTold ? 3 : nil))
        for caller in [EmbeddingFormat.openAI, .geminiBatch, .cohere] {
            let request = EmbeddingRequest(source: caller, inputs: [.text("a"), .text("b")])
            let written = read.body(for: request, model: "m", inputTokens: 3, requestID: "r")
            let again = EmbeddingAnswer(of: written.span, caller)
            #expect(again?.vectors == [[1.5], [2]])
        }
    }

    @Test func answersForCallers() throws {
        let text = try #require(Self.answers[.bedrockCohere])
        let read = EmbeddingAnswer(of: text.utf8.span, .bedrockCohere)
        let answer = try #require(read)
        let request = try request(#"{"texts":["a","b"],"embedding_types":["base64","int8","ubinary","base64"]}"#)
        let written = answer.body(for: request, model: "m", inputTokens: 7, requestID: "r1")
        #expect(
            DialectsTests.text(written)
                == #"{"id":"r1","embeddings":{"base64":["AADAPw==","AAAAQA=="],"int8":[[1],[-2]]},"texts":["a","b"],"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":7}},"response_type":"embeddings_by_type"}"#
        )
        let plain = EmbeddingAnswer(vectors: [[1.5]])
        let simple = plain.body(for: try self.request(#"{"texts":["a"]}"#), model: "m", inputTokens: 1, requestID: "r")
        #expect(DialectsTests.text(simple).contains(#""embeddings":{"float":[[1.5]]}"#))
    }

    @Test(arguments: [
        (#"{"embeddings":{"float":[[1]]},"meta":{"billed_units":{"images":1,"input_tokens":5}}}"#, 5 as Int?),
        (#"{"embeddings":{},"meta":{"billed_units":{"input_tokens":-5}}}"#, 0),
        (#"{"meta":{"billed_units":{}}}"#, nil), (#"{"meta":7}"#, nil), ("[", nil),
    ])
    func figuresOfPassedAnswers(_ text: String, _ tokens: Int?) {
        #expect(TokenUsage.ofCohereEmbeddings(text.utf8.span)?.input == tokens)
    }

    @Test func formsThatAreNone() {
        let text = #"{"embeddings":{"float":[[1]],"int8":["x"],"uint8":[["x"]],"odd":[[1]],"binary":[[]]}}"#
        let answer = EmbeddingAnswer(of: text.utf8.span, .cohere)
        #expect(answer?.furtherVectors.map(\.type) == ["binary"])
    }

    // MARK: Splitting

    @Test func requestsAreSplitInOrder() throws {
        var whole = EmbeddingRequest(source: .openAI, inputs: (0..<200).map { .text("\($0)") })
        whole.dimensions = 4
        let counts = { (target: EmbeddingFormat) in whole.split(for: target).map(\.inputs.count) }
        #expect(counts(.titan) == Array(repeating: 1, count: 200))
        #expect(counts(.cohere) == [96, 96, 8])
        #expect(counts(.bedrockCohere) == [96, 96, 8])
        #expect(counts(.geminiBatch) == [100, 100])
        #expect(counts(.openAI) == [200])
        #expect(counts(.vertexTexts) == [200])
        #expect(counts(.vertexText) == Array(repeating: 1, count: 200))
        #expect(counts(.vertexContent) == Array(repeating: 1, count: 200))
        for target in Self.formats {
            let parts = whole.split(for: target)
            #expect(parts.flatMap(\.inputs) == whole.inputs)
            #expect(parts.allSatisfy { $0.dimensions == 4 && $0.source == .openAI })
            for part in parts { #expect(throws: Never.self) { try part.encoded(for: target, model: "m") } }
        }
        whole.inputs = [.picture("data:a"), .picture("data:b")]
        #expect(whole.split(for: .cohere).map(\.inputs) == [[.picture("data:a")], [.picture("data:b")]])
    }

    @Test func answersAreMergedInOrder() throws {
        let whole = EmbeddingRequest(source: .openAI, inputs: [.text("a"), .text("b"), .text("c")])
        let parts = whole.split(for: .titan)
        let answers = [1, 2, 3].map { EmbeddingAnswer(vectors: [[.number($0)]], inputTokens: $0) }
        let merged = try #require(EmbeddingAnswer(merging: answers, of: parts))
        #expect(merged.vectors == [[1], [2], [3]])
        #expect(merged.inputTokens == 6)
        #expect(EmbeddingAnswer(merging: Array(answers.dropLast()), of: parts) == nil)
        #expect(EmbeddingAnswer(merging: [], of: []) == nil)
        var odd = answers
        odd[1].vectors = [[2], [2]]
        #expect(EmbeddingAnswer(merging: odd, of: parts) == nil)
        odd = answers
        odd[2].inputTokens = nil
        #expect(EmbeddingAnswer(merging: odd, of: parts)?.inputTokens == nil)
        odd[2].inputTokens = .max
        #expect(EmbeddingAnswer(merging: odd, of: parts)?.inputTokens == .max)
    }

    @Test func furtherFormsAreMergedWhereAllHaveThem() throws {
        let parts = EmbeddingRequest(source: .cohere, inputs: [.text("a"), .text("b")]).split(for: .titan)
        func answer(_ types: [String]) -> EmbeddingAnswer {
            EmbeddingAnswer(vectors: [[1]], furtherVectors: types.map { .init(type: $0, vectors: [[7]]) })
        }
        let merged = try #require(EmbeddingAnswer(merging: [answer(["int8", "uint8"]), answer(["int8"])], of: parts))
        #expect(merged.furtherVectors == [.init(type: "int8", vectors: [[7], [7]])])
    }

    /// Anything may come; nothing may trap, and what is read has a vector of numbers for each input.
    @Test func mutatedAnswers() throws {
        var random = SeededGenerator(seed: 5)
        let original = bytes(try #require(Self.answers[.cohere]))
        for _ in 0..<2000 {
            var mutated = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<mutated.count, using: &random)
                if Bool.random(using: &random) {
                    mutated[place] = UInt8.random(in: 32...126, using: &random)
                } else {
                    mutated.remove(at: place)
                }
            }
            guard let answer = EmbeddingAnswer(of: mutated.span, .cohere) else { continue }
            #expect(!answer.vectors.isEmpty)
            let request = EmbeddingRequest(source: .cohere, inputs: [.text("a")])
            let written = answer.body(for: request, model: "m", inputTokens: 1, requestID: "r")
            #expect((try? JSONValue(parsing: written.span)) != nil)
        }
    }
}
