/// What is known of models, by name and pattern.
struct ModelKnowledge: Sendable {
    private var table = PatternTable<ModelFacts>()

    init(_ models: [ModelFacts]) {
        for facts in models { table.insert(facts, for: facts.name) }
    }

    /// Whether nothing is known of any model.
    var isEmpty: Bool { table.isEmpty }

    /// What is known of a target: each fact from the entry with its very name, else from the first pattern that has
    /// it.
    func facts(of target: RouteTarget) -> ModelFacts? {
        guard !table.isEmpty else { return nil }
        var found: ModelFacts?
        table.forEach(matching: target.name) { facts in
            if found == nil { found = facts } else { found?.fill(from: facts) }
        }
        return found
    }
}

extension ModelFacts {
    fileprivate mutating func fill(from other: ModelFacts) {
        contextWindow = contextWindow ?? other.contextWindow
        takesImages = takesImages ?? other.takesImages
        takesTools = takesTools ?? other.takesTools
        takesDocuments = takesDocuments ?? other.takesDocuments
        inputPrice = inputPrice ?? other.inputPrice
        outputPrice = outputPrice ?? other.outputPrice
    }

    /// Whether a request's content makes a difference.
    var limitsContent: Bool {
        contextWindow != nil || takesImages == false || takesTools == false || takesDocuments == false
    }

    /// Why the model cannot serve a request; nil where nothing is in its way.
    func reasonToSkip(_ request: RequestFacts) -> SkipReason? {
        // Embeddings are limited text by text, and what is too large can still be counted.
        guard request.operation == .generation else { return nil }
        if let contextWindow {
            let (sum, overflow) = request.tokenCount.addingReportingOverflow(
                max(0, request.content.maximumTokenCount ?? 0)
            )
            let tokens = overflow ? Int.max : sum
            if tokens > contextWindow { return .contextWindow(tokens: tokens, limit: contextWindow) }
        }
        if takesImages == false, request.content.imageCount > 0 { return .images }
        if takesTools == false, request.content.toolCount > 0 { return .tools }
        if takesDocuments == false, request.content.documentCount > 0 { return .documents }
        return nil
    }

    /// Tokens of an answer whose length the caller does not limit, for comparing prices.
    static let assumedAnswerTokenCount = 1000

    /// What a request would cost, in millionths of a US dollar; nil where the price is not known.
    func price(of request: RequestFacts) -> Double? {
        guard let inputPrice else { return nil }
        let answer = Double(max(0, request.content.maximumTokenCount ?? Self.assumedAnswerTokenCount))
        guard request.operation == .generation else { return inputPrice * Double(request.tokenCount) }
        return outputPrice.map { inputPrice * Double(request.tokenCount) + $0 * answer }
    }
}
