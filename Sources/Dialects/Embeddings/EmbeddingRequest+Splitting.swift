import JSON

extension EmbeddingRequest {
    /// The requests that together ask a provider for this one, in the order of the inputs: some take one input, or not
    /// many, at a time. What is the same in all stays in each.
    ///
    /// - Parameter target: The provider's form.
    /// - Returns: At least one; this one alone where the provider takes it as it is.
    package func split(for target: EmbeddingFormat) -> [EmbeddingRequest] {
        // Cohere takes one picture at a time unless it is mixed with others.
        let most = inputs.allSatisfy(\.isPicture) ? 1 : target.maximumInputCount
        guard inputs.count > most || target.maximumTokenCount != nil else { return [self] }
        return ranges(ofAtMost: most, tokens: target.maximumTokenCount ?? .max).map { range in
            var part = self
            part.inputs = Array(inputs[range])
            // Where titles are lost, the first part tells of all.
            if target.hasTitles, titles.count == inputs.count { part.titles = Array(titles[range]) }
            return part
        }
    }

    /// The inputs in as few runs as the limits allow; an input that is too large by itself stands alone.
    private func ranges(ofAtMost most: Int, tokens: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, sum) = (0, 0)
        for (index, input) in inputs.enumerated() {
            let count = tokens == .max ? 0 : input.estimatedTokenCount
            if index > start, index - start == most || count > tokens - min(sum, tokens) {
                ranges.append(start..<index)
                (start, sum) = (index, 0)
            }
            sum += count
        }
        ranges.append(start..<inputs.count)
        return ranges
    }
}

extension EmbeddingAnswer {
    /// The answer to a request that was split.
    ///
    /// - Parameters:
    ///   - answers: The answers to its parts, in their order.
    ///   - requests: The parts.
    /// - Returns: Nil unless each part was answered with a vector for each of its inputs.
    package init?(merging answers: [EmbeddingAnswer], of requests: [EmbeddingRequest]) {
        guard let first = answers.first, answers.count == requests.count,
            zip(answers, requests).allSatisfy({ $0.vectors.count == $1.inputs.count })
        else { return nil }
        vectors = answers.flatMap(\.vectors)
        inputTokens = answers.reduce(0) { sum, answer in
            guard let sum, let count = answer.inputTokens else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(max(0, count))
            return overflow ? .max : total
        }
        furtherVectors = first.furtherVectors.compactMap { Self.merged(type: $0.type, answers) }
    }

    /// The vectors of one form; nil unless all answers have them.
    private static func merged(type: String, _ answers: [EmbeddingAnswer]) -> TypedVectors? {
        var vectors: [[JSONValue]] = []
        for answer in answers {
            let found = answer.furtherVectors.first { $0.type == type }
            guard let found, found.vectors.count == answer.vectors.count else { return nil }
            vectors += found.vectors
        }
        return TypedVectors(type: type, vectors: vectors)
    }
}
