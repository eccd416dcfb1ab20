import Dialects
import TestSupport
import Testing

@testable import Martlet

@Suite("Plans of routes")
struct RouterTests {
    @Test(
        arguments: [
            ("groq/llama", "groq/llama", .request), ("gpt-4o", "openai/gpt-4o", .defaultProvider),
            ("meta-llama/Llama-3", "openai/meta-llama/Llama-3", .defaultProvider),
            ("nebius/llama", "openai/nebius/llama", .defaultProvider),
        ] as [(String, String, RouteOrigin)]
    )
    func aModelAloneIsItsOwnPlan(model: String, target: String, origin: RouteOrigin) throws {
        for routing in ["", "\"aliases\":{\"x\":\"groq/y\"}"] {
            var requests = try RoutedRequests(routing)
            let plan = requests.plan(model)
            #expect(plan.names == [target])
            #expect(plan.candidates.map(\.origin) == [origin])
            #expect(plan.skipped.isEmpty && plan.trail.isEmpty)
        }
    }

    @Test func aPreferredProviderTakesModelsWithoutOne() throws {
        var requests = try RoutedRequests("")
        #expect(requests.names("claude") { $0.preferredProvider = "anthropic" } == ["anthropic/claude"])
        #expect(requests.names("claude") { $0.preferredProvider = "nebius" } == ["openai/claude"])
        #expect(requests.names("groq/claude") { $0.preferredProvider = "anthropic" } == ["groq/claude"])
    }

    @Test func withoutProvidersThereIsNoPlan() throws {
        let router = try Router(GatewayConfiguration(providers: []))
        var random = SeededGenerator(seed: 1)
        let plan = router.plan(RequestFacts(model: "gpt-4o"), using: &random)
        #expect(plan.candidates.isEmpty)
        #expect(plan.refusal == "No provider is configured.")
    }

    @Test func aliasesStandForOtherNames() throws {
        var requests = try RoutedRequests(
            #""aliases":{"fast":"quick","quick":"groq/llama","openai/gpt-4":"openai/gpt-4o"}"#
        )
        let plan = requests.plan("fast")
        #expect(plan.candidates == [.init(target: .init(provider: "groq", model: "llama"), origin: .alias("quick"))])
        #expect(plan.trail == [.alias("fast", model: "quick"), .alias("quick", model: "groq/llama")])
        #expect(requests.names("openai/gpt-4") == ["openai/gpt-4o"])
        #expect(requests.names("openai/fast") == ["openai/fast"])
    }

    @Test func virtualModelsStandForSeveral() throws {
        var requests = try RoutedRequests(
            #"""
            "aliases":{"cheap":"groq/llama"},
            "virtual_models":{
              "smart":{"strategy":"ordered","targets":["anthropic/claude",{"model":"openai/gpt-4o","key":"spare"},"pair"]},
              "pair":{"strategy":"ordered","targets":["cheap","openai/gpt-4o"]},
              "openai/gpt-4o":{"targets":["openai/gpt-4o"]}}
            """#
        )
        let plan = requests.plan("smart")
        #expect(plan.names == ["anthropic/claude", "openai/gpt-4o", "groq/llama"])
        #expect(plan.candidates.map(\.key) == [nil, "spare", nil])
        #expect(plan.candidates.map(\.origin) == [.virtualModel("smart"), .virtualModel("smart"), .alias("cheap")])
        #expect(plan.skippedNames == ["openai/gpt-4o duplicate"])
        #expect(
            plan.trail == [
                .virtualModel("smart", strategy: .ordered, asked: "smart"),
                .virtualModel("pair", strategy: .ordered, asked: "pair"), .alias("cheap", model: "groq/llama"),
            ]
        )
        #expect(requests.plan("openai/gpt-4o").candidates.map(\.origin) == [.virtualModel("openai/gpt-4o")])
    }

    @Test func starsPassOnWhatTheyStandFor() throws {
        var requests = try RoutedRequests(
            #"""
            "aliases":{"latest":"claude-4"},
            "virtual_models":{
              "claude-*":{"strategy":"ordered","targets":["anthropic/claude-*","groq/anthropic.claude-*-v1","mistral/m"]},
              "gpt-4o":{"targets":["groq/x"]},
              "gpt-*":{"strategy":"ordered","targets":["openai/gpt-*","claude-3"]}}
            """#
        )
        #expect(requests.names("claude-5") == ["anthropic/claude-5", "groq/anthropic.claude-5-v1", "mistral/m"])
        #expect(requests.names("latest") == ["anthropic/claude-4", "groq/anthropic.claude-4-v1", "mistral/m"])
        #expect(requests.names("gpt-4o") == ["groq/x"])
        #expect(
            requests.names("gpt-5")
                == ["openai/gpt-5", "anthropic/claude-3", "groq/anthropic.claude-3-v1", "mistral/m"]
        )
        #expect(requests.names("openai/claude-5") == ["openai/claude-5"])
    }

    @Test func rulesDecideByTheFacts() throws {
        var requests = try RoutedRequests(
            #"""
            "virtual_models":{"big":{"targets":["anthropic/claude"]}},
            "rules":[
              {"name":"rename","if":"model == 'old'","model":"openai/new","stop":false},
              {"name":"team","if":"headers['X-Team'] == 'search' && provider == 'openai'","model":"groq/llama"},
              {"name":"long","if":"tokens > 1000","model":"big"},
              {"name":"draw","if":"images > 0",
               "targets":["openai/gpt-4o","mistral/pixtral"],"strategy":"ordered"}]
            """#
        )
        #expect(requests.router.neededFacts.headers == ["x-team"])
        #expect(requests.router.neededFacts.content)
        #expect(!requests.router.neededFacts.user)

        let renamed = requests.plan("old")
        #expect(renamed.candidates == [.init(target: .init(provider: "openai", model: "new"), origin: .rule("rename"))])
        #expect(renamed.trail == [.rule("rename", model: "openai/new")])
        let both = requests.plan("old") { $0.headers["x-team"] = "search" }
        #expect(both.names == ["groq/llama"])
        #expect(both.trail == [.rule("rename", model: "openai/new"), .rule("team", model: "groq/llama")])
        // Without a provider in its name, a model's provider is no one's.
        #expect(requests.names("gpt-4o") { $0.headers["x-team"] = "search" } == ["openai/gpt-4o"])

        let long = requests.plan("gpt-4o") { $0.byteCount = 4001 }
        #expect(long.names == ["anthropic/claude"])
        #expect(long.candidates.map(\.origin) == [.virtualModel("big")])
        let picture = requests.plan("gpt-4o") { $0.content.imageCount = 1 }
        #expect(picture.names == ["openai/gpt-4o", "mistral/pixtral"])
        #expect(picture.candidates.map(\.origin) == [.rule("draw"), .rule("draw")])
        #expect(requests.plan("gpt-4o").trail.isEmpty)
    }

    @Test func theFirstRuleThatAppliesStops() throws {
        var requests = try RoutedRequests(
            #"""
            "rules":[{"name":"a","if":"stream","model":"groq/a"},
                     {"name":"b","if":"stream || tools > 0","model":"groq/b","stop":false},
                     {"name":"c","if":"stream","model":"groq/c"},
                     {"name":"d","model":"groq/d"}]
            """#
        )
        #expect(requests.plan("x") { $0.isStream = true }.trail == [.rule("a", model: "groq/a")])
        let others = requests.plan("x") { $0.content.toolCount = 1 }
        #expect(others.trail == [.rule("b", model: "groq/b"), .rule("d", model: "groq/d")])
        #expect(others.names == ["groq/d"])
    }

    @Test func fallbacksOfTheConfigurationFollow() throws {
        var requests = try RoutedRequests(
            #"""
            "aliases":{"fast":"groq/llama"},
            "virtual_models":{"smart":{"strategy":"ordered","targets":["openai/gpt-4o","anthropic/claude"]}},
            "rules":[{"name":"r","if":"key == 'a'","model":"fast"}],
            "fallbacks":{"*":["mistral/any"],"groq/llama":["smart","groq/llama2"],"smart":["fast","openai/gpt-4o"],
                         "openai/gpt-5":["anthropic/claude"]}
            """#
        )
        let fast = requests.plan("fast")
        #expect(fast.names == ["groq/llama", "openai/gpt-4o", "anthropic/claude", "groq/llama2"])
        #expect(fast.candidates.map(\.origin) == [.alias("fast"), .fallback(0), .fallback(0), .fallback(1)])
        #expect(fast.trail.contains(.configuredFallbacks("groq/llama", count: 2)))
        let smart = requests.plan("smart")
        #expect(smart.names == ["openai/gpt-4o", "anthropic/claude", "groq/llama"])
        #expect(smart.skippedNames == ["openai/gpt-4o duplicate"])
        #expect(requests.names("x") { $0.callerKey = "a" } == fast.names)
        // The default provider's model is found by its whole name.
        #expect(requests.names("gpt-5") == ["openai/gpt-5", "anthropic/claude"])
        #expect(requests.names("other") == ["openai/other", "mistral/any"])
    }

    @Test func fallbacksOfTheCallerTakeTheirPlace() throws {
        var requests = try RoutedRequests(
            #"""
            "aliases":{"fast":"groq/llama","openai/gpt-3":"openai/gpt-4o"},
            "fallbacks":{"*":["mistral/any"]}
            """#
        )
        let plan = requests.plan("openai/gpt-4o") {
            $0.fallbacks = [
                .init(model: "fast"), .init(provider: "anthropic", model: "claude"), .init(model: "openai/gpt-4o"),
                .init(model: "nowhere/x"), .init(provider: "nebius", model: "y"), .init(model: "gpt-5"),
                .init(provider: "openai", model: "gpt-3"),
            ]
        }
        #expect(plan.names == ["openai/gpt-4o", "groq/llama", "anthropic/claude", "openai/gpt-5"])
        #expect(
            plan.candidates.map(\.origin) == [.request, .fallback(0), .fallback(1), .fallback(5)]
        )
        #expect(
            plan.skippedNames == [
                "openai/gpt-4o duplicate", "nowhere/x unknown_provider", "nebius/y unknown_provider",
                "openai/gpt-4o duplicate",
            ]
        )
        #expect(plan.trail.first == .requestedFallbacks(count: 7))
    }

    @Test func thereAreAtMostSixteenCandidates() throws {
        var requests = try RoutedRequests("")
        let plan = requests.plan("a") { $0.fallbacks = (0..<16).map { .init(model: "groq/\($0)") } }
        #expect(plan.candidates.count == RoutePlan.maximumCandidateCount)
        #expect(plan.skippedNames == ["groq/15 candidate_limit"])
    }

    static let models = #"""
        "models":{
          "openai/gpt-4o":{"context_window":1000,"documents":false},
          "groq/*":{"images":false,"tools":false,"context_window":500},
          "groq/big":{"context_window":100000},
          "*":{"documents":true,"images":true}},
        "virtual_models":{"all":{"strategy":"ordered","targets":["openai/gpt-4o","groq/small","groq/big"]}}
        """#

    struct Case: Sendable {
        var content = RequestContent()
        var byteCount = 0
        var operation = InferenceOperation.generation
        var names = ["openai/gpt-4o", "groq/small", "groq/big"]
        var skipped: [String] = []

        init(_ change: (inout Case) -> Void) { change(&self) }
    }

    static let cases: [Case] = [
        Case { _ in },
        Case {
            $0.content.imageCount = 1
            $0.names = ["openai/gpt-4o"]
            $0.skipped = ["groq/small images", "groq/big images"]
        },
        Case {
            $0.content.toolCount = 1
            $0.names = ["openai/gpt-4o"]
            $0.skipped = ["groq/small tools", "groq/big tools"]
        },
        Case {
            $0.content.documentCount = 1
            $0.names = ["groq/small", "groq/big"]
            $0.skipped = ["openai/gpt-4o documents"]
        },
        Case {
            $0.byteCount = 4000
            $0.names = ["openai/gpt-4o", "groq/big"]
            $0.skipped = ["groq/small context_window"]
        },
        Case {
            $0.byteCount = 4001
            $0.names = ["groq/big"]
            $0.skipped = ["openai/gpt-4o context_window", "groq/small context_window"]
        },
        Case {
            $0.content.tokenCount = 400
            $0.content.maximumTokenCount = 101
            $0.names = ["openai/gpt-4o", "groq/big"]
            $0.skipped = ["groq/small context_window"]
        },
        Case { $0.content.maximumTokenCount = -5 },
        Case {
            $0.operation = .tokenCount
            $0.byteCount = 1_000_000
            $0.content.imageCount = 1
        },
    ]

    @Test(arguments: cases)
    func modelsThatCannotServeAreSkipped(of given: Case) throws {
        var requests = try RoutedRequests(Self.models)
        let plan = requests.plan("all") {
            $0.content = given.content
            $0.byteCount = given.byteCount
            $0.operation = given.operation
        }
        #expect(plan.names == given.names)
        #expect(plan.skippedNames == given.skipped)
        #expect(requests.router.neededFacts.content)
    }

    @Test func whenNoneCanServeTheReasonsAreGiven() throws {
        var requests = try RoutedRequests(Self.models)
        let plan = requests.plan("all") {
            $0.content.maximumTokenCount = .max
            $0.byteCount = 100
        }
        #expect(plan.candidates.isEmpty)
        #expect(plan.skipped.first?.reason == .contextWindow(tokens: .max, limit: 1000))
        let other = requests.plan("groq/x") {
            $0.content.imageCount = 1
            $0.fallbacks = [.init(provider: "nebius", model: "y\n")]
        }
        #expect(
            other.refusal == "No model can serve this request: groq/x does not take images; nebius/y\\u000A has no "
                + "configured provider."
        )
    }

    @Test func providersWithoutEmbeddingsAreSkippedForThem() throws {
        var requests = try RoutedRequests(#""fallbacks":{"*":["openai/e"]}"#)
        let plan = requests.plan("anthropic/claude") { $0.operation = .embedding }
        #expect(plan.names == ["openai/e"])
        #expect(plan.skippedNames == ["anthropic/claude operation"])
    }

    @Test func strategiesAskHowTargetsAreDoing() throws {
        var requests = try RoutedRequests(
            #"""
            "models":{"openai/a":{"input_price":5,"output_price":1},"groq/b":{"input_price":1,"output_price":50}},
            "virtual_models":{
              "quick":{"strategy":"least_latency","targets":["openai/a","groq/b"]},
              "idle":{"strategy":"least_busy","targets":["openai/a","groq/b","mistral/c"]},
              "cheap":{"strategy":"lowest_price","targets":["mistral/c","openai/a","groq/b"]}}
            """#
        )
        let loads: [String: TargetLoad] = [
            "openai/a": .init(latency: 900, runningCount: 1), "groq/b": .init(latency: 300, runningCount: 4),
            "mistral/c": .init(latency: 1, runningCount: 9),
        ]
        func plan(_ model: String) -> [String] {
            requests.plan(RequestFacts(model: model)) { loads[$0.name] ?? .init() }.names
        }
        #expect(plan("quick") == ["groq/b", "openai/a"])
        #expect(plan("idle") == ["openai/a", "groq/b", "mistral/c"])
        #expect(requests.router.neededFacts.content)
        let long = requests.names("cheap") { $0.content.tokenCount = 100_000 }
        #expect(long == ["groq/b", "openai/a", "mistral/c"])
        let short = requests.names("cheap") { $0.content.maximumTokenCount = 500 }
        #expect(short == ["openai/a", "groq/b", "mistral/c"])
    }

    @Test func aConfigurationFromNoFileIsCheckedToo() throws {
        var configuration = try RoutedRequests.configuration("")
        configuration.routing.aliases = [ModelAlias(name: "a b", model: "nowhere")]
        configuration.routing.rules = [
            RoutingRule(
                name: "r",
                condition: "x",
                destination: .targets([.init(model: "openai/a", weight: .nan)], .weighted)
            )
        ]
        let problems = try #require(throws: RoutingProblems.self) { try Router(configuration) }
        #expect(
            problems.problems.map(\.description) == [
                "routing.aliases[\"a b\"]: \"nowhere\" is no alias, no virtual model and names no provider; "
                    + "write it as \"openai/nowhere\"",
                "routing.rules[0].if: is not a condition: at character 1: \"x\" is not a fact; use one of model, provider, "
                    + "operation, format, key, user, tools, images, documents, size, tokens, max_tokens, stream, "
                    + "headers, metadata",
                "routing.rules[0].targets[0]: has the weight nan; use a number from 0 to 1000000",
            ]
        )
    }
}
