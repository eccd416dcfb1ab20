import Framing
import JSON

/// What is measured with: texts of the shapes and sizes that gateways see.
enum SampleText {
    private static let sentence =
        "The martlet of heraldry is drawn without feet, for it was said to live in the air and never to land. "

    /// A small chat as applications send it.
    static let request = Array(
        """
        {"model":"openai/gpt-4o-mini","messages":[{"role":"system","content":"You are a helpful assistant."},\
        {"role":"user","content":"Why do martlets in heraldry have no feet?"}],"temperature":0.7,"stream":false}
        """.utf8
    )

    /// An answer of 1,500 bytes.
    static let answer: [UInt8] = {
        let start = """
            {"id":"chatcmpl-8f2c1e","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini-2024-07-18",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"
            """
        let end = """
            ","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":31,\
            "completion_tokens":212,"total_tokens":243,"prompt_tokens_details":{"cached_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default"}
            """
        return Array((start + text(byteCount: 1500 - start.utf8.count - end.utf8.count) + end).utf8)
    }()

    /// A piece of a streamed answer.
    static let chunk = Array(
        """
        {"id":"chatcmpl-8f2c1e","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",\
        "choices":[{"index":0,"delta":{"content":" swift"},"logprobs":null,"finish_reason":null}]}
        """.utf8
    )

    /// The same as a server-sent event.
    static let event = Array("data: ".utf8) + chunk + Array("\n\n".utf8)

    /// A long conversation with tools, about 300 KB: line ends, quotation marks and letters beyond ASCII included.
    static let longRequest: [UInt8] = {
        var messages: [JSONValue] = [["role": "system", "content": .string(text(byteCount: 4000))]]
        for turn in 0..<150 {
            let question = "Question \(turn):\n\"\(text(byteCount: 300))\"\n\tÜber Schwalben – und Segler?"
            messages.append(["role": "user", "content": .string(question)])
            messages.append([
                "role": "assistant", "content": .string("\(turn)) \(text(byteCount: 1500))\n\n- один\n- два"),
            ])
        }
        let tools: [JSONValue] = (0..<20).map { number in
            let city: JSONValue = ["type": "string", "description": .string(text(byteCount: 200))]
            let parameters: JSONValue = ["type": "object", "properties": ["city": city], "required": ["city"]]
            return ["type": "function", "function": ["name": .string("weather_\(number)"), "parameters": parameters]]
        }
        let body: JSONValue = [
            "model": "openai/gpt-4o-mini", "messages": .array(messages), "tools": .array(tools), "temperature": 0.25,
            "max_completion_tokens": 4096, "stream": true,
        ]
        return JSONWriter().write(body)
    }()

    /// A message of an AWS event stream, 300 bytes long when encoded.
    static let eventStreamMessage: EventStreamMessage = {
        let payload = """
            {"contentBlockIndex":0,"delta":{"text":"\(text(byteCount: 131))"},"p":"abcdefgh"}
            """
        return EventStreamMessage(
            headers: [
                EventStreamHeader(name: ":event-type", value: .string("contentBlockDelta")),
                EventStreamHeader(name: ":content-type", value: .string("application/json")),
                EventStreamHeader(name: ":message-type", value: .string("event")),
            ],
            payload: Array(payload.utf8)
        )
    }()

    /// The small chat as an SDK sends it.
    static let httpRequest =
        head(
            """
            POST /v1/chat/completions HTTP/1.1
            Host: 127.0.0.1:8080
            Accept: application/json
            Accept-Encoding: gzip, deflate
            Connection: keep-alive
            Content-Type: application/json
            User-Agent: OpenAI/Python 2.0.0
            X-Stainless-Lang: python
            X-Stainless-Runtime: CPython
            Authorization: Bearer sk-none
            Content-Length: \(request.count)
            """
        ) + request

    /// A provider's answer with the fields that such answers have.
    static let httpResponse =
        head(
            """
            HTTP/1.1 200 OK
            Date: Thu, 09 Oct 2025 08:53:20 GMT
            Content-Type: application/json
            Content-Length: \(answer.count)
            Connection: keep-alive
            openai-processing-ms: 512
            openai-version: 2020-10-01
            x-ratelimit-limit-requests: 10000
            x-ratelimit-remaining-requests: 9999
            x-ratelimit-reset-requests: 8.64s
            x-request-id: req_5d0c7be01c8a4a6d
            Strict-Transport-Security: max-age=31536000
            Server: example
            """
        ) + answer

    private static func head(_ lines: String) -> [UInt8] {
        Array((lines.split(separator: "\n").joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static func text(byteCount: Int) -> String {
        let count = max(0, byteCount)
        let whole = String(repeating: sentence, count: count / sentence.utf8.count + 1)
        return String(whole.prefix(count))
    }
}
