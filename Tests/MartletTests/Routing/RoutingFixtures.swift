import TestSupport
import Testing

@testable import Martlet

/// A router of the providers openai, anthropic, groq and mistral; nebius is named but has no key.
struct RoutedRequests {
    let router: Router
    var random: SeededGenerator

    /// - Parameter routing: The members of `routing`.
    init(_ routing: String, seed: UInt64 = 1) throws {
        let configuration = try Self.configuration(routing)
        router = try Router(configuration)
        random = SeededGenerator(seed: seed)
    }

    static func configuration(_ routing: String) throws -> GatewayConfiguration {
        let read = Self.read(routing)
        return try #require(read.configuration, "\(read.lines)")
    }

    static func read(_ routing: String) -> ReadConfiguration {
        ReadConfiguration(
            """
            {"providers":{
              "openai":{"keys":[{"name":"team","value":"k"},{"name":"spare","value":"k2"}]},
              "anthropic":{"keys":[{"value":"k"}]},"groq":{"keys":[{"value":"k"}]},"mistral":{"keys":[{"value":"k"}]},
              "nebius":{"keys":[{"value":"env.MISSING"}]}},
             "routing":{\(routing)}}
            """,
            environment: [:]
        )
    }

    mutating func plan(_ facts: RequestFacts, live: (RouteTarget) -> TargetLoad = { _ in .init() }) -> RoutePlan {
        router.plan(facts, live: live, using: &random)
    }

    mutating func plan(_ model: String, _ change: (inout RequestFacts) -> Void = { _ in }) -> RoutePlan {
        var facts = RequestFacts(model: model)
        change(&facts)
        return plan(facts)
    }

    /// The names of the candidates.
    mutating func names(_ model: String, _ change: (inout RequestFacts) -> Void = { _ in }) -> [String] {
        plan(model, change).names
    }
}

extension RoutePlan {
    /// The names of the candidates.
    var names: [String] { candidates.map(\.target.name) }
    /// The names of what is left out, with the reason's code.
    var skippedNames: [String] { skipped.map { "\($0.target.name) \($0.reason.code)" } }
}
