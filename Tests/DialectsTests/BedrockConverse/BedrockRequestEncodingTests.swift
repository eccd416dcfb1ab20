import JSON
import TestSupport
import Testing

@testable import Dialects

/// Requests to Bedrock, with all that its schema and its documentation refuse.
struct BedrockRequestEncodingTests {
    private func user(_ parts: PartContent...) -> Turn {
        Turn(.user, parts.map { Part($0, path: "p") }, path: "u")
    }

    private func assistant(_ parts: PartContent...) -> Turn {
        Turn(.assistant, parts.map { Part($0, path: "p") }, path: "a")
    }

    private func call(_ id: String, _ name: String = "f", _ arguments: String = "{}") -> PartContent {
        .toolCall(ToolCall(id: id, name: name, arguments: arguments))
    }

    private func result(_ id: String, _ text: String = "r") -> PartContent {
        .toolResult(ToolResult(callID: id, parts: [Part(.text(text))]))
    }

    private func encoded(_ turns: [Turn], model: String = Bedrock.claude) -> EncodedRequest {
        let request = Bedrock.encoded(Bedrock.conversation(turns), model: model)
        #expect(bedrockViolations(of: request.body).isEmpty)
        return request
    }

    private func messages(_ turns: [Turn]) -> String {
        Bedrock.text(encoded(turns).body["messages"] ?? .null)
    }

    private func elements(_ request: EncodedRequest) -> Set<ConversationElement> {
        Set(request.losses.map(\.element))
    }

    @Test
    func instructionsGoToTheSystemPromptOrTheirPlace() {
        let system = Turn(.system, [Part(.text("s"))], path: "s")
        let developer = Turn(.developer, [Part(.text("d"))], path: "d")
        let request = encoded([system, developer, user(.text("u")), Turn(.system, [Part(.text("m"))], path: "m")])
        #expect(request.body["system"] == [["text": "s"], ["text": "d"]])
        #expect(request.body["messages"] == [["role": "user", "content": [["text": "u"], ["text": "m"]]]])
        #expect(elements(request) == [.developerRole, .instructionsInMidConversation])
    }

    @Test
    func resultsFollowTheirCallsInOrder() {
        let request = encoded([
            user(.text("q")), assistant(call("1"), call("2")), user(.text("t"), result("2", "b")),
            assistant(.text("x")), user(result("1", "a")),
        ])
        let content = request.body["messages"]?[2]?["content"]
        #expect(content?[0]?["toolResult"]?["content"] == [["text": "a"]])
        #expect(content?[1]?["toolResult"]?["content"] == [["text": "b"]])
        #expect(content?[2]?["text"] == "t")
    }

    @Test
    func callsAreAnsweredAndOrphansBecomeText() {
        let request = encoded([
            user(.text("q"), result("ghost", "boo")), assistant(call("1")), user(.text("t")), assistant(call("2")),
        ])
        #expect(request.body["messages"]?[0]?["content"] == [["text": "q"], ["text": "boo"]])
        #expect(elements(request).contains(.orphanedToolResult))
        #expect(request.body["messages"]?.array?.count == 5)
    }

    @Test
    func repeatedIDsAreToldApart() {
        let request = encoded([
            user(.text("q")), assistant(call("call_0")), user(result("call_0", "a")), assistant(call("call_0")),
            user(result("call_0", "b")),
        ])
        #expect(request.body["messages"]?[3]?["content"]?[0]?["toolUse"]?["toolUseId"] == "call_0_2")
        #expect(request.body["messages"]?[4]?["content"]?[0]?["toolResult"]?["content"] == [["text": "b"]])
        #expect(elements(request).contains(.toolCallID))
    }

    @Test(arguments: [
        ("", "{}", false), ("  ", "{}", false), ("null", "{}", false),
        (#"{"b":1.50,"a":1}"#, #"{"b":1.50,"a":1}"#, false),
        ("[1]", #"{"arguments":[1]}"#, true), ("{\"a\":", #"{"arguments":"{\"a\":"}"#, true),
    ])
    func argumentsAreAnObject(_ arguments: String, _ expected: String, _ isLost: Bool) {
        let request = encoded([user(.text("q")), assistant(call("1", "f", arguments)), user(result("1"))])
        let input = request.body["messages"]?[1]?["content"]?[0]?["toolUse"]?["input"]
        #expect(input.map(Bedrock.text) == expected)
        #expect(elements(request).contains(.toolArguments) == isLost)
    }

    @Test
    func namesAndIDsAreAllowed() throws {
        let name = "mcp.server/tool with spaces"
        var conversation = Bedrock.conversation(
            [user(.text("q")), assistant(call("call|1:x", name)), user(result("call|1:x"))],
            tools: [.function(FunctionTool(name: name, path: "tools[0]"))]
        )
        conversation.toolChoice = .tool(name)
        let request = Bedrock.encoded(conversation)
        #expect(bedrockViolations(of: request.body).isEmpty)
        let written = try #require(request.body["toolConfig"]?["toolChoice"]?["tool"]?["name"]?.string)
        #expect(written == request.body["toolConfig"]?["tools"]?[0]?["toolSpec"]?["name"]?.string)
        #expect(written == request.body["messages"]?[1]?["content"]?[0]?["toolUse"]?["name"]?.string)
        #expect(request.toolNames.original(written) == name)
    }

    @Test
    func toolsOfTheHistoryAreDefined() {
        let request = encoded([user(.text("q")), assistant(call("1", "f")), user(result("1"))])
        #expect(request.body["toolConfig"]?["tools"]?[0]?["toolSpec"]?["name"] == "f")
        #expect(elements(request) == [.toolChoice])
    }

    @Test
    func endsAreCompleted() {
        let leading = encoded([assistant(.text("a")), user(.text("u"))])
        #expect(leading.body["messages"]?[0]?["role"] == "user")
        #expect(elements(leading) == [.leadingAssistantTurn])
        #expect(messages([user(.text("u")), assistant(.text("so \n"))]).hasSuffix(#"{"text":"so"}]}]"#))
        let refused = encoded([user(.text("u")), assistant(.text("so "))], model: Bedrock.llama)
        #expect(refused.body["messages"]?.array?.count == 3)
        #expect(elements(refused) == [.assistantPrefill])
        #expect(elements(encoded([])) == [.emptyTurn])
    }

    @Test
    func blankTextsAndTurnsGo() {
        let request = encoded([
            user(.text("u")), assistant(.text(" \n")), user(.text("v")), Turn(.assistant, [], path: "e"),
            user(.text("w")),
        ])
        #expect(
            request.body["messages"] == [["role": "user", "content": [["text": "u"], ["text": "v"], ["text": "w"]]]]
        )
        #expect(elements(request) == [.emptyText, .emptyTurn])
    }

    @Test
    func picturesHaveAllowedFormats() {
        let png = "iVBORw0KGgo="
        let jpegAsPNG = Media(.data(base64: "/9j/4AAQ"), mediaType: "image/png")
        let images: [(Media, JSONValue?, ConversationElement?)] = [
            (Media(.data(base64: png), mediaType: "image/png"), "png", nil), (jpegAsPNG, "jpeg", nil),
            (Media(.data(base64: png)), "png", nil),
            (Media(.data(base64: "Qk0="), mediaType: "image/bmp"), nil, .imageType),
            (Media(.data(base64: "AAAA"), mediaType: "image/jpg"), "jpeg", nil),
            (Media(url: "https://x/y.png"), nil, .imageURL), (Media(.file(id: "f")), nil, .imageFile),
            (Media(.data(base64: "!"), mediaType: "image/png"), nil, .imageType),
            (Media(.url("s3://bucket/a.webp")), "webp", nil),
            (Media(url: "data:image/png;base64,\(png)", detail: "low"), "png", .imageDetail),
        ]
        for (media, format, loss) in images {
            let request = encoded([user(.text("q"), .image(media))])
            #expect(request.body["messages"]?[0]?["content"]?[1]?["image"]?["format"] == format)
            #expect(elements(request) == (loss.map { [$0] } ?? []))
        }
        #expect(
            elements(encoded([user(.text("q")), assistant(.image(jpegAsPNG)), user(.text("r"))])) == [.assistantMedia]
        )
    }

    @Test
    func documentsAreNamedAndAccompanied() {
        func pdf(_ name: String?) -> PartContent {
            .document(Media(.data(base64: "JVBERi0x"), mediaType: "application/pdf", name: name))
        }
        let request = encoded([user(pdf("a_b.pdf"), pdf("a-b"), pdf(nil), pdf("  x\t\ty! "))])
        let content = request.body["messages"]?[0]?["content"]?.array ?? []
        let names = content.compactMap { $0["document"]?["name"]?.string }
        #expect(names == ["a-b", "a-b (2)", "document-3", "x y-"])
        #expect(content.last?["text"] != nil)
        #expect(elements(request) == [.documentWithoutText, .documentName])
        let cited = Media(.text("words"), mediaType: "text/plain", name: "n")
        let claude = encoded([user(.text("q"), .document(cited))])
        #expect(claude.body["messages"]?[0]?["content"]?[1]?["document"]?["source"] == ["text": "words"])
        let nova = encoded([user(.text("q"), .document(cited))], model: Bedrock.nova)
        #expect(nova.body["messages"]?[0]?["content"]?[1]?["document"]?["source"] == ["bytes": "d29yZHM="])
    }

    @Test
    func reasoningGoesBackOnlyToItsOwn() {
        func thoughts(_ origin: WireFormat, _ text: String = "t", isRedacted: Bool = false) -> PartContent {
            let signature = ReasoningSignature(origin: origin, value: "c2ln")
            return .reasoning(Reasoning(text, isRedacted: isRedacted, signature: signature))
        }
        let kept: [(PartContent, String)] = [
            (thoughts(.anthropicMessages), #"{"reasoningContent":{"reasoningText":{"text":"t","signature":"c2ln"}}}"#),
            (thoughts(.bedrockConverse, ""), #"{"reasoningContent":{"reasoningText":{"text":"","signature":"c2ln"}}}"#),
            (thoughts(.bedrockConverse, "", isRedacted: true), #"{"reasoningContent":{"redactedContent":"c2ln"}}"#),
        ]
        for (part, expected) in kept {
            let request = encoded([user(.text("q")), assistant(part, .text("a")), user(.text("r"))])
            #expect(request.body["messages"]?[1]?["content"]?[0].map(Bedrock.text) == expected)
            #expect(request.losses.isEmpty)
        }
        let lost: [(PartContent, ConversationElement)] = [
            (thoughts(.gemini, ""), .reasoningSignature), (thoughts(.openAIResponses), .reasoningSignature),
            (.reasoning(Reasoning("t")), .reasoningText),
        ]
        for (part, element) in lost {
            let request = encoded([user(.text("q")), assistant(part, .text("a")), user(.text("r"))])
            #expect(request.body["messages"]?[1]?["content"] == [["text": "a"]])
            #expect(elements(request) == [element])
        }
    }

    @Test
    func thoughtsThatLedNowhereGo() {
        let own = ReasoningSignature(origin: .bedrockConverse, value: "c2ln")
        let thoughts = PartContent.reasoning(Reasoning("t", signature: own))
        let request = encoded([
            user(.text("q")), assistant(thoughts), user(.text("r")), assistant(.text("a"), thoughts),
        ])
        #expect(
            request.body["messages"] == [
                ["role": "user", "content": [["text": "q"], ["text": "r"]]],
                ["role": "assistant", "content": [["text": "a"]]],
            ]
        )
        #expect(elements(request) == [.reasoningText])
    }

    /// What stays the same from turn to turn comes first in the body.
    @Test
    func bodiesOfAGrowingConversationBeginAlike() {
        let turns = [
            Turn(.system, [Part(.text("s"), cacheHint: CacheHint())], path: "s"), user(.text("q")),
            assistant(call("1")),
            user(result("1")), assistant(.text("a")), user(.text("r")),
        ]
        let tools: [Tool] = [.function(FunctionTool(name: "f", parameters: ["type": "object", "a": 1.50], path: "t"))]
        let bodies = [2, 4, 6].map { count in
            Bedrock.text(.object(Bedrock.encoded(Bedrock.conversation(Array(turns.prefix(count)), tools: tools)).body))
        }
        for (shorter, longer) in zip(bodies, bodies.dropFirst()) {
            #expect(longer.hasPrefix(shorter.dropLast(2)))
        }
    }

    @Test
    func cacheHintsBecomeCachePoints() {
        let turn = Turn(.user, [Part(.text("q"), cacheHint: CacheHint(timeToLive: "1h"), path: "p")], path: "u")
        let point: JSONValue = ["cachePoint": ["type": "default", "ttl": "1h"]]
        #expect(encoded([turn]).body["messages"]?[0]?["content"]?[1] == point)
        #expect(elements(encoded([turn], model: Bedrock.llama)) == [.cacheHint])
        #expect(elements(encoded([turn], model: Bedrock.nova)) == [.cacheTimeToLive])
        let result = ToolResult(callID: "1", parts: [Part(.text("r"), cacheHint: CacheHint())])
        let nested = encoded([user(.text("q")), assistant(call("1")), user(.toolResult(result))])
        #expect(nested.body["messages"]?[2]?["content"]?[1] == ["cachePoint": ["type": "default"]])
    }

    @Test
    func beginningsKeepTheirBytes() {
        let turns = [
            user(.text("q")), assistant(call("x|1", "bad name", #"{"z":1,"a":[1.0]}"#)), user(result("x|1")),
            assistant(.text("a")), user(.document(Media(.text("d"), name: "d_1"))),
            Turn(.system, [Part(.text("s"))], path: "s"),
            assistant(.text("b")), user(.text("end")),
        ]
        let whole = encoded(turns).body["messages"]?.array ?? []
        for count in [1, 3, 6, 8] {
            let some = encoded(Array(turns.prefix(count))).body["messages"]?.array ?? []
            #expect(Array(whole.prefix(some.count)) == some)
        }
    }

    @Test
    func randomConversationsAreLegal() {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<400 {
            let conversation = BedrockRandom.conversation(&generator)
            let model = [Bedrock.claude, Bedrock.nova, Bedrock.llama, "arn:aws:x"][round % 4]
            let request = Bedrock.encoded(conversation, model: model)
            #expect(bedrockViolations(of: request.body).isEmpty, "\(Bedrock.text(.object(request.body)))")
            let again = Bedrock.encoded(conversation, model: model)
            #expect(again.body == request.body)
            #expect(throws: Never.self) {
                _ = try BedrockConverse.conversation(of: .object(request.body), RequestCall(model: model))
            }
        }
    }
}

/// Conversations that no application should send, and some do.
enum BedrockRandom {
    static func conversation(_ generator: inout SeededGenerator) -> Conversation {
        var conversation = Conversation(source: .openAIChat, model: "m")
        for index in 0..<Int.random(in: 0...7, using: &generator) {
            let role = [Role.user, .assistant, .user, .assistant, .system].randomElement(using: &generator) ?? .user
            let parts = (0..<Int.random(in: 0...3, using: &generator)).map { _ in part(&generator) }
            conversation.turns.append(Turn(role, parts, path: "messages[\(index)]"))
        }
        if Bool.random(using: &generator) {
            conversation.tools = [.function(FunctionTool(name: "f g", parameters: [:], path: "tools[0]"))]
        }
        conversation.toolChoice =
            [nil, .automatic, ToolChoice.none, .required, .tool("f g"), .allowed(["x"], isRequired: true)]
            .randomElement(using: &generator) ?? nil
        conversation.sampling.temperature = [nil, 0, 2].randomElement(using: &generator) ?? nil
        conversation.sampling.topK = [nil, 5].randomElement(using: &generator) ?? nil
        conversation.sampling.maximumTokens = [nil, 0, 100, 5000].randomElement(using: &generator) ?? nil
        if Bool.random(using: &generator) {
            var options = ReasoningOptions()
            options.effort = ["none", "minimal", "low", "max", nil].randomElement(using: &generator) ?? nil
            options.budgetTokens = [nil, 1, 9000].randomElement(using: &generator) ?? nil
            conversation.reasoning = options
        }
        conversation.metadata = [nil, ["a": "b", "": "c", "n": 1]].randomElement(using: &generator) ?? nil
        conversation.outputFormat =
            [nil, .json, .schema(OutputSchema(schema: ["type": "object"]))]
            .randomElement(using: &generator) ?? nil
        return conversation
    }

    private static func part(_ generator: inout SeededGenerator) -> Part {
        let id = ["1", "2", "a|b", ""].randomElement(using: &generator) ?? ""
        let text = ["", " ", "words", "\u{1F600}"].randomElement(using: &generator) ?? ""
        let media =
            [
                Media(.data(base64: "iVBORw0KGgo=")), Media(.url("https://x")), Media(.text("t"), name: text),
                Media(.data(base64: "JVBERi0x"), name: "a_b c.pdf"), Media(.file(id: "f")), Media(.data(base64: "")),
            ].randomElement(using: &generator) ?? Media(.text(""))
        let signature = ReasoningSignature(
            origin: WireFormat.allCases.randomElement(using: &generator) ?? .gemini,
            value: "c2ln"
        )
        let contents: [PartContent] = [
            .text(text), .refusal(text), .image(media), .document(media), .audio(media), .video(media),
            .toolCall(ToolCall(id: id, name: text, arguments: text)),
            .toolCall(ToolCall(id: id, name: "f", arguments: "{}")),
            .toolResult(ToolResult(callID: id, parts: [Part(.text(text)), Part(.image(media))], isError: true)),
            .toolResult(ToolResult(callID: id, parts: [])),
            .reasoning(Reasoning(text, isRedacted: text.isEmpty, signature: signature)), .reasoning(Reasoning(text)),
            .foreign(ForeignContent(.gemini, type: "x", element: .unknownPart, value: 1)),
        ]
        return Part(contents.randomElement(using: &generator) ?? .text(""), path: "p")
    }
}
