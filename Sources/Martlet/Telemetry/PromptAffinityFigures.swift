/// What keeping prompts where they are cached was good for.
package struct PromptAffinityFigures: Sendable, Equatable {
    /// Requests that could have had a place.
    package internal(set) var lookupCount = 0
    /// Requests that had one.
    package internal(set) var hitCount = 0
    /// Requests that were answered there. The others found it ill, or had their caller's word for another key.
    package internal(set) var keptCount = 0
    /// Input tokens that providers served from their caches to requests that were kept.
    package internal(set) var cachedTokenCount = 0
    /// Beginnings that are remembered, those whose time is over included.
    package internal(set) var entryCount = 0
    /// Beginnings that gave way to others before their time was over.
    package internal(set) var evictionCount = 0

    init() {}
}

extension Gateway {
    /// What keeping prompts where they are cached was good for; nil where they are not kept.
    package var promptAffinityFigures: PromptAffinityFigures? { affinity?.figures }
}
