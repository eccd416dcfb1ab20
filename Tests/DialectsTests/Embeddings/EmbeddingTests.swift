import JSON
import Testing

@testable import Dialects

@Suite("Embeddings")
struct EmbeddingTests {
    private func request(_ text: String, _ format: EmbeddingFormat = .openAI) throws -> EmbeddingRequest {
        let bytes = Array(text.utf8)
        return try EmbeddingRequest(of: bytes.span, format)
    }

    private func problem(_ text: String, _ format: EmbeddingFormat = .openAI) throws -> String? {
        do {
            _ = try request(text, format)
            return nil
        } catch let problem as FormatProblem {
            return problem.path
        }
    }

    private func body(_ encoded: (body: [UInt8], losses: [Loss])) throws -> JSONValue {
        try JSONValue(parsing: encoded.body.span)
    }

    // MARK: Requests

    @Test func openAIRequests() throws {
        let request = try request(
            ##"{"model":"m","input":["a","b",[1,2]],"dimensions":4,"encoding_format":"base64","user":"u","z":1}"##
        )
        #expect(request.inputs == [.text("a"), .text("b"), .tokens([1, 2])])
        #expect(request.dimensions == 4)
        #expect(request.wantsBase64)
        #expect(request.user == "u")
        #expect(request.unread.map(\.path) == ["z"])
        #expect(try self.request(##"{"model":"m","input":"a"}"##).inputs == [.text("a")])
        #expect(try self.request(##"{"model":"m","input":[1,2]}"##).inputs == [.tokens([1, 2])])
    }

    @Test func geminiRequests() throws {
        let one =
            ##"{"content":{"role":"user","parts":[{"text":"a"},{"text":"b"}]},"taskType":"CLUSTERING","outputDimensionality":4}"##
        let single = try request(one, .geminiSingle)
        #expect(single.inputs == [.text("ab")])
        #expect(single.task == "CLUSTERING")
        #expect(single.dimensions == 4)
        #expect(single.unread.isEmpty)
        let batch = try request("{\"requests\":[\(one),\(one)]}", .geminiBatch)
        #expect(batch.inputs == [.text("ab"), .text("ab")])
        #expect(batch.task == "CLUSTERING")
        let other = ##"{"content":{"parts":[{"text":"a"}]},"task_type":"CLUSTERING","title":"t"}"##
        #expect(try request(other, .geminiSingle).titles == ["t"])
        #expect(try problem("{\"requests\":[\(one),\(other)]}", .geminiBatch) == "requests[1]")
    }

    @Test(arguments: [
        ("{}", EmbeddingFormat.openAI, "input"), (##"{"input":[]}"##, .openAI, "input"),
        (##"{"input":7}"##, .openAI, "input"), (##"{"input":["a",7]}"##, .openAI, "input[1]"),
        (##"{"input":"a","encoding_format":"int8"}"##, .openAI, "encoding_format"),
        ("{}", .geminiSingle, "content"), ("{}", .geminiBatch, "requests"),
        (##"{"requests":[7]}"##, .geminiBatch, "requests[0]"),
        (##"{"content":{"parts":[{"inlineData":{}}]}}"##, .geminiSingle, "content.parts[0]"), ("[", .openAI, ""),
    ])
    func whatIsNoRequest(_ text: String, _ format: EmbeddingFormat, _ path: String) throws {
        #expect(try problem(text, format) == path)
    }

    @Test func requestsForEveryProvider() throws {
        var whole = EmbeddingRequest(source: .openAI, inputs: [.text("a"), .text("b")])
        whole.dimensions = 4
        #expect(
            try body(whole.encoded(for: .openAI, model: "m"))
                == ["model": "m", "input": ["a", "b"], "encoding_format": "float", "dimensions": 4]
        )
        let gemini = try body(whole.encoded(for: .geminiBatch, model: "m"))
        #expect(gemini["requests"]?.array?.count == 2)
        #expect(
            gemini["requests"]?[1]
                == ["model": "models/m", "content": ["parts": [["text": "b"]]], "outputDimensionality": 4]
        )
        #expect(
            try body(whole.encoded(for: .bedrockCohere, model: "m"))
                == [
                    "texts": ["a", "b"], "input_type": "search_document", "embedding_types": ["float"],
                    "output_dimension": 4,
                ]
        )
        #expect(throws: FormatProblem.self) { try whole.encoded(for: .titan, model: "m") }
        whole.inputs = [.text("a")]
        #expect(try body(whole.encoded(for: .titan, model: "m")) == ["inputText": "a", "dimensions": 4])
    }

    @Test func tokenNumbersGoOnlyToOpenAI() throws {
        let request = EmbeddingRequest(source: .openAI, inputs: [.tokens([1, 2])])
        #expect(try body(request.encoded(for: .openAI, model: "m"))["input"] == [[1, 2]])
        for target in [EmbeddingFormat.geminiBatch, .titan, .cohere, .bedrockCohere] {
            #expect(throws: FormatProblem.self) { try request.encoded(for: target, model: "m") }
        }
    }

    @Test func whatHasNoPlaceIsReported() throws {
        var request = EmbeddingRequest(source: .openAI, inputs: [.text("a")])
        request.user = "u"
        request.task = "RETRIEVAL_QUERY"
        request.unread = [UnreadMember(path: "z")]
        #expect(try request.encoded(for: .openAI, model: "m").losses.map(\.path) == ["z", "taskType"])
        #expect(try request.encoded(for: .geminiBatch, model: "m").losses.map(\.path) == ["z", "user"])
        #expect(try request.encoded(for: .titan, model: "m").losses.map(\.path) == ["z", "taskType", "user"])
        let cohere = try request.encoded(for: .bedrockCohere, model: "m")
        #expect(cohere.losses.map(\.path) == ["z", "user"])
        #expect(try body(cohere)["input_type"] == "search_query")
    }

    @Test(arguments: [
        (WireFormat.openAIChat, "x", EmbeddingFormat.openAI), (.gemini, "x", .geminiBatch),
        (.bedrockConverse, "amazon.titan-embed-text-v2:0", .titan),
        (.bedrockConverse, "eu.cohere.embed-v4:0", .bedrockCohere), (.cohereChat, "embed-v4.0", .cohere),
    ])
    func formsOfProviders(_ format: WireFormat, _ model: String, _ expected: EmbeddingFormat) {
        #expect(EmbeddingFormat(provider: format, model: model) == expected)
        #expect(EmbeddingFormat(provider: .bedrockConverse, model: "claude") == nil)
        #expect(EmbeddingFormat(provider: .anthropicMessages, model: "x") == nil)
    }

    // MARK: Answers

    @Test(arguments: [
        (
            EmbeddingFormat.openAI,
            ##"{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1.50]}],"usage":{"prompt_tokens":3}}"##,
            3 as Int?
        ),
        (.openAI, ##"{"data":[{"embedding":"AADAPw=="},{"embedding":[2]}]}"##, nil),
        (
            .geminiBatch,
            ##"{"embeddings":[{"values":[1.50]},{"values":[2]}],"usageMetadata":{"promptTokenCount":4}}"##, 4
        ),
        (.bedrockCohere, ##"{"embeddings":[[1.50],[2]],"response_type":"embeddings_floats"}"##, nil),
        (.bedrockCohere, ##"{"embeddings":{"float":[[1.50],[2]]},"response_type":"embeddings_by_type"}"##, nil),
        (.cohere, ##"{"embeddings":{"base64":["AADAPw==","AAAAQA=="]}}"##, nil),
        (.cohere, ##"{"embeddings":{"float":[[1.50],[2]]},"meta":{"billed_units":{"input_tokens":5}}}"##, 5),
    ])
    func answers(_ format: EmbeddingFormat, _ text: String, _ tokens: Int?) throws {
        let bytes = Array(text.utf8)
        let read = EmbeddingAnswer(of: bytes.span, format)
        let answer = try #require(read)
        #expect(answer.vectors.map { $0.map(\.double) } == [[1.5], [2]])
        #expect(answer.inputTokens == tokens)
    }

    @Test func answersOfOneText() {
        let titan = ##"{"embedding":[1],"inputTextTokenCount":2}"##
        let answer = EmbeddingAnswer(of: titan.utf8.span, .titan)
        #expect(answer?.vectors == [[1]])
        #expect(answer?.inputTokens == 2)
        let gemini = EmbeddingAnswer(of: ##"{"embedding":{"values":[1]}}"##.utf8.span, .geminiSingle)
        #expect(gemini?.vectors == [[1]])
    }

    @Test(arguments: [
        "", "{}", "[]", ##"{"data":[],"embeddings":[],"embedding":[]}"##, ##"{"data":[{"embedding":"AAA"}]}"##,
        ##"{"data":[{"embedding":["x"]}],"embeddings":[["x"]],"embedding":{"values":["x"]}}"##,
        // A number that JSON cannot write.
        ##"{"data":[{"embedding":"AACAfw=="}]}"##,
    ])
    func whatIsNoAnswer(_ text: String) {
        for format in [EmbeddingFormat.openAI, .geminiSingle, .geminiBatch, .titan, .cohere, .bedrockCohere] {
            let vectors = EmbeddingAnswer(of: text.utf8.span, format)?.vectors
            #expect(vectors == nil)
        }
    }

    @Test func answersForCallers() throws {
        let answer = EmbeddingAnswer(vectors: [[1.5], [2]])
        func text(_ request: EmbeddingRequest) -> String {
            String(decoding: answer.body(for: request, model: "m", inputTokens: 3, requestID: "r"), as: UTF8.self)
        }
        var request = EmbeddingRequest(source: .openAI, inputs: [])
        #expect(
            text(request)
                == ##"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.5]},{"object":"embedding","index":1,"embedding":[2]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"##
        )
        request.wantsBase64 = true
        #expect(text(request).contains(##""embedding":"AADAPw==""##))
        request.source = .geminiBatch
        #expect(text(request) == ##"{"embeddings":[{"values":[1.5]},{"values":[2]}]}"##)
        request.source = .geminiSingle
        #expect(text(request) == ##"{"embedding":{"values":[1.5]}}"##)
    }

    @Test(
        arguments: [0, -0.0, 1, -1.5, 0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.013_916_016] as [Float]
    )
    func base64(_ value: Float) throws {
        let number = try #require(JSONNumber(spelling: value.description))
        let text = EmbeddingVector.base64([.number(number), 2])
        let numbers = try #require(EmbeddingVector.numbers(base64: text))
        #expect(numbers.map { $0.double.map { Float($0) } } == [value, 2])
    }

    @Test func geminiBodiesNameTheModel() {
        let one = ##"{"model":"models/p/x","content":{"parts":[]},"z":1.0}"##
        let single = GeminiEmbeddings.passedBody(of: one.utf8.span, .geminiSingle, model: "y")
        let expected = ##"{"requests":[{"model":"models/y","content":{"parts":[]},"z":1.0}]}"##
        #expect(single.map { String(decoding: $0, as: UTF8.self) } == expected)
        let batch = GeminiEmbeddings.passedBody(of: "{\"requests\":[\(one)]}".utf8.span, .geminiBatch, model: "y")
        #expect(batch.map { String(decoding: $0, as: UTF8.self) } == expected)
        for text in ["", "{}", ##"{"requests":[]}"##, ##"{"requests":[7]}"##] {
            let body = GeminiEmbeddings.passedBody(of: text.utf8.span, .geminiBatch, model: "y")
            #expect(body == nil)
        }
    }
}
