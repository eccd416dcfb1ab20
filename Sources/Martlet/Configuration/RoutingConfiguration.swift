/// Where requests go beyond the provider that their model names. Empty by default.
///
/// Wherever a model is named here, `provider/model` with a configured provider means that model and nothing else; any
/// other name must be that of an alias or a virtual model.
public struct RoutingConfiguration: Sendable, Equatable {
    /// Further names of models.
    public var aliases: [ModelAlias] = []
    /// Names that stand for several models.
    public var virtualModels: [VirtualModel] = []
    /// What is decided by more than the model's name. The first rule that applies counts.
    public var rules: [RoutingRule] = []
    /// What is tried when a model fails.
    public var fallbacks: [ModelFallbacks] = []
    /// What is known of models.
    public var models: [ModelFacts] = []
    /// Providers that may be named although they are not configured, since their keys are missing. Nothing is sent to
    /// them.
    public var absentProviders: [String] = []

    /// No routing.
    public init() {}
}

/// Another name of a model.
public struct ModelAlias: Sendable, Equatable {
    /// The name that callers use.
    public var name: String
    /// What it stands for.
    public var model: String

    /// `name` stands for `model`.
    public init(name: String, model: String) {
        self.name = name
        self.model = model
    }
}

/// How the targets of a virtual model are brought into an order.
public enum RoutingStrategy: String, Sendable, CaseIterable {
    /// Drawn by their weights, those after the first as well.
    case weighted
    /// As they were given.
    case ordered
    /// The quicker one of two drawn at random, by what their answers took lately and how many are running.
    case leastLatency = "least_latency"
    /// The one with the fewest requests running.
    case leastBusy = "least_busy"
    /// The one whose price for the request is lowest; those without a known price last.
    case lowestPrice = "lowest_price"
}

/// One of the models that a virtual model or a rule stands for.
public struct RoutingTarget: Sendable, Equatable {
    /// A model, an alias or a virtual model. A `*` stands for what the `*` in the virtual model's name stands for.
    public var model: String
    /// Its share of the requests relative to the other targets; 0 for one that is only used when the others fail.
    public var weight = 1.0
    /// The name of the only key of the provider that is used; nil for any.
    public var key: String?

    /// A target of weight 1.
    public init(model: String, weight: Double = 1, key: String? = nil) {
        self.model = model
        self.weight = weight
        self.key = key
    }
}

/// A name that stands for several models.
public struct VirtualModel: Sendable, Equatable {
    /// The name that callers use; a `*` in it stands for any text.
    public var name: String
    /// How the targets are ordered.
    public var strategy = RoutingStrategy.weighted
    /// What it stands for.
    public var targets: [RoutingTarget]

    /// A virtual model.
    public init(name: String, strategy: RoutingStrategy = .weighted, targets: [RoutingTarget]) {
        self.name = name
        self.strategy = strategy
        self.targets = targets
    }
}

/// What is decided by the facts of a request.
public struct RoutingRule: Sendable, Equatable {
    /// Where requests go that a rule applies to.
    public enum Destination: Sendable, Equatable {
        /// To a model, an alias or a virtual model.
        case model(String)
        /// To several models.
        case targets([RoutingTarget], RoutingStrategy)
    }

    /// What the rule is called in explanations.
    public var name: String
    /// When it applies, in the language of docs/routing.md; empty for always.
    public var condition: String
    /// Where the request goes then.
    public var destination: Destination
    /// Whether the rules after it are left out. They see the new model if not.
    public var stops = true

    /// A rule after which no other one is looked at.
    public init(name: String, condition: String, destination: Destination, stops: Bool = true) {
        self.name = name
        self.condition = condition
        self.destination = destination
        self.stops = stops
    }
}

/// What is tried when a model fails.
public struct ModelFallbacks: Sendable, Equatable {
    /// The name of the model, alias or virtual model; a `*` in it stands for any text.
    public var name: String
    /// What is tried, in this order.
    public var models: [String]

    /// Fallbacks for `name`.
    public init(name: String, models: [String]) {
        self.name = name
        self.models = models
    }
}

/// What is known of a model, or of several whose names are alike. What is nil is not known and stops nothing.
public struct ModelFacts: Sendable, Equatable {
    /// The model as `provider/model`; a `*` in it stands for any text.
    public var name: String
    /// How many tokens request and answer may have together.
    public var contextWindow: Int?
    /// Whether it looks at pictures.
    public var takesImages: Bool?
    /// Whether it calls tools.
    public var takesTools: Bool?
    /// Whether it reads documents such as PDF files.
    public var takesDocuments: Bool?
    /// The price of what it reads, in US dollars per million tokens.
    public var inputPrice: Double?
    /// The price of what it writes, in US dollars per million tokens.
    public var outputPrice: Double?

    /// A model of which nothing is known.
    public init(name: String) {
        self.name = name
    }
}
