/// A model of a provider.
package struct RouteTarget: Sendable, Hashable {
    /// The provider's name; empty when there is no provider at all.
    package var provider: String
    /// The model as the provider knows it.
    package var model: String

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// What led to a target last.
package enum RouteOrigin: Sendable, Equatable {
    /// The caller named it together with its provider.
    case request
    /// The caller named it without a provider.
    case defaultProvider
    /// This alias.
    case alias(String)
    /// This virtual model, by the name that it has in the configuration.
    case virtualModel(String)
    /// This rule.
    case rule(String)
    /// A fallback, by its position in its list.
    case fallback(Int)
}

/// One of the targets that a request may go to.
package struct RouteCandidate: Sendable, Equatable {
    /// Where it goes.
    package var target: RouteTarget
    /// The name of the only key that is used; nil for any.
    package var key: String?
    /// How it came into the plan.
    package var origin: RouteOrigin

    package init(target: RouteTarget, key: String? = nil, origin: RouteOrigin) {
        self.target = target
        self.key = key
        self.origin = origin
    }
}

/// Why a target is not tried.
package enum SkipReason: Sendable, Equatable {
    /// There is no such provider, or it has no key.
    case unknownProvider
    /// The provider has no such operation.
    case operation
    /// Request and answer have about so many tokens, and the model holds this many.
    case contextWindow(tokens: Int, limit: Int)
    /// The model does not look at pictures.
    case images
    /// The model does not call tools.
    case tools
    /// The model does not read documents.
    case documents
    /// It is in the plan already.
    case duplicate
    /// There are as many candidates as may be.
    case candidateLimit
    /// The caller has brought a key of its own, which is another provider's.
    case otherKey
    /// Callers bring the provider's keys, and this one has not.
    case keyNeeded
}

/// A target that is not tried.
package struct SkippedTarget: Sendable, Equatable {
    /// What was left out.
    package var target: RouteTarget
    /// How it would have come into the plan.
    package var origin: RouteOrigin
    /// Why it is not in it.
    package var reason: SkipReason
}

/// Something that was decided on the way to a plan.
package enum RouteDecision: Sendable, Equatable {
    /// A rule applied; the model that it names, nil for a list of targets.
    case rule(String, model: String?)
    /// An alias was replaced.
    case alias(String, model: String)
    /// A virtual model was replaced; its name in the configuration and the one that was asked for.
    case virtualModel(String, strategy: RoutingStrategy, asked: String)
    /// The caller's fallbacks were added.
    case requestedFallbacks(count: Int)
    /// The fallbacks of the configuration for this name were added.
    case configuredFallbacks(String, count: Int)
}

/// Where a request goes, in the order in which it is tried, and how that was found out.
package struct RoutePlan: Sendable, Equatable {
    /// Most candidates of one request.
    package static let maximumCandidateCount = 16

    /// What is tried, in this order; never the same target twice. Empty when nothing can serve the request.
    package var candidates: [RouteCandidate] = []
    /// What is not tried.
    package var skipped: [SkippedTarget] = []
    /// What was decided, in order; empty when the model was simply named.
    package var trail: [RouteDecision] = []

    package init(candidates: [RouteCandidate] = []) {
        self.candidates = candidates
    }
}
