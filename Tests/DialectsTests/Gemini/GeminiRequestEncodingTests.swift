import JSON
import Testing

@testable import Dialects

@Suite struct GeminiRequestEncodingTests {
    private typealias T = GeminiTesting

    private func contents(_ turns: [Turn], model: String = "gemini-2.5-flash") -> (text: String, losses: [Loss]) {
        let request = T.request(T.conversation(turns), model: model)
        return (T.text(request.body["contents"]), request.losses)
    }

    @Test func saysInstructionsInFront() {
        let request = T.request(
            T.conversation([
                Turn(.system, [Part(.text("one"), path: "s")], path: "s"),
                Turn(.developer, [Part(.text("two"), path: "d")], path: "d"), T.user("hi"), T.assistant([.text("yes")]),
                Turn(.system, [Part(.text("three"), path: "m")], path: "m"), T.user("go"),
            ])
        )
        #expect(
            T.text(request.body)
                == #"{"systemInstruction":{"parts":[{"text":"one"},{"text":"two"}]},"contents":["#
                + #"{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"yes"}]},"#
                + #"{"role":"user","parts":[{"text":"three"},{"text":"go"}]}]}"#
        )
        #expect(request.losses.map(\.element) == [.developerRole, .instructionsInMidConversation])
    }

    @Test func joinsTurnsOfOneRoleAndLeavesEmptyOnesOut() {
        let (text, losses) = contents([
            T.user("a"), T.user("b"), T.user(""), Turn(.assistant, [], path: "e"), T.assistant([.text("c")]),
            T.assistant([.text("")]), T.user("d"),
        ])
        #expect(
            text
                == #"[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},{"role":"model","parts":[{"text":"c"}]},"#
                + #"{"role":"user","parts":[{"text":"d"}]}]"#
        )
        #expect(losses.map(\.element) == [.emptyText, .emptyTurn, .emptyText])
    }

    @Test func beginsAndEndsWithTheUser() {
        let (text, losses) = contents([T.assistant([.text("a")])])
        #expect(
            text
                == #"[{"role":"user","parts":[{"text":"(The assistant begins the conversation.)"}]},"#
                + #"{"role":"model","parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"(Go on.)"}]}]"#
        )
        #expect(losses.map(\.element) == [.leadingAssistantTurn, .assistantPrefill])
        let only = T.request(T.conversation([Turn(.system, [Part(.text("s"))], path: "s")]))
        #expect(T.text(only.body) == #"{"contents":[{"role":"user","parts":[{"text":"s"}]}]}"#)
    }

    @Test func givesResultsInTheOrderOfTheirCalls() {
        let (text, losses) = contents([
            T.user("a"), T.assistant([T.call("1", "f"), T.call("2", "g", #"{"b":1.50,"a":2}"#)]), T.user("meanwhile"),
            T.result("2", #"{"x":1}"#), T.result("1", "no", isError: true), T.result("lost", "alone"),
        ])
        #expect(
            text
                == #"[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":["#
                + #"{"functionCall":{"id":"1","name":"f","args":{}}},"#
                + #"{"functionCall":{"id":"2","name":"g","args":{"b":1.50,"a":2}}}]},"#
                + #"{"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"error":"no"}}},"#
                + #"{"functionResponse":{"id":"2","name":"g","response":{"x":1}}},{"text":"meanwhile"},"#
                + #"{"text":"Result of the tool unknown: alone"}]}]"#
        )
        #expect(losses.map(\.element) == [.orphanedToolResult])
        #expect(losses.map(\.path) == ["r.lost"])
    }

    @Test func saysResultsInTheModelsTurnAsText() {
        var turn = T.result("1", "x")
        turn.role = .assistant
        let (text, losses) = contents([T.user("a"), T.assistant([T.call("1")]), turn, T.user("b")])
        #expect(text.contains(#"{"text":"Result of the tool weather: x"}]},{"role":"user","parts":[{"text":"b"}]}"#))
        #expect(losses.map(\.element) == [.orphanedToolResult])
    }

    @Test func keepsCallsOfOneIDApart() {
        let (text, losses) = contents([
            T.user("a"), T.assistant([T.call("1")]), T.result("1", "x"), T.assistant([T.call("1")]),
            T.result("1", "y"),
        ])
        #expect(losses.isEmpty)
        let order = text.split(separator: "output").dropFirst().map { $0.prefix(5) }
        #expect(order == [#"":"x""#, #"":"y""#])
    }

    @Test(
        arguments: [
            ("", #"{}"#, true), ("  ", #"{}"#, true), (#"{"a":"#, #"{"arguments":"{\"a\":"}"#, false),
            ("[1]", #"{"arguments":"[1]"}"#, false), (#" {"a": 1} "#, #"{"a":1}"#, true),
        ]
    )
    func wrapsMalformedArguments(arguments: String, expected: String, isExact: Bool) {
        let (text, losses) = contents([
            T.user("a"), T.assistant([T.call("1", "f", arguments)]), T.result("1", "x"),
        ])
        #expect(text.contains(#""args":\#(expected)}"#))
        #expect(losses.map(\.element) == (isExact ? [] : [.toolArguments]))
    }

    @Test(
        arguments: [
            ("plain", #"{"output":"plain"}"#), ("", #"{"output":""}"#), ("5", #"{"output":"5"}"#),
            (#"{"a": [1, 2.50]}"#, #"{"a":[1,2.50]}"#), (#"{"output":1}"#, #"{"output":{"output":1}}"#),
            ("[1]", #"{"output":[1]}"#), (#"{"a":1,"a":2}"#, #"{"output":"{\"a\":1,\"a\":2}"}"#),
            (#"{"a":9007199254740993}"#, #"{"output":"{\"a\":9007199254740993}"}"#),
            (#"{"a":1e400}"#, #"{"output":"{\"a\":1e400}"}"#),
        ]
    )
    func wrapsResults(text: String, expected: String) {
        #expect(T.text(GeminiToolResponse.response(text, isError: false)) == expected)
    }

    @Test func sendsSignaturesWithTheNextPart() {
        let own = ReasoningSignature(origin: .gemini, value: "AAA=")
        let other = ReasoningSignature(origin: .anthropicMessages, value: "zzz")
        let (text, losses) = contents([
            T.user("a"),
            T.assistant([
                .reasoning(Reasoning("hm", signature: other)), .reasoning(Reasoning("", signature: own)),
                T.call("1"), T.call("2"), .reasoning(Reasoning("", isRedacted: true, signature: other)),
                .reasoning(Reasoning("", signature: own)),
            ]),
            T.result("1", "x"), T.result("2", "y"),
        ])
        #expect(
            text.contains(
                #"[{"text":"hm","thought":true},{"functionCall":{"id":"1","name":"weather","args":{}},"#
                    + #""thoughtSignature":"AAA="},{"functionCall":{"id":"2","name":"weather","args":{}}},"#
                    + #"{"text":"","thoughtSignature":"AAA="}]"#
            )
        )
        #expect(losses.map(\.element) == [.reasoningSignature])
    }

    @Test func givesGemini3AStandInForMissingSignatures() {
        let turns = [
            T.user("a"), T.assistant([T.call("1"), T.call("2")]), T.result("1", "x"), T.result("2", "y"),
            T.assistant([T.call("3")]), T.result("3", "z"),
        ]
        let stand = #""thoughtSignature":"skip_thought_signature_validator""#
        #expect(contents(turns, model: "gemini-3-pro-preview").text.split(separator: stand).count == 3)
        #expect(!contents(turns).text.contains("thoughtSignature"))
        // The beginning of a conversation stays the same when it goes on.
        let shorter = contents(Array(turns.prefix(4)), model: "gemini-3-pro-preview").text.dropLast()
        #expect(contents(turns, model: "gemini-3-pro-preview").text.hasPrefix(shorter))
    }

    @Test func putsMediaOfResultsWhereTheModelTakesThem() {
        let image = Part(.image(Media(.data(base64: "AA=="), mediaType: "image/png")), path: "i")
        let result = ToolResult(callID: "1", parts: [Part(.text("see"), path: "t"), image])
        let turns = [
            T.user("a"), T.assistant([T.call("1")]), Turn(.user, [Part(.toolResult(result), path: "r")], path: "r"),
        ]
        let blob = #"{"inlineData":{"mimeType":"image/png","data":"AA=="}}"#
        let new = contents(turns, model: "models/gemini-3.1-pro-preview")
        #expect(new.text.contains(#""response":{"output":"see"},"parts":[\#(blob)]}}"#))
        #expect(new.losses.isEmpty)
        let old = contents(turns)
        #expect(old.text.contains(#""response":{"output":"see"}}},\#(blob)]"#))
        #expect(old.losses.map(\.element) == [.toolResultMedia])
    }

    @Test func sendsMedia() {
        let parts: [PartContent] = [
            .image(Media(.data(base64: "AA=="), mediaType: "image/gif")),
            .image(Media(.url("https://x/y.webp?z"), mediaType: "image/webp")),
            .image(Media(.url("https://x/y"), detail: "high")), .image(Media(.file(id: "file-1"))),
            .document(Media(.text("ü"), name: "n")), .document(Media(.data(base64: "AA=="))),
            .document(Media(.data(base64: "AA=="), mediaType: "application/msword")),
            .audio(Media(.data(base64: "AA=="), mediaType: "audio/wav")),
            .video(Media(.url("gs://b/v.mov"))),
        ]
        let turn = Turn(.user, parts.enumerated().map { Part($1, path: "p\($0)") }, path: "u")
        let (text, losses) = contents([turn])
        #expect(
            text
                == #"[{"role":"user","parts":[{"fileData":{"mimeType":"image/webp","fileUri":"https://x/y.webp?z"}},"#
                + #"{"fileData":{"mimeType":"image/jpeg","fileUri":"https://x/y"}},"#
                + #"{"inlineData":{"mimeType":"text/plain","data":"w7w="}},"#
                + #"{"inlineData":{"mimeType":"application/pdf","data":"AA=="}},"#
                + #"{"inlineData":{"mimeType":"audio/wav","data":"AA=="}},"#
                + #"{"fileData":{"mimeType":"video/quicktime","fileUri":"gs://b/v.mov"}}]}]"#
        )
        #expect(
            losses.map { "\($0.path) \($0.element.rawValue) \($0.effect.rawValue)" } == [
                "p0 image type refused", "p2 image detail dropped", "p2 image by URL approximated",
                "p3 image by file id refused", "p4 document name dropped", "p6 document refused",
            ]
        )
    }

    @Test func keepsForeignPartsOfItsOwn() {
        let own = ForeignContent(
            .gemini,
            type: "executableCode",
            element: .serverToolContent,
            value: ["executableCode": ["code": "1"]]
        )
        var other = own
        other.format = .anthropicMessages
        let (text, losses) = contents([T.user("a"), T.assistant([.foreign(own), .foreign(other)]), T.user("b")])
        #expect(text.contains(#"{"role":"model","parts":[{"executableCode":{"code":"1"}}]}"#))
        #expect(losses.map(\.element) == [.serverToolContent])
    }
}
