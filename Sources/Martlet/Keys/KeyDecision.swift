/// What a request wants of a pool of keys.
struct KeyWish: Sendable {
    /// The keys that serve the request's model and are allowed to its caller.
    var serving: KeySet
    /// The keys that this request has tried already.
    var tried = KeySet()
    /// A number for the model, because providers limit the rate of each by itself; the same model always has the same.
    var model: UInt64 = 0
    /// The name of the only key that the caller accepts.
    var pinnedName: String?
    /// A hash of the caller's session, whose requests stay with one key.
    var session: UInt64?
    /// The key at which the provider probably holds the request's beginning in its cache.
    var preferred: Int?

    init(serving: KeySet) {
        self.serving = serving
    }
}

/// Proof of which key was chosen, to be given back with what became of the request.
struct KeyTicket: Sendable, Equatable {
    /// The position of the key in its pool.
    let position: Int
    let model: UInt64
    /// The number of the probe that the request is; 0 when it is none.
    let probe: UInt64

    /// Whether the request finds out whether the key is well again.
    var isProbe: Bool { probe != 0 }
}

/// Which key a request gets, and why; or why none.
enum KeyDecision: Sendable, Equatable {
    case use(KeyTicket, KeyReason)
    case refused(KeyRefusal)
}

/// Why a key was chosen, for the records of decisions.
enum KeyReason: String, Sendable, Equatable {
    /// There is no other.
    case only
    /// The caller named it.
    case pinned
    /// The caller's session is there.
    case session
    /// The provider probably has the request's beginning in its cache.
    case promptCache = "prompt_cache"
    /// Drawn by weight.
    case weight
}

/// Why no key was chosen.
enum KeyRefusal: Error, Sendable, Equatable {
    /// No key serves the model.
    case noneServes
    /// The caller named a key that is not there or does not serve the model.
    case pinnedUnknown
    /// The request has tried all keys that are well, and no other is at rest.
    case allTried
    /// All keys that are left are at rest because of too many requests; the time at which the first returns.
    case allLimited(until: Moment)
    /// All keys were refused by the provider or have no money; the time at which the first is probed.
    case allRefused(until: Moment)

    /// The word for programs.
    var code: String {
        switch self {
        case .noneServes, .pinnedUnknown: "model_not_found"
        case .allTried, .allRefused: "upstream_credentials_exhausted"
        case .allLimited: "rate_limit_exceeded"
        }
    }

    /// The HTTP status of an answer that says so.
    var status: Int {
        switch self {
        case .noneServes, .pinnedUnknown: 404
        case .allTried, .allRefused: 502
        case .allLimited: 429
        }
    }

    /// Whole seconds after which another request may find a key.
    func retryAfter(now: Moment) -> Int? {
        switch self {
        case .noneServes, .pinnedUnknown, .allTried: nil
        case .allLimited(let end), .allRefused(let end): max(1, (end - now).wholeSeconds)
        }
    }

    /// What happened, for a person. It names no key.
    func message(provider: String, model: String) -> String {
        switch self {
        case .noneServes: "No key of provider \(provider) serves model \(model)."
        case .pinnedUnknown: "Provider \(provider) has no key of the requested name for model \(model)."
        case .allTried: "Every key of provider \(provider) for model \(model) has failed for this request."
        case .allLimited:
            "All keys of provider \(provider) for model \(model) rest, because it asked for fewer requests."
        case .allRefused: "Provider \(provider) refuses every key for model \(model), or their accounts have no money."
        }
    }
}
