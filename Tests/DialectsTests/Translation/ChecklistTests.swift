import JSON
import Testing

@testable import Dialects

/// What a translated request must have, from a caller's bytes to a provider's: the rows of docs/translation.md that no
/// test of a single format shows.
@Suite("Checklist of requests")
struct ChecklistTests {
    // MARK: Settings

    private static let settings: [WireFormat: String] = [
        .openAIChat: #""max_tokens":77,"temperature":0.5,"top_p":0.25,"stop":["END"],"seed":7"#,
        .openAIResponses: #""max_output_tokens":77,"temperature":0.5,"top_p":0.25"#,
        .anthropicMessages: #""max_tokens":77,"temperature":0.5,"top_p":0.25,"top_k":5,"stop_sequences":["END"]"#,
        .gemini:
            #""generationConfig":{"maxOutputTokens":77,"temperature":0.5,"topP":0.25,"topK":5,"stopSequences":["END"],"seed":7}"#,
        .bedrockConverse:
            #""inferenceConfig":{"maxTokens":77,"temperature":0.5,"topP":0.25,"stopSequences":["END"]}"#,
    ]

    private static let places: [WireFormat: [ConversationElement: String]] = [
        .openAIChat: [
            .maximumTokens: "max_completion_tokens", .temperature: "temperature", .topP: "top_p",
            .stopSequences: "stop", .seed: "seed",
        ],
        .openAIResponses: [.maximumTokens: "max_output_tokens", .temperature: "temperature", .topP: "top_p"],
        .anthropicMessages: [
            .maximumTokens: "max_tokens", .temperature: "temperature", .topP: "top_p", .topK: "top_k",
            .stopSequences: "stop_sequences",
        ],
        .gemini: [
            .maximumTokens: "generationConfig.maxOutputTokens", .temperature: "generationConfig.temperature",
            .topP: "generationConfig.topP", .topK: "generationConfig.topK",
            .stopSequences: "generationConfig.stopSequences", .seed: "generationConfig.seed",
        ],
        .bedrockConverse: [
            .maximumTokens: "inferenceConfig.maxTokens", .temperature: "inferenceConfig.temperature",
            .topP: "inferenceConfig.topP", .topK: "additionalModelRequestFields.top_k",
            .stopSequences: "inferenceConfig.stopSequences",
        ],
        .cohereChat: [
            .maximumTokens: "max_tokens", .temperature: "temperature", .topP: "p", .topK: "k",
            .stopSequences: "stop_sequences", .seed: "seed",
        ],
    ]

    private static let values: [(element: ConversationElement, member: String, value: String)] = [
        (.maximumTokens, "max", "77"), (.temperature, "temperature", "0.5"), (.topP, "top", "0.25"),
        (.topK, "top", "5"), (.stopSequences, "stop", #"["END"]"#), (.seed, "seed", "7"),
    ]

    /// Each setting that the caller made stands in the provider's request, or is reported.
    @Test(arguments: RequestMatrixTests.pairs)
    func sampling(source: WireFormat, target: WireFormat) throws {
        let settings = try #require(Self.settings[source])
        let request = try TranslatedRequest(Self.hello(source, settings), from: source, to: target)
        let places = try #require(Self.places[target])
        let known = try #require(Self.places[source])
        var lost: [String] = []
        for (element, _, value) in Self.values where known[element] != nil {
            if source == .bedrockConverse, element == .topK { continue }
            if let place = places[element] {
                #expect(request[place] == value, "\(element)")
            } else {
                lost.append("dropped \(element.rawValue)")
            }
        }
        #expect(request.lost.sorted() == lost.sorted())
    }

    private static func hello(_ format: WireFormat, _ more: String = "") -> String {
        let more = more.isEmpty ? "" : "," + more
        return switch format {
        case .openAIChat, .openAICompletions, .cohereChat:
            #"{"model":"m","messages":[{"role":"user","content":"hello"}]\#(more)}"#
        case .openAIResponses: #"{"model":"m","input":"hello"\#(more)}"#
        case .anthropicMessages: #"{"model":"m","messages":[{"role":"user","content":"hello"}]\#(more)}"#
        case .gemini: #"{"contents":[{"role":"user","parts":[{"text":"hello"}]}]\#(more)}"#
        case .bedrockConverse: #"{"messages":[{"role":"user","content":[{"text":"hello"}]}]\#(more)}"#
        }
    }

    @Test func lengthIsTheCallersWhereThereIsOne() throws {
        let said = try TranslatedRequest(
            Self.hello(.openAIChat, #""max_completion_tokens":77"#),
            from: .openAIChat,
            to: .anthropicMessages
        )
        #expect(said["max_tokens"] == "77")
        #expect(said.losses == [])
        let unsaid = try TranslatedRequest(Self.hello(.openAIChat), from: .openAIChat, to: .anthropicMessages)
        #expect(unsaid["max_tokens"] == "8192")
        #expect(unsaid.losses == [])
    }

    @Test(
        arguments: [
            (#""required""#, .openAIResponses, "tool_choice", #""required""#),
            (#""required""#, .anthropicMessages, "tool_choice", #"{"type":"any"}"#),
            (#""required""#, .gemini, "toolConfig.functionCallingConfig.mode", #""ANY""#),
            (#""required""#, .bedrockConverse, "toolConfig.toolChoice", #"{"any":{}}"#),
            (#""none""#, .openAIResponses, "tool_choice", #""none""#),
            (#""none""#, .anthropicMessages, "tool_choice", #"{"type":"none"}"#),
            (#""none""#, .gemini, "toolConfig.functionCallingConfig.mode", #""NONE""#),
            (#""none""#, .bedrockConverse, "toolConfig", "absent"),
            (Self.named, .openAIResponses, "tool_choice", #"{"type":"function","name":"look"}"#),
            (Self.named, .anthropicMessages, "tool_choice", #"{"type":"tool","name":"look"}"#),
            (Self.named, .gemini, "toolConfig.functionCallingConfig.allowedFunctionNames", #"["look"]"#),
            (Self.named, .bedrockConverse, "toolConfig.toolChoice", #"{"tool":{"name":"look"}}"#),
        ] as [(String, WireFormat, String, String)]
    )
    func toolChoice(_ choice: String, _ target: WireFormat, _ place: String, _ expected: String) throws {
        let settings = #""tools":[\#(Self.chatTool)],"tool_choice":\#(choice)"#
        let request = try TranslatedRequest(Self.hello(.openAIChat, settings), from: .openAIChat, to: target)
        #expect(request[place] == expected)
    }

    private static let named = #"{"type":"function","function":{"name":"look"}}"#
    private static let chatTool = #"{"type":"function","function":{"name":"look"}}"#

    @Test func parallelCalls() throws {
        let settings = #""tools":[\#(Self.chatTool)],"parallel_tool_calls":false"#
        let body = Self.hello(.openAIChat, settings)
        let claude = try TranslatedRequest(body, from: .openAIChat, to: .anthropicMessages)
        #expect(claude["tool_choice.disable_parallel_tool_use"] == "true")
        let responses = try TranslatedRequest(body, from: .openAIChat, to: .openAIResponses)
        #expect(responses["parallel_tool_calls"] == "false")
        for target in [WireFormat.gemini, .bedrockConverse] {
            #expect(try TranslatedRequest(body, from: .openAIChat, to: target).lost == ["dropped parallel tool calls"])
        }
    }

    @Test(
        arguments: [
            (.openAIResponses, "gpt-4o", "text.format.schema", Self.schema),
            (
                .anthropicMessages, "claude-sonnet-4-5", "output_config.format.schema",
                String(Self.schema.dropLast()) + #","title":"s"}"#
            ),
            (.gemini, "gemini-2.5-flash", "generationConfig.responseJsonSchema", Self.schema),
            (
                .bedrockConverse, "anthropic.claude-sonnet-4-5-20250929-v1:0",
                "outputConfig.textFormat.structure.jsonSchema.schema", json(.string(Self.schema))
            ),
        ] as [(WireFormat, String, String, String)]
    )
    func outputSchema(_ target: WireFormat, _ model: String, _ place: String, _ expected: String) throws {
        let format =
            #""response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":\#(Self.schema)}}"#
        let body = Self.hello(.openAIChat, format)
        #expect(try TranslatedRequest(body, from: .openAIChat, to: target, model: model)[place] == expected)
    }

    private static let schema =
        #"{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}},"required":["z","a"],"additionalProperties":false}"#

    // MARK: Instructions, caches and tools

    @Test(
        arguments: [
            (.openAIChat, #""messages":[{"role":"system","content":"A"},{"role":"user","content":"hello"}]"#, "A"),
            (
                .openAIChat,
                #""messages":[{"role":"system","content":[{"type":"text","text":"A"},{"type":"text","text":"B"}]},{"role":"user","content":"hello"}]"#,
                "AB"
            ),
            (
                .openAIChat,
                #""messages":[{"role":"system","content":"A"},{"role":"developer","content":"B"},{"role":"user","content":"hello"}]"#,
                "AB"
            ),
            (.openAIResponses, #""input":"hello","instructions":"A""#, "A"),
            (.anthropicMessages, #""system":"A","messages":[{"role":"user","content":"hello"}]"#, "A"),
            (
                .anthropicMessages,
                #""system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],"messages":[{"role":"user","content":"hello"}]"#,
                "AB"
            ),
            (
                .gemini,
                #""systemInstruction":{"parts":[{"text":"A"},{"text":"B"}]},"contents":[{"parts":[{"text":"hello"}]}]"#,
                "AB"
            ),
            (.gemini, #""system_instruction":{"parts":[{"text":"A"}]},"contents":[{"parts":[{"text":"hello"}]}]"#, "A"),
            (
                .bedrockConverse, #""system":[{"text":"A"}],"messages":[{"role":"user","content":[{"text":"hello"}]}]"#,
                "A"
            ),
        ] as [(WireFormat, String, String)]
    )
    func instructions(_ source: WireFormat, _ members: String, _ expected: String) throws {
        let body = source.hasModelInBody ? #"{"model":"m",\#(members)}"# : "{\(members)}"
        let places: [WireFormat: String] = [
            .openAIChat: "messages", .openAIResponses: "", .anthropicMessages: "system", .gemini: "systemInstruction",
            .bedrockConverse: "system",
        ]
        for target in WireFormat.commonFormats where target != source {
            let request = try TranslatedRequest(body, from: source, to: target)
            let text = try request[#require(places[target])]
            let letters = text.matches(of: /"[^"]*[AB][^"]*"/).flatMap { $0.output.filter { "AB".contains($0) } }
            #expect(String(letters) == expected, "\(target): \(text)")
        }
    }

    @Test func cacheMarkersGoWhereTheyAreKnown() throws {
        let body =
            #"{"model":"m","max_tokens":99,"system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],"#
            + #""messages":[{"role":"user","content":"hello"}]}"#
        for target in [WireFormat.openAIChat, .openAIResponses, .gemini] {
            let request = try TranslatedRequest(body, from: .anthropicMessages, to: target)
            #expect(!request[""].contains("cache_control"))
            #expect(request.lost == ["dropped cache marker"])
        }
        let bedrock = try TranslatedRequest(body, from: .anthropicMessages, to: .bedrockConverse)
        #expect(bedrock["system.1.cachePoint.type"] == #""default""#)
    }

    @Test(
        arguments: [
            (.openAIResponses, "tools.0.name"), (.anthropicMessages, "tools.0.name"),
            (.gemini, "tools.0.functionDeclarations.0.name"), (.bedrockConverse, "toolConfig.tools.0.toolSpec.name"),
        ] as [(WireFormat, String)]
    )
    func toolsWithoutParameters(_ target: WireFormat, _ place: String) throws {
        let body = Self.hello(.openAIChat, #""tools":[\#(Self.chatTool)]"#)
        let request = try TranslatedRequest(body, from: .openAIChat, to: target)
        #expect(request[place] == #""look""#)
        #expect(request.lost == [])
    }

    /// A property may be called like a key word of schemas.
    @Test func propertiesNamedLikeKeyWords() throws {
        let schema =
            #"{"type":"object","properties":{"additionalProperties":{"type":"string"},"$schema":{"type":"string"}}}"#
        let tool = #"{"type":"function","function":{"name":"look","parameters":\#(schema)}}"#
        let body = Self.hello(.openAIChat, #""tools":[\#(tool)]"#)
        let request = try TranslatedRequest(body, from: .openAIChat, to: .gemini)
        #expect(request["tools.0.functionDeclarations.0.parametersJsonSchema"] == schema)
    }

    @Test(arguments: WireFormat.commonFormats.filter { $0 != .gemini })
    func toolsOfAProviderAreRefusedElsewhere(target: WireFormat) throws {
        let body = Self.hello(.gemini, #""tools":[{"googleSearch":{}}]"#)
        let request = try TranslatedRequest(body, from: .gemini, to: target)
        #expect(request.lost == ["refused server-side tool"])
        #expect(request.losses.first?.path.contains("tools[0]") == true)
    }

    @Test(arguments: WireFormat.providerFormats.filter { $0 != .openAIChat })
    func toolsWithFreeInputAreRefusedElsewhere(target: WireFormat) throws {
        let body = Self.hello(.openAIChat, #""tools":[{"type":"custom","custom":{"name":"shout"}}]"#)
        let request = try TranslatedRequest(body, from: .openAIChat, to: target)
        #expect(request.lost == ["refused custom tool"])
        #expect(request.losses.first?.path == "tools[0]")
    }
}
