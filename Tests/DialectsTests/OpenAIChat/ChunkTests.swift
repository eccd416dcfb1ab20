import Testing

@testable import Dialects

@Suite("Events of a chat stream")
struct ChunkTests {
    struct Case: CustomTestStringConvertible {
        var data: String
        var kind: OpenAIChatChunk.Kind
        var hasDelta = false
        var isFinished = false
        var usage: TokenUsage?

        var testDescription: String { data }
    }

    private func expect(_ expected: Case) {
        let chunk = OpenAIChatChunk(bytes(expected.data).span)
        #expect(chunk.kind == expected.kind)
        #expect(chunk.hasDelta == expected.hasDelta)
        #expect(chunk.isFinished == expected.isFinished)
        #expect(chunk.usage == expected.usage)
    }

    @Test(arguments: [
        Case(data: #"{"choices":[{"delta":{"content":"a"}}]}"#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[{"delta":{"content":"a"}}],"usage":null}"#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#, kind: .content),
        Case(data: #"{"choices":[{"delta":{"role":"assistant","content":null,"refusal":null}}]}"#, kind: .content),
        Case(data: #"{"choices":[{"delta":{"role":"assistant"}}]}"#, kind: .content),
        Case(data: #"{"choices":[{"delta":{"tool_calls":[]}}]}"#, kind: .content),
        Case(
            data: #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":""}}]}}]}"#,
            kind: .content,
            hasDelta: true
        ),
        Case(data: #"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[{"delta":{"reasoning":"hm","content":null}}]}"#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[{"delta":{"refusal":"no"}}]}"#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, kind: .content, isFinished: true),
        Case(data: #"{"choices":[{"delta":{},"finish_reason":null}]}"#, kind: .content),
        Case(data: #"{"choices":[{"delta":{},"finish_reason":""}]}"#, kind: .content),
        Case(
            data: #"{"choices":[{"delta":{"content":"x"}},{"delta":{},"finish_reason":"stop"}]}"#,
            kind: .content,
            hasDelta: true,
            isFinished: true
        ),
        Case(data: #"{"choi\u0063es":[{"d\u0065lta":{"content":"a"}}]}"#, kind: .content, hasDelta: true),
        Case(data: #" {"choices" : [ { "delta" : { "content" : "a" } } ] } "#, kind: .content, hasDelta: true),
        Case(data: #"{"choices":[1,null,{"delta":[]}]}"#, kind: .content),
        // Azure begins with the verdict on the prompt.
        Case(data: #"{"choices":[],"prompt_filter_results":[{}]}"#, kind: .content),
        Case(data: #"{"choices":[],"usage":null}"#, kind: .content),
    ])
    func content(_ expected: Case) { expect(expected) }

    @Test(arguments: [
        Case(
            data: #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
            kind: .usageOnly,
            usage: TokenUsage(input: 3, output: 4)
        ),
        Case(data: #"{"usage":{},"choices":[ ]}"#, kind: .usageOnly, usage: TokenUsage()),
        // With a choice it is part of the answer, and never kept from the caller.
        Case(
            data: #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}"#,
            kind: .content,
            isFinished: true,
            usage: TokenUsage(input: 3)
        ),
        Case(data: #"{"usage":{"prompt_tokens":3}}"#, kind: .other, usage: TokenUsage(input: 3)),
        Case(data: #"{"choices":[],"usage":7}"#, kind: .content),
    ])
    func usage(_ expected: Case) { expect(expected) }

    @Test(arguments: [
        Case(data: "[DONE]", kind: .done),
        Case(data: " [DONE] ", kind: .done),
        Case(data: "[DONE", kind: .other),
        Case(data: "[done]", kind: .other),
        Case(data: #""[DONE]""#, kind: .other),
        Case(data: "[DONE][DONE]", kind: .other),
        Case(data: #"{"error":{"message":"no"}}"#, kind: .error),
        Case(data: #"{"error":"no"}"#, kind: .error),
        Case(data: #"{"choices":[{"delta":{"content":"a"}}],"error":{}}"#, kind: .error),
        Case(data: #"{"choices":[],"error":null}"#, kind: .content),
        Case(data: #"{"error":null}"#, kind: .other),
        Case(data: #"{"error":false}"#, kind: .other),
        Case(data: "", kind: .other),
        Case(data: "junk", kind: .other),
        Case(data: "{}", kind: .other),
        Case(data: "[]", kind: .other),
        Case(data: "null", kind: .other),
        Case(data: #"{"choices":[{"delta":{"content":"a"}}]"#, kind: .other),
        Case(data: #"{"choices":{},"x":1}"#, kind: .other),
        Case(data: "\u{FEFF}{}", kind: .other),
    ])
    func ends(_ expected: Case) { expect(expected) }

    @Test func everyCutIsOther() {
        let data = bytes(#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}"#)
        for count in 0..<data.count {
            let chunk = OpenAIChatChunk(data.span.extracting(0..<count))
            #expect(chunk.kind == .other)
            #expect(chunk.usage == nil)
            #expect(!chunk.isFinished)
        }
    }

    @Test("Choices are told apart by their index")
    func choices() {
        let chunk = OpenAIChatChunk(
            Array(
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"},{"index":2,"delta":{"content":"a"}}]}"#.utf8
            ).span
        )
        #expect(chunk.choices == 0b101)
        #expect(chunk.finishedChoices == 0b001)
        let absurd = OpenAIChatChunk(Array(#"{"choices":[{"index":-1},{"index":1000000}]}"#.utf8).span)
        #expect(absurd.choices == 1 | UInt64(1) << 63)
    }
}
