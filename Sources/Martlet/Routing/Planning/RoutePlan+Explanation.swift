extension RoutePlan {
    /// What a caller is told when there are no candidates: a sentence with the reason of each target.
    package var refusal: String {
        if skipped.allSatisfy({ $0.target.provider.isEmpty }) { return "No provider is configured." }
        let reasons = skipped.map { "\(Self.excerpt($0.target.name)) \($0.reason.clause)" }
        return "No model can serve this request: \(reasons.joined(separator: "; "))."
    }

    private static func excerpt(_ name: String) -> String { ShownText.escaped(name) }
}

extension RouteTarget {
    /// The name that callers know it by.
    package var name: String { provider.isEmpty ? model : "\(provider)/\(model)" }
}

extension SkipReason {
    /// What stands behind the target's name in a sentence.
    package var clause: String {
        switch self {
        case .unknownProvider: "has no configured provider"
        case .operation: "does not serve this operation"
        case .contextWindow(let tokens, let limit):
            "holds \(limit) tokens, and request and answer have about \(tokens)"
        case .images: "does not take images"
        case .tools: "does not take tools"
        case .documents: "does not take documents"
        case .duplicate: "is tried already"
        case .candidateLimit: "is one too many"
        case .otherKey: "is not what the caller's key is for"
        case .keyNeeded: "needs a key of the caller's own, and there is none"
        }
    }

    /// The word for logs and programs.
    package var code: String {
        switch self {
        case .unknownProvider: "unknown_provider"
        case .operation: "operation"
        case .contextWindow: "context_window"
        case .images: "images"
        case .tools: "tools"
        case .documents: "documents"
        case .duplicate: "duplicate"
        case .candidateLimit: "candidate_limit"
        case .otherKey: "other_key"
        case .keyNeeded: "key_needed"
        }
    }
}
