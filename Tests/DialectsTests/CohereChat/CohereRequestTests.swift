import JSON
import Testing

@testable import Dialects

@Suite("Requests to Cohere")
struct CohereRequestTests {
    private static func hello(_ more: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"Hi"}],\#(more)}"#
    }

    private static func talk(_ messages: String) -> String { #"{"model":"m","messages":[\#(messages)]}"# }

    private static func tool(_ name: String, _ more: String = "") -> String {
        #"{"type":"function","function":{"name":"\#(name)","description":"d","parameters":{"type":"object","properties":{"a":{}},"required":["a"]}\#(more)}}"#
    }

    // MARK: Settings

    @Test(arguments: [
        (#""max_tokens":5"#, "max_tokens", "5", []), (#""temperature":0.50"#, "temperature", "0.50", []),
        (#""temperature":-1"#, "temperature", "0", ["approximated temperature"]),
        (#""temperature":2"#, "temperature", "2", []), (#""top_p":0.5"#, "p", "0.5", []),
        (#""top_p":1"#, "p", "0.99", ["approximated top p"]), (#""top_p":0"#, "p", "0.01", ["approximated top p"]),
        (#""top_k":40"#, "k", "40", []), (#""top_k":501"#, "k", "500", ["approximated top k"]),
        (#""top_k":1.5"#, "k", "absent", ["approximated top k"]), (#""seed":7"#, "seed", "7", []),
        (#""seed":-7"#, "seed", "absent", ["dropped seed"]), (#""stop":["a"]"#, "stop_sequences", #"["a"]"#, []),
        (#""stop":["a","","b","c","d"]"#, "stop_sequences", #"["a","b","c","d"]"#, ["dropped stop sequences"]),
        (#""frequency_penalty":0.5"#, "frequency_penalty", "0.5", []),
        (#""frequency_penalty":2"#, "frequency_penalty", "1", ["approximated frequency penalty"]),
        (#""frequency_penalty":0.0"#, "frequency_penalty", "absent", []),
        (#""presence_penalty":1e400"#, "presence_penalty", "1", ["approximated presence penalty"]),
        (
            #""presence_penalty":0.5,"frequency_penalty":0.5"#, "presence_penalty", "absent",
            ["approximated presence penalty"]
        ),
        (#""n":2"#, "n", "absent", ["approximated number of answers"]), (#""logprobs":true"#, "logprobs", "true", []),
        (#""logprobs":true,"top_logprobs":2"#, "logprobs", "true", ["dropped log probabilities"]),
        (#""stream":true"#, "stream", "true", []), (##""user":"u""##, "user", "absent", ["dropped user"]),
        (##""service_tier":"flex""##, "service_tier", "absent", ["dropped service tier"]),
        (##""service_tier":"auto""##, "service_tier", "absent", []),
    ])
    func settings(_ member: String, _ place: String, _ value: String, _ lost: [String]) throws {
        let request = try CohereRequest(Self.hello(member))
        #expect(request[place] == value)
        #expect(request.lost == lost)
        #expect(request["model"] == #""command-a-reasoning-08-2025""#)
    }

    @Test(arguments: [
        (#""reasoning_effort":"none""#, #"{"type":"disabled"}"#, [], []),
        (
            #""reasoning_effort":"low""#, #"{"type":"enabled","token_budget":2048}"#,
            ["approximated reasoning effort"], ["approximated reasoning effort"]
        ),
        (
            #""reasoning":{"max_tokens":500}"#, #"{"type":"enabled","token_budget":500}"#, [],
            ["dropped reasoning budget"]
        ),
        (#""reasoning":{"enabled":true}"#, #"{"type":"enabled"}"#, [], ["approximated reasoning effort"]),
    ])
    func thoughts(_ member: String, _ value: String, _ lost: [String], _ lostWithout: [String]) throws {
        let thoughtful = try CohereRequest(Self.hello(member))
        #expect(thoughtful["thinking"] == value)
        #expect(thoughtful.lost == lost)
        for model in ["command-r-plus-08-2024", "command-a-03-2025", "command"] {
            let plain = try CohereRequest(Self.hello(member), model: model)
            #expect(plain["thinking"] == "absent")
            #expect(plain.lost == lostWithout)
        }
    }

    @Test(arguments: [(true, []), (false, ["dropped reasoning visibility"])] as [(Bool, [String])])
    func sightOfThoughts(_ includes: Bool, _ lost: [String]) {
        var conversation = Conversation(source: .gemini, model: "m")
        conversation.reasoning = ReasoningOptions()
        conversation.reasoning?.includesThoughts = includes
        #expect(CohereRequest(conversation).lost == lost)
        // A model without thoughts can only disappoint those who want to see some.
        let others = includes ? ["dropped reasoning visibility"] : []
        #expect(CohereRequest(conversation, model: "command-r").lost == others)
    }

    @Test func formsOfTheAnswer() throws {
        let json = try CohereRequest(Self.hello(#""response_format":{"type":"json_object"}"#))
        #expect(json["response_format"] == #"{"type":"json_object"}"#)
        #expect(json.lost == [])
        let schema = #""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}"#
        let structured = try CohereRequest(Self.hello(schema))
        #expect(structured["response_format"] == #"{"type":"json_object","json_schema":{"type":"object"}}"#)
        #expect(structured.lost == ["dropped output schema name"])
        let tools = try CohereRequest(Self.hello(schema + #","tools":[\#(Self.tool("look"))]"#))
        #expect(tools["response_format"] == "absent")
        #expect(tools.lost == ["dropped output schema"])
    }

    // MARK: Tools

    @Test(arguments: [
        ("", "absent", 2, []), (#","tool_choice":"auto""#, "absent", 2, []),
        (#","tool_choice":"none""#, #""NONE""#, 2, []), (#","tool_choice":"required""#, #""REQUIRED""#, 2, []),
        (
            #","tool_choice":{"type":"function","function":{"name":"b"}}"#, #""REQUIRED""#, 1,
            ["approximated tool choice"]
        ),
        (
            #","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"a"}}]}}"#,
            "absent", 1, ["approximated allowed tools"]
        ),
        (#","parallel_tool_calls":false"#, "absent", 2, ["dropped parallel tool calls"]),
    ])
    func tools(_ choice: String, _ value: String, _ count: Int, _ lost: [String]) throws {
        let request = try CohereRequest(Self.hello(#""tools":[\#(Self.tool("a")),\#(Self.tool("b"))]\#(choice)"#))
        #expect(request["tool_choice"] == value)
        #expect(request.encoded.body["tools"]?.array?.count == count)
        #expect(request.lost == lost)
        let parameters = #"{"type":"object","properties":{"a":{}},"required":["a"]}"#
        #expect(request["tools.0.function.parameters"] == parameters)
    }

    @Test func guaranteedSchemas() throws {
        let strict = Self.tool("a", #","strict":true"#)
        let all = try CohereRequest(Self.hello(#""tools":[\#(strict)]"#))
        #expect(all["strict_tools"] == "true")
        #expect(all.lost == [])
        let some = try CohereRequest(Self.hello(#""tools":[\#(strict),\#(Self.tool("b"))]"#))
        #expect(some["strict_tools"] == "absent")
        #expect(some.lost == ["tools[0] dropped strict tool"])
    }

    @Test func namesThatAreForbidden() throws {
        let request = try CohereRequest(Self.hello(#""tools":[\#(Self.tool("mein gerät"))]"#))
        #expect(request.lost == ["tools[0] approximated tool name"])
        let name = try #require(request.encoded.body["tools"]?[0]?["function"]?["name"]?.string)
        #expect(request.encoded.toolNames.original(name) == "mein gerät")
    }

    // MARK: Messages

    @Test func aWholeConversation() throws {
        let call = #"{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"a\":1.0}"}}"#
        let request = try CohereRequest(
            Self.talk(
                #"{"role":"system","content":"A"},{"role":"developer","content":"B"},{"role":"user","content":"Hi"},"#
                    + #"{"role":"assistant","content":"I look.","tool_calls":[\#(call)]},"#
                    + #"{"role":"tool","tool_call_id":"c1","content":"wet"},{"role":"assistant","content":"It rains."},"#
                    + #"{"role":"system","content":"C"},{"role":"user","content":"And now?"}"#
            )
        )
        #expect(
            request["messages"]
                == #"[{"role":"system","content":"A\n\nB"},{"role":"user","content":"Hi"},{"role":"assistant","tool_plan":"I look.","tool_calls":[\#(call)]},{"role":"tool","tool_call_id":"c1","content":"wet"},{"role":"assistant","content":"It rains."},{"role":"user","content":"C"},{"role":"user","content":"And now?"}]"#
        )
        #expect(
            request.lost == [
                "messages[1] approximated developer role", "messages[6] approximated instructions in mid-conversation",
            ]
        )
    }

    @Test(arguments: [
        (["wet"], #""wet""#), ([], #""""#), (["[1]"], #""[1]""#),
        ([#"{"a":1.0}"#], #"[{"type":"document","document":{"data":{"a":1.0}}}]"#),
        (
            ["wet", #"{"a":1}"#],
            #"[{"type":"document","document":{"data":{"content":"wet"}}},{"type":"document","document":{"data":{"a":1}}}]"#
        ),
    ])
    func resultsOfTools(_ texts: [String], _ content: String) {
        #expect(json(CohereToolContent.value(of: texts)) == content)
    }

    private static func conversation(_ turns: [Turn]) -> Conversation {
        var conversation = Conversation(source: .anthropicMessages, model: "m")
        conversation.turns = turns
        return conversation
    }

    @Test func resultsThatHaveMoreThanText() {
        let picture = Part(.image(Media(.data(base64: "AAAA"), mediaType: "image/jpg")), path: "p")
        let result = ToolResult(callID: "c1", parts: [Part(.text("bad")), picture], isError: true)
        let stray = ToolResult(callID: "c9", name: "look", parts: [Part(.text("lost"))])
        let request = CohereRequest(
            Self.conversation([
                Turn(.assistant, [Part(.toolCall(ToolCall(id: "c1", name: "look", arguments: "")))], path: "t0"),
                Turn(.user, [Part(.toolResult(result), path: "r1"), Part(.toolResult(stray), path: "r9")], path: "t1"),
            ])
        )
        #expect(request["messages.0.tool_calls.0.function.arguments"] == #""{}""#)
        #expect(request["messages.1.content"] == #""Error: bad""#)
        #expect(request["messages.2.content.1.image_url.url"] == #""data:image/jpeg;base64,AAAA""#)
        #expect(request["messages.3.content.1.text"] == #""lost""#)
        #expect(
            request.lost == [
                "p approximated media in a tool result", "r1 approximated tool result error flag",
                "r9 approximated tool result without its call",
            ]
        )
    }

    @Test func thoughtsOfEarlierTurns() {
        let own = Part(.reasoning(Reasoning("Hm.")), path: "a")
        let signature = ReasoningSignature(origin: .anthropicMessages, value: "s")
        let others = Part(.reasoning(Reasoning("Ah.", signature: signature)), path: "b")
        let call = Part(.toolCall(ToolCall(id: "c1", name: "look", arguments: "{}")), path: "c")
        let request = CohereRequest(
            Self.conversation([
                Turn(.assistant, [own, Part(.text("Hi"))], path: "t0"), Turn(.user, [Part(.text("?"))], path: "t1"),
                Turn(.assistant, [own, others, call], path: "t2"),
            ])
        )
        let thinking = #"{"type":"thinking","thinking":"Hm."}"#
        #expect(request["messages.0.content"] == #"[\#(thinking),{"type":"text","text":"Hi"}]"#)
        #expect(request["messages.2.content"] == "[\(thinking)]")
        #expect(
            request.lost == [
                "b dropped reasoning signature of another provider", "b dropped reasoning text",
            ]
        )
    }

    @Test func unfinishedTurnsAreAskedFor() {
        let request = CohereRequest(
            Self.conversation([
                Turn(.user, [Part(.text("Sing"))], path: "t0"), Turn(.assistant, [Part(.text("La"))], path: "t1"),
            ])
        )
        #expect(request["messages.2"] == #"{"role":"user","content":"Continue."}"#)
        #expect(request.lost == ["t1 approximated assistant prefill"])
    }

    // MARK: Media

    @Test(arguments: [
        (Media(url: "https://a.example/b.png"), []), (Media(.data(base64: "AAAA")), []),
        (Media(url: "gs://a/b.png"), ["p refused image by URL"]),
        (Media(.file(id: "f")), ["p refused image by file id"]),
        (Media(.data(base64: "AAAA"), mediaType: "image/tiff"), ["p refused image type"]),
        (Media(.data(base64: "AAAA"), detail: "fine"), ["p dropped image detail"]),
    ])
    func pictures(_ media: Media, _ lost: [String]) {
        let turn = Turn(.user, [Part(.text("See")), Part(.image(media), path: "p")], path: "t0")
        let request = CohereRequest(Self.conversation([turn]))
        #expect(request.lost == lost)
        let isSent = !lost.contains { $0.contains("refused") }
        #expect((request["messages.0.content.1.type"] == #""image_url""#) == isSent)
    }

    @Test func documents() {
        var cited = Media(.text("Birds fly."), name: "Birds")
        cited.wantsCitations = true
        let plain = Media(.data(base64: Base64.encoded("Fish swim.")), mediaType: "text/plain", name: "Fish")
        let pdf = Media(.data(base64: "AAAA"), mediaType: "application/pdf")
        let parts = [cited, plain, pdf].enumerated().map { Part(.document($1), path: "d\($0)") }
        let request = CohereRequest(Self.conversation([Turn(.user, parts, path: "t0")]))
        #expect(request["documents"] == #"[{"data":{"title":"Birds","text":"Birds fly."}}]"#)
        #expect(request["messages.0.content"] == #""Fish swim.""#)
        #expect(
            request.lost == [
                "d0 approximated document citations", "d1 approximated document name", "d2 refused document",
            ]
        )
    }
}
