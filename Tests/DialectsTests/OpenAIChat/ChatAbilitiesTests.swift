import JSON
import Testing

@testable import Dialects

@Suite("What compatible providers know")
struct ChatAbilitiesTests {
    private static let everything = #"""
        {"model":"m","messages":[{"role":"developer","content":"D"},{"role":"user","name":"Ann","content":"go"},
        {"role":"system","content":"S"}],"max_completion_tokens":9,"seed":4,"n":2,"logprobs":true,"top_logprobs":2,
        "frequency_penalty":0.5,"presence_penalty":0.5,"stop":["x"],"reasoning_effort":"minimal","verbosity":"low",
        "user":"u","service_tier":"auto","prompt_cache_key":"k","parallel_tool_calls":false,"stream":true,
        "tool_choice":"required","tools":[{"type":"function","function":{"name":"f","strict":true}}],
        "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}}}
        """#

    private func request(_ body: String, _ abilities: OpenAIChatAbilities) throws -> EncodedRequest {
        let options = RequestOptions(model: "m", chatAbilities: abilities)
        return OpenAIChat.request(for: try chat(body), options)
    }

    /// The names of the members, and the elements that were lost.
    @Test(
        arguments: [
            (
                .openAI,
                "max_completion_tokens seed frequency_penalty presence_penalty stop n logprobs top_logprobs verbosity "
                    + "response_format reasoning_effort user service_tier prompt_cache_key stream stream_options "
                    + "parallel_tool_calls",
                []
            ),
            (
                .compatible,
                "max_tokens seed frequency_penalty presence_penalty stop n logprobs top_logprobs response_format "
                    + "reasoning_effort user stream stream_options parallel_tool_calls",
                [.verbosity, .reasoningEffort, .serviceTier, .promptCacheKey]
            ),
            (
                .selfHosted,
                "max_tokens seed frequency_penalty presence_penalty stop n logprobs top_logprobs response_format "
                    + "reasoning_effort user stream stream_options parallel_tool_calls",
                [.instructionsInMidConversation, .verbosity, .reasoningEffort, .serviceTier, .promptCacheKey]
            ),
            (
                .groq,
                "max_completion_tokens seed frequency_penalty presence_penalty stop response_format reasoning_effort "
                    + "user stream stream_options parallel_tool_calls",
                [
                    .speakerName, .verbosity, .reasoningEffort, .choiceCount, .logProbabilities, .serviceTier,
                    .promptCacheKey,
                ]
            ),
            (
                .cerebras,
                "max_completion_tokens seed stop n logprobs top_logprobs response_format reasoning_effort user stream "
                    + "stream_options",
                [
                    .parallelToolCalls, .verbosity, .reasoningEffort, .frequencyPenalty, .presencePenalty,
                    .serviceTier, .promptCacheKey,
                ]
            ),
            (
                .mistral,
                "max_tokens random_seed frequency_penalty presence_penalty stop n response_format stream "
                    + "parallel_tool_calls",
                [
                    .speakerName, .verbosity, .reasoningEffort, .logProbabilities, .user, .serviceTier,
                    .promptCacheKey,
                ]
            ),
            (
                .perplexity,
                "max_tokens frequency_penalty presence_penalty response_format reasoning_effort user stream",
                [
                    .instructionsInMidConversation, .speakerName, .parallelToolCalls, .verbosity, .reasoningEffort,
                    .seed, .stopSequences, .choiceCount, .logProbabilities, .serviceTier, .promptCacheKey,
                ]
            ),
            (
                .deepSeek,
                "max_tokens seed frequency_penalty presence_penalty stop n logprobs top_logprobs response_format "
                    + "reasoning_effort user stream stream_options parallel_tool_calls",
                [.outputSchema, .verbosity, .reasoningEffort, .serviceTier, .promptCacheKey, .jsonMode]
            ),
        ] as [(OpenAIChatAbilities, String, [ConversationElement])]
    )
    func members(_ abilities: OpenAIChatAbilities, _ names: String, _ lost: [ConversationElement]) throws {
        let request = try request(Self.everything, abilities)
        let common = ["model", "messages", "tools", "tool_choice"]
        let found = request.body.members.map(\.name.repairedValue).filter { !common.contains($0) }
        #expect(Set(found) == Set(names.split(separator: " ").map(String.init)))
        #expect(Set(request.losses.map(\.element)) == Set(lost))
        #expect(request.losses.allSatisfy { $0.effect != .refused && !$0.path.isEmpty })
    }

    @Test func rolesAndOrder() throws {
        #expect(json(try request(Self.everything, .openAI).body["messages"]?[0]?["role"]) == #""developer""#)
        let compatible = try request(Self.everything, .compatible)
        #expect(json(compatible.body["messages"]?[0]?["role"]) == #""system""#)
        #expect(json(compatible.body["messages"]?[2]?["role"]) == #""system""#)
        let hosted = try request(Self.everything, .selfHosted)
        #expect(
            json(hosted.body["messages"]).hasPrefix(
                #"[{"role":"system","content":[{"type":"text","text":"D"},{"type":"text","text":"S"}]},{"role":"user""#
            )
        )
        #expect(hosted.losses.first?.path == "messages[2]")
    }

    /// Mistral's own ids are nine letters and digits, and it takes no others.
    @Test(
        arguments: [
            ("call_a", .mistral, true), ("toolu_01A09q90qw90lq917835lq9", .mistral, true), ("", .mistral, true),
            ("abc-12345", .mistral, true), ("abcDE1234", .mistral, false), ("call_a", .compatible, false),
        ] as [(String, OpenAIChatAbilities, Bool)]
    )
    func idsOfCalls(_ id: String, _ abilities: OpenAIChatAbilities, _ isReplaced: Bool) throws {
        let ids = ["other", id]
        let calls = ids.map { #"{"id":"\#($0)","type":"function","function":{"name":"f","arguments":"{}"}}"# }
        let results = ids.reversed().map { #"{"role":"tool","tool_call_id":"\#($0)","content":"r\#($0)"}"# }
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":["#
            + calls.joined(separator: ",") + "]}," + results.joined(separator: ",") + "]}"
        let request = try request(body, abilities)
        let messages = try #require(request.body["messages"]?.array)
        let sent = try #require(messages[1]["tool_calls"]?[1]?["id"]?.string)
        #expect((sent != id) == isReplaced)
        #expect(messages[3]["tool_call_id"]?.string == sent)
        #expect(messages[3]["content"]?.string == "r\(id)")
        #expect(sent != messages[1]["tool_calls"]?[0]?["id"]?.string)
        guard abilities.hasShortCallIDs else { return }
        #expect(sent.utf8.count == 9 && sent.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        let losses = request.losses.filter { $0.element == .toolCallID }
        #expect(losses.count == (isReplaced ? 2 : 1))
        #expect(losses.allSatisfy { $0.effect == .approximated && $0.path.hasPrefix("messages[1].tool_calls") })
    }

    @Test func choiceOfTools() throws {
        #expect(json(try request(Self.everything, .compatible).body["tool_choice"]) == #""required""#)
        #expect(json(try request(Self.everything, .mistral).body["tool_choice"]) == #""any""#)
        let tools = #"[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]"#
        let choice =
            #"{"type":"allowed_tools","allowed_tools":{"mode":"required","#
            + #""tools":[{"type":"function","function":{"name":"g"}}]}}"#
        let body = #"{"model":"m","messages":[],"tools":\#(tools),"tool_choice":\#(choice)}"#
        let request = try request(body, .compatible)
        #expect(request.body["tools"]?.array?.count == 1)
        #expect(json(request.body["tool_choice"]) == #""required""#)
        #expect(request.losses.map(\.element) == [.allowedTools])
    }

    @Test(
        arguments: [
            ("low", #""low""#, false), ("minimal", #""low""#, true), ("max", #""high""#, true), ("none", nil, true),
            ("odd", nil, true),
        ] as [(String, String?, Bool)]
    )
    func efforts(_ effort: String, _ expected: String?, _ isLoss: Bool) throws {
        let request = try request(
            #"{"model":"m","messages":[],"reasoning_effort":"\#(effort)"}"#,
            .compatible
        )
        #expect(request.body["reasoning_effort"].map { json($0) } == expected)
        #expect(request.losses.map(\.element) == (isLoss ? [.reasoningEffort] : []))
    }

    /// What changes nothing is left out without a word.
    @Test func nothingIsLostWithDefaults() throws {
        let settings = #""n":1,"logprobs":false,"frequency_penalty":0,"presence_penalty":0"#
        let body = #"{"model":"m","messages":[],\#(settings)}"#
        for abilities in [OpenAIChatAbilities.groq, .cerebras, .perplexity, .mistral] {
            #expect(try request(body, abilities).losses == [])
        }
        #expect(try request(body, .groq).body["n"] == nil)
        #expect(try request(body, .cerebras).body["frequency_penalty"] == nil)
    }

    // MARK: Bytes that are passed on

    @Test(
        arguments: [
            (.openAI, #"{"model":"m","max_completion_tokens":5}"#, #"{"model":"m","max_completion_tokens":5}"#),
            (.openAI, #"{"model":"m","max_tokens":5}"#, #"{"model":"m","max_tokens":5}"#),
            (.groq, #"{"model":"m","max_completion_tokens":5}"#, #"{"model":"m","max_completion_tokens":5}"#),
            (.compatible, #"{"model":"p/m","max_completion_tokens" : 5.0}"#, #"{"model":"m","max_tokens" : 5.0}"#),
            (.compatible, #"{"max_compl\u0065tion_tokens":5,"model":"m"}"#, #"{"max_tokens":5,"model":"m"}"#),
            (
                .compatible, #"{"max_tokens":4,"model":"m","max_completion_tokens":5}"#,
                #"{"model":"m","max_tokens":5}"#
            ),
            (
                .compatible, #"{"max_tokens":4,"model":"m","max_completion_tokens":null}"#,
                #"{"max_tokens":4,"model":"m"}"#
            ),
            (
                .compatible, #"{"model":"m","messages":[{"max_completion_tokens":1}]}"#,
                #"{"model":"m","messages":[{"max_completion_tokens":1}]}"#
            ),
            (
                .compatible, #"{"model":"m","stream":true,"max_completion_tokens":5}"#,
                #"{"model":"m","stream":true,"max_tokens":5,"stream_options":{"include_usage":true}}"#
            ),
            (.compatible, #"{"model":"m","seed":1}"#, #"{"model":"m","seed":1}"#),
            (.mistral, #"{"model":"m","seed":1,"fallbacks":[]}"#, #"{"model":"m","random_seed":1}"#),
            (.mistral, #"{"seed":1,"model":"m","random_seed":2}"#, #"{"model":"m","random_seed":2}"#),
            (.mistral, #"{"seed":null,"model":"m"}"#, #"{"model":"m"}"#),
            (.mistral, #"{"model":"m","stream":true}"#, #"{"model":"m","stream":true}"#),
            (
                .mistral, #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#,
                #"{"model":"m","stream":true}"#
            ),
        ] as [(OpenAIChatAbilities, String, String)]
    )
    func passedBytes(_ abilities: OpenAIChatAbilities, _ body: String, _ expected: String) throws {
        let body = bytes(body)
        let request = try CallerRequest(body.span)
        let splice = request.splice(of: body.span, model: "m", abilities: abilities)
        #expect(text(splice.applied(to: body.span)) == expected)
    }

    /// A conversation that began with another provider has ids that Mistral refuses.
    @Test(
        arguments: [
            (
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"call_abc","type":"function"},"#
                    + #"{"type":"function", "id" : "D681PevKs"}]},{"role":"tool","tool_call_id":"call_abc"},"#
                    + #"{"tool_call_id":"D681PevKs"}]}"#,
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"ID","type":"function"},"#
                    + #"{"type":"function", "id" : "D681PevKs"}]},{"role":"tool","tool_call_id":"ID"},"#
                    + #"{"tool_call_id":"D681PevKs"}]}"#
            ),
            (
                #"{"messages":[{"tool_c\u0061ll_id":"call_\u0061bc"}],"model":"p/m","seed":1}"#,
                #"{"messages":[{"tool_c\u0061ll_id":"ID"}],"model":"m","random_seed":1}"#
            ),
            // What is no id stays.
            (
                #"{"model":"m","messages":[{"tool_call_id":null,"tool_calls":null,"id":"call_abc"},1,[{"id":"call_abc"}],"#
                    + #"{"tool_calls":[1,{"id":7},{"function":{"id":"call_abc","arguments":"{\"id\":\"call_abc\"}"}}]}]}"#,
                nil
            ),
            (#"{"model":"m","messages":{"tool_call_id":"call_abc"},"tool_call_id":"call_abc"}"#, nil),
        ] as [(String, String?)]
    )
    func passedIDs(_ body: String, _ expected: String?) throws {
        let source = bytes(body)
        let request = try CallerRequest(source.span)
        let short = ToolCallID.ofNineCharacters("call_abc")
        let splice = request.splice(of: source.span, model: "m", abilities: .mistral)
        #expect(text(splice.applied(to: source.span)) == expected?.replacing("ID", with: short) ?? body)
        let untouched = request.splice(of: source.span, model: "m", abilities: .openAI)
        #expect(text(untouched.applied(to: source.span)) == body.replacing("p/m", with: "m"))
    }

    /// Other formats have members of these names that mean something else.
    @Test func otherFormatsStayAsTheyAre() throws {
        let body = bytes(#"{"model":"m","max_tokens":5,"max_completion_tokens":6,"seed":1}"#)
        let request = try CallerRequest(body.span, format: .anthropicMessages)
        let splice = request.splice(of: body.span, model: "m", abilities: .mistral)
        #expect(splice.applied(to: body.span) == body)
    }
}
