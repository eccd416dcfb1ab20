import Testing

@testable import Martlet

@Suite("Routing in a config.json")
struct BifrostRoutingTests {
    @Test func isReadInFull() throws {
        let routing = try RoutedRequests.configuration(
            #"""
            "aliases":{"fast":"groq/llama"},
            "virtual_models":{"v*":{"strategy":"least_busy","targets":["fast",{"model":"openai/x*","key":"team"}]}},
            "rules":[{"if":"stream","targets":[{"model":"fast","weight":0.5}]},
                     {"name":"second","model":"fast","stop":false,"if":null}],
            "fallbacks":{"fast":["openai/a"]},
            "models":{"openai/*":{"context_window":8,"images":true,"tools":false,"documents":true,
                                  "input_price":0.5,"output_price":2}}
            """#
        ).routing
        var expected = RoutingConfiguration()
        expected.aliases = [ModelAlias(name: "fast", model: "groq/llama")]
        expected.virtualModels = [
            VirtualModel(
                name: "v*",
                strategy: .leastBusy,
                targets: [RoutingTarget(model: "fast"), RoutingTarget(model: "openai/x*", key: "team")]
            )
        ]
        expected.rules = [
            RoutingRule(
                name: "rule-1",
                condition: "stream",
                destination: .targets([RoutingTarget(model: "fast", weight: 0.5)], .weighted)
            ),
            RoutingRule(name: "second", condition: "", destination: .model("fast"), stops: false),
        ]
        expected.fallbacks = [ModelFallbacks(name: "fast", models: ["openai/a"])]
        var facts = ModelFacts(name: "openai/*")
        (facts.contextWindow, facts.takesImages, facts.takesTools, facts.takesDocuments) = (8, true, false, true)
        (facts.inputPrice, facts.outputPrice) = (0.5, 2)
        expected.models = [facts]
        expected.absentProviders = ["nebius"]
        #expect(routing == expected)
    }

    static let errors: [(String, String)] = [
        (#""alias":{}"#, "routing.alias: is not known here; did you mean aliases?"),
        (#""aliases":[]"#, "routing.aliases: must be an object, not a list; write it in braces"),
        (#""aliases":{"a":""}"#, "routing.aliases.a: is empty; write the model"),
        (#""aliases":{"a":7}"#, "routing.aliases.a: must be a string, not a number; write it in quotation marks"),
        (
            #""aliases":{"a":"groq/x","a":"groq/y"}"#,
            "routing.aliases.a: is given more than once; keep one of them"
        ),
        (#""aliases":{"a*":"groq/x"}"#, #"routing.aliases["a*"]: has a * in its name; make it a virtual model"#),
        (#""aliases":{"":"groq/x"}"#, #"routing.aliases[""]: has an empty name; name it"#),
        (
            #""aliases":{"a":"b","b":"c","c":"a"}"#,
            "routing.aliases.c: leads back to itself: a -> b -> c -> a; name a model as provider/model"
        ),
        (
            #""aliases":{"a":"a"}"#,
            "routing.aliases.a: leads back to itself: a -> a; name a model as provider/model"
        ),
        (
            #""virtual_models":{"v*":{"targets":["groq/x","vx"]}}"#,
            #"routing.virtual_models["v*"].targets[1]: leads back to itself: v* -> v*; name a model as provider/model"#
        ),
        (
            #""aliases":{"a":"opena/gpt-4o"}"#,
            #"routing.aliases.a: "opena" is not a configured provider; did you mean "openai"?"#
        ),
        (
            #""aliases":{"fast":"groq/x","a":"fats"}"#,
            #"routing.aliases.a: "fats" is no alias, no virtual model and names no provider; did you mean "fast"?"#
        ),
        (
            #""aliases":{"a":"gpt-4o"}"#,
            #"routing.aliases.a: "gpt-4o" is no alias, no virtual model and names no provider; "#
                + #"write it as "openai/gpt-4o""#
        ),
        (
            #""aliases":{"a":"groq/x*"}"#,
            "routing.aliases.a: has a * that stands for nothing; "
                + "use one *, in the name of the virtual model and in its target"
        ),
        (
            #""virtual_models":{"*-*":{"targets":["groq/*"]}}"#,
            #"routing.virtual_models["*-*"].targets[0]: has a * that stands for nothing; "#
                + "use one *, in the name of the virtual model and in its target"
        ),
        (
            #""virtual_models":{"x-*":{"targets":["*/gpt"]}}"#,
            #"routing.virtual_models["x-*"].targets[0]: has a * but no known provider in front of it; "#
                + "write it as provider/*"
        ),
        (
            #""virtual_models":{"x-*":{"targets":["y-*"]}}"#,
            #"routing.virtual_models["x-*"].targets[0]: has a * but no known provider in front of it; "#
                + "write it as provider/*"
        ),
        (
            #""virtual_models":{"v":{"targets":[]}}"#,
            #"routing.virtual_models.v: has no targets; add one, as in {"model": "provider/model"}"#
        ),
        (
            #""virtual_models":{"v":{}}"#,
            #"routing.virtual_models.v: has no targets; add one, as in {"model": "provider/model"}"#
        ),
        (
            #""virtual_models":{"v":{"targets":[{"model":"groq/x","weight":-1}]}}"#,
            "routing.virtual_models.v.targets[0].weight: -1 is out of range; "
                + "use a number of shares from 0 to 1000000, for example 1"
        ),
        (
            #""virtual_models":{"v":{"targets":[{"model":"groq/x","weight":0}]}}"#,
            "routing.virtual_models.v: has no target with a weight above 0; give one a weight"
        ),
        (
            #""virtual_models":{"v":{"targets":["groq/x","groq/x"]}}"#,
            #"routing.virtual_models.v.targets[1]: "groq/x" is a target already; keep one of them"#
        ),
        (
            #""virtual_models":{"v":{"targets":[{"weight":1}]}}"#,
            #"routing.virtual_models.v.targets[0]: names no model; add "model": "provider/model""#
        ),
        (
            #""virtual_models":{"v":{"strategy":"least-latncy","targets":["groq/x"]}}"#,
            #"routing.virtual_models.v.strategy: "least-latncy" is not a strategy; did you mean "least_latency"?"#
        ),
        (
            #""virtual_models":{"v":{"targets":[{"model":"openai/x","key":"tem"}]}}"#,
            #"routing.virtual_models.v.targets[0]: "tem" is not a key of openai; did you mean "team"?"#
        ),
        (
            #""aliases":{"a":"openai/x"},"virtual_models":{"v":{"targets":[{"model":"a","key":"team"}]}}"#,
            "routing.virtual_models.v.targets[0]: has a key, but a key belongs to one provider; "
                + #"choose keys where "a" is defined"#
        ),
        (
            #""aliases":{"v":"openai/x"},"virtual_models":{"v":{"targets":["groq/x"]}}"#,
            "routing.virtual_models.v: is defined more than once; keep one of them, also among aliases"
        ),
        (
            #""virtual_models":{"*":{"targets":["groq/x"]},"a-*":{"targets":["groq/x"]}}"#,
            #"routing.virtual_models["a-*"]: is never reached, since "*" stands for the same names before it; move it up"#
        ),
        (#""rules":{}"#, "routing.rules: must be a list, not an object; write it in brackets"),
        (
            #""rules":[{"if":"stream"}]"#,
            #"routing.rules[0]: says not where requests go; add "model": "provider/model""#
        ),
        (
            #""rules":[{"model":"groq/x","targets":["groq/x"]}]"#,
            "routing.rules[0].targets: stands beside a model; keep one of them"
        ),
        (
            #""rules":[{"model":"groq/x","strategy":"ordered"}]"#,
            "routing.rules[0].strategy: orders targets, and there are none; remove it"
        ),
        (
            #""rules":[{"targets":["groq/x"],"stop":false}]"#,
            "routing.rules[0]: has targets, so no later rule can see its model; "
                + "remove stop, or make the targets a virtual model"
        ),
        (
            #""rules":[{"condition":"stream","model":"groq/x"}]"#,
            "routing.rules[0].condition: is not known here; did you mean if?"
        ),
        (
            #""rules":[{"if":"é == 'x'","model":"groq/x"}]"#,
            #"routing.rules[0].if: is not a condition: at character 1: "é" has no meaning here; "#
                + "put texts in quotation marks"
        ),
        (
            #""rules":[{"if":"model == 'é' && tool > 1","model":"groq/x"}]"#,
            #"routing.rules[0].if: is not a condition: at character 17: "tool" is not a fact; did you mean tools?"#
        ),
        (
            #""rules":[{"name":"a","if":"stream","model":"groq/x"},{"name":"a","if":"!stream","model":"groq/x"}]"#,
            #"routing.rules[1]: "a" is the name of another rule too; give each its own name"#
        ),
        (
            #""rules":[{"model":"groq/x"},{"if":"stream","model":"groq/y"}]"#,
            #"routing.rules[1]: is never reached, since rule "rule-1" before it always applies; move it up"#
        ),
        (
            #""rules":[{"if":"stream","model":"groq/x"},{"if":"(stream)","model":"groq/y"}]"#,
            #"routing.rules[1]: is never reached, since rule "rule-1" has the same condition; remove one of them"#
        ),
        (
            #""rules":[{"if":"stream && false","model":"groq/x"}]"#,
            "routing.rules[0].if: never holds; remove the rule, or correct the condition"
        ),
        (
            #""rules":[{"model":"nowhere/x"}]"#,
            #"routing.rules[0].model: "nowhere" is not a configured provider; use the name of a provider"#
        ),
        (#""fallbacks":{"a":[]}"#, "routing.fallbacks.a: names no models; name one, or remove it"),
        (
            #""fallbacks":{"groq/a":["groq/b","groq/a"]}"#,
            "routing.fallbacks[\"groq/a\"][1]: is the model that it is a fallback of; remove it"
        ),
        (
            #""fallbacks":{"a":["groq/b","groq/b"]}"#,
            #"routing.fallbacks.a[1]: "groq/b" is a fallback already; keep one of them"#
        ),
        (
            #""fallbacks":{"a":["nowhere/b"]}"#,
            #"routing.fallbacks.a[0]: "nowhere" is not a configured provider; use the name of a provider"#
        ),
        (
            #""fallbacks":{"a*":["groq/b"],"ab*":["groq/b"]}"#,
            #"routing.fallbacks["ab*"]: is never reached, since "a*" stands for the same names before it; move it up"#
        ),
        (
            #""models":{"groq/a":{"context_window":0}}"#,
            "routing.models[\"groq/a\"].context_window: must be a number of tokens, not 0; "
                + "use a whole number from 1 to 1000000000"
        ),
        (
            #""models":{"groq/a":{"vision":true}}"#,
            "routing.models[\"groq/a\"].vision: is not known here; did you mean images?"
        ),
        (
            #""models":{"gpt-4o":{}}"#,
            "routing.models.gpt-4o: names no provider; write it as provider/model, or with a *"
        ),
        (
            #""models":{"nowhere/a*":{}}"#,
            #"routing.models["nowhere/a*"]: "nowhere" is not a configured provider; "#
                + "write it as provider/model, or with a *"
        ),
    ]

    @Test(arguments: errors)
    func problemsNamePathAndFix(routing: String, line: String) {
        let read = RoutedRequests.read(routing)
        #expect(read.configuration == nil)
        #expect(read.lines.filter { $0.hasPrefix("routing") } == [line])
    }

    @Test func namesInARowAndModelsHaveLimits() {
        let names = (0..<9).map { #""a\#($0)":"\#($0 == 8 ? "groq/x" : "a\($0 + 1)")""# }.joined(separator: ",")
        let deep = RoutedRequests.read("\"aliases\":{\(names)}")
        #expect(
            deep.lines.filter { $0.hasPrefix("routing") } == [
                "routing.aliases.a7: stands at the end of more than 8 names in a row; "
                    + "name the model itself, as provider/model"
            ]
        )
        let rising = (0..<9).map { #""a\#($0)":"\#($0 == 0 ? "groq/x" : "a\($0 - 1)")""# }.joined(separator: ",")
        #expect(
            RoutedRequests.read("\"aliases\":{\(rising)}").lines.filter { $0.hasPrefix("routing") } == [
                "routing.aliases.a8: leads through more than 8 names in a row; "
                    + "name the models themselves, as provider/model"
            ]
        )
        let many = (0..<5).map { group in
            let targets = (0..<4).map { #""\#(group == 4 ? "v\($0)" : "groq/\(group)-\($0)")""# }.joined(separator: ",")
            return #""v\#(group)":{"targets":[\#(targets)]}"#
        }
        #expect(RoutedRequests.read("\"virtual_models\":{\(many.joined(separator: ","))}").configuration != nil)
        let tooMany = many + [#""v5":{"targets":["v4","groq/x"]}"#]
        #expect(
            RoutedRequests.read("\"virtual_models\":{\(tooMany.joined(separator: ","))}").lines.last
                == "routing.virtual_models.v5: leads to 17 models, and a request may go to 16; remove targets"
        )
    }

    @Test(
        arguments: [
            (
                #""aliases":{"a":"nebius/x"}"#,
                "warning: routing.aliases.a: is skipped, since the provider nebius is left out"
            ),
            (
                #""virtual_models":{"v":{"strategy":"ordered","targets":[{"model":"groq/x","weight":2}]}}"#,
                "warning: routing.virtual_models.v.targets[0].weight: has no effect with the strategy ordered"
            ),
            (
                #""virtual_models":{"v":{"strategy":"lowest_price","targets":["groq/x"]}}"#,
                "warning: routing.virtual_models.v: has the strategy lowest_price, but no price of a target is known; "
                    + "add input_price and output_price to routing.models"
            ),
        ]
    )
    func whatHasNoEffectIsAWarning(routing: String, line: String) {
        let read = RoutedRequests.read(routing)
        #expect(read.configuration != nil)
        #expect(read.lines.filter { $0.contains("routing") } == [line])
    }

    @Test func targetsOfProvidersThatWereLeftOutAreSkipped() throws {
        var requests = try RoutedRequests(
            #""virtual_models":{"v":{"strategy":"ordered","targets":["nebius/x","groq/x"]}}"#
        )
        let plan = requests.plan("v")
        #expect(plan.names == ["groq/x"])
        #expect(plan.skippedNames == ["nebius/x unknown_provider"])
    }

    @Test func providersOfTheEnvironmentCanBeNamed() {
        let text = #"{"routing":{"aliases":{"a":"openai/x","b":"groq/y"}}}"#
        let read = ReadConfiguration(text)
        #expect(read.configuration?.routing.aliases.count == 2)
        #expect(
            read.lines == ["warning: routing.aliases.b: is skipped, since the provider groq is left out"]
        )
        #expect(ReadConfiguration(#"{"routing":{"aliases":{"a":"opena/x"}}}"#).configuration == nil)
    }

    @Test(arguments: [
        #""aliases":X"#, #""aliases":{"a":X}"#, #""virtual_models":X"#, #""virtual_models":{"v":X}"#,
        #""virtual_models":{"v*":{"targets":X}}"#, #""virtual_models":{"v*":{"targets":[X,"groq/x"]}}"#,
        #""virtual_models":{"v":{"targets":[{"model":X,"weight":X,"key":X}]}}"#,
        #""virtual_models":{"v":{"strategy":X,"targets":["groq/x"]}}"#, #""rules":X"#, #""rules":[X,X]"#,
        #""rules":[{"name":X,"if":X,"model":"groq/x"}]"#, #""rules":[{"model":X,"stop":X}]"#,
        #""rules":[{"targets":X}]"#, #""fallbacks":X"#, #""fallbacks":{"a":X}"#, #""fallbacks":{"a":[X]}"#,
        #""models":X"#, #""models":{"groq/x":X}"#,
        #""models":{"groq/x":{"context_window":X,"input_price":X,"output_price":X,"images":X,"tools":X}}"#,
    ])
    func anyValueIsReadOrRefused(template: String) {
        let values = [
            "null", "7", "0", "true", "-1e999", "1e308", "\"\\ud800\"", "\"env.\"", "\"env.MISSING\"", "[[]]", "[null]",
            "{}", "{\"\":{}}", "{\"\\udc00\":1}", "\"*\"", "\"a\"", "\"groq/*\"", "\"groq/\"", "\"/\"", "\"stream\"",
            "\"\"",
            "{\"env_var\":\"X\"}", "[\"groq/x\"]", "{\"model\":\"groq/x\"}", "{\"a\":\"groq/x\",\"*\":\"a\"}",
        ]
        for value in values {
            let read = RoutedRequests.read(template.replacing("X", with: value))
            #expect((read.configuration == nil) == read.problems.contains { $0.severity == .error })
            // What the reader accepts has a router.
            if let configuration = read.configuration {
                #expect(throws: Never.self, "\(value)") { try Router(configuration) }
            }
        }
    }

    @Test func nothingIsNeeded() throws {
        for routing in ["", #""aliases":null"#, #""aliases":{},"rules":[],"virtual_models":{}"#] {
            var expected = RoutingConfiguration()
            expected.absentProviders = ["nebius"]
            #expect(try RoutedRequests.configuration(routing).routing == expected)
        }
        #expect(ReadConfiguration("{}").configuration?.routing == RoutingConfiguration())
    }
}
