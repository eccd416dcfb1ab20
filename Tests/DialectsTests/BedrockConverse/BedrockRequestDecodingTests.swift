import JSON
import Testing

@testable import Dialects

/// A caller's request in Bedrock's format.
struct BedrockRequestDecodingTests {
    @Test
    func everyBlockIsRead() throws {
        let conversation = try Bedrock.conversation(
            """
            {"system":[{"text":"Be short."},{"cachePoint":{"type":"default","ttl":"1h"}}],
             "messages":[
              {"role":"user","content":[{"text":"hi"},
               {"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}},
               {"document":{"format":"pdf","name":"a","source":{"s3Location":{"uri":"s3://b/c.pdf"}},"context":"c",
                "citations":{"enabled":true}}},
               {"video":{"format":"mp4","source":{"bytes":"AAAA"}}},{"audio":{"format":"mp3","source":{"bytes":"AAAA"}}},
               {"cachePoint":{"type":"default"}}]},
              {"role":"assistant","content":[
               {"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2ln"}}},
               {"reasoningContent":{"redactedContent":"aGlkZGVu"}},
               {"citationsContent":{"content":[{"text":"so"}],"citations":[{"title":"t"}]}},
               {"toolUse":{"toolUseId":"t1","name":"f","input":{"b":1.0,"a":2}}}]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"t1","status":"error",
               "content":[{"json":{"x":1}},{"text":"y"}]}}]}]}
            """
        )
        #expect(conversation.unread.isEmpty)
        let turns = conversation.turns
        #expect(turns.map(\.role) == [.system, .user, .assistant, .user])
        #expect(turns[0].parts[0].cacheHint == CacheHint(timeToLive: "1h"))
        #expect(turns[1].parts.count == 5)
        #expect(turns[1].parts[4].cacheHint == CacheHint())
        #expect(turns[1].parts[4].path == "messages[0].content[4]")
        guard case .document(let document) = turns[1].parts[2].content else { throw BedrockTestFailure() }
        #expect(document.source == .url("s3://b/c.pdf"))
        #expect(document.mediaType == "application/pdf")
        #expect(document.wantsCitations == true)
        let signature = ReasoningSignature(origin: .bedrockConverse, value: "c2ln")
        #expect(turns[2].parts[0].content == .reasoning(Reasoning("hm", signature: signature)))
        guard case .toolCall(let call) = turns[2].parts[3].content else { throw BedrockTestFailure() }
        #expect(call.arguments == #"{"b":1.0,"a":2}"#)
        guard case .toolResult(let result) = turns[3].parts[0].content else { throw BedrockTestFailure() }
        #expect(result.isError)
        #expect(result.parts.map(\.content) == [.text(#"{"x":1}"#), .text("y")])
    }

    @Test
    func everySettingIsRead() throws {
        let conversation = try Bedrock.conversation(
            """
            {"messages":[],"inferenceConfig":{"maxTokens":10.0,"temperature":0.50,"topP":1,"stopSequences":["x"]},
             "toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}},
             "strict":true}},{"cachePoint":{"type":"default"}},{"systemTool":{"name":"nova_grounding"}}],
             "toolChoice":{"tool":{"name":"f"}}},
             "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000},"top_k":5,
             "anthropic_beta":["b"]},
             "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\\"type\\":1}",
             "name":"n"}}}},"requestMetadata":{"a":"b"},"serviceTier":{"type":"flex"},"performanceConfig":null,
             "promptVariables":{},"surprise":1}
            """
        )
        #expect(conversation.sampling.maximumTokens == 10)
        #expect(conversation.sampling.temperature?.spelling == "0.50")
        #expect(conversation.sampling.stopSequences == ["x"])
        #expect(conversation.sampling.topK == 5)
        #expect(conversation.reasoning?.budgetTokens == 2000)
        #expect(conversation.reasoning?.isEnabled == true)
        #expect(conversation.toolChoice == .tool("f"))
        #expect(conversation.serviceTier == "flex")
        #expect(conversation.metadata == ["a": "b"])
        #expect(conversation.outputFormat == .schema(OutputSchema(name: "n", schema: ["type": 1])))
        guard case .function(let tool) = conversation.tools[0], case .foreign(let foreign, _) = conversation.tools[1]
        else { throw BedrockTestFailure() }
        #expect(tool.cacheHint == CacheHint())
        #expect(tool.isStrict == true)
        #expect(foreign.element == .serverTool)
        #expect(
            conversation.unread.map(\.path) == [
                "additionalModelRequestFields.anthropic_beta", "promptVariables", "surprise",
            ]
        )
    }

    @Test(arguments: [
        (#"{"messages":1}"#, "messages"), (#"{"messages":[{"role":"x"}]}"#, "messages[0].role"),
        (#"{"messages":[{"role":"user","content":[{}]}]}"#, "messages[0].content[0]"),
        (#"{"messages":[{"role":"user","content":[{"text":1}]}]}"#, "messages[0].content[0].text"),
        (#"{"messages":[{"role":"user","content":[{"image":{}}]}]}"#, "messages[0].content[0].image.source"),
        (
            #"{"messages":[{"role":"user","content":[{"toolUse":{"name":"f"}}]}]}"#,
            "messages[0].content[0].toolUse.toolUseId"
        ),
        (#"{"inferenceConfig":{"maxTokens":"1"}}"#, "inferenceConfig.maxTokens"),
        (#"{"toolConfig":{"tools":[{"toolSpec":{}}]}}"#, "toolConfig.tools[0].toolSpec.name"),
        (
            #"{"outputConfig":{"textFormat":{"structure":{"jsonSchema":{"schema":"{"}}}}}"#,
            "outputConfig.textFormat.structure.jsonSchema.schema"
        ),
        ("[]", ""),
    ])
    func illTypedMembersAreNamed(_ body: String, _ path: String) throws {
        let problem = #expect(throws: FormatProblem.self) { try Bedrock.conversation(body) }
        #expect(problem?.path == path)
    }

    @Test
    func serverToolContentIsForeign() throws {
        let conversation = try Bedrock.conversation(
            """
            {"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"g","input":{},
            "type":"server_tool_use"}},{"toolResult":{"toolUseId":"a","type":"g_result","content":[]}},
            {"newThing":{"a":1}}]}]}
            """
        )
        let elements = conversation.turns[0].parts.compactMap {
            if case .foreign(let foreign) = $0.content { foreign.element } else { nil }
        }
        #expect(elements == [.serverToolContent, .serverToolContent, .unknownPart])
    }
}

/// A test's own `nil`.
struct BedrockTestFailure: Error {}
