import NIOConcurrencyHelpers

/// Where the gateway has sent which beginning of a prompt. Shared by all event loops.
final class PromptAffinity: Sendable {
    /// What digests are made with: a secret of the process.
    let key: SipHash.Key
    private let table: NIOLockedValueBox<AffinityTable>

    init(_ settings: AffinitySettings) {
        var random = SystemRandomNumberGenerator()
        key = SipHash.Key(first: random.next(), second: random.next())
        table = NIOLockedValueBox(AffinityTable(settings))
    }

    /// What it was good for.
    var figures: PromptAffinityFigures { table.withLockedValue { $0.figures } }

    /// Where a request should go; nil when nobody knows.
    func place(for digest: PrefixDigest, now: Moment) -> AffinityPlace? {
        table.withLockedValue { $0.place(for: digest, now: now) }
    }

    /// Takes note of where a request went.
    func remember(_ digest: PrefixDigest, at place: AffinityPlace, now: Moment) {
        table.withLockedValue { $0.remember(digest, at: place, now: now) }
    }

    /// Takes note of a request that was answered where it was to be kept.
    ///
    /// - Parameter cachedTokenCount: Input tokens that the provider served from its cache.
    func didKeep(cachedTokenCount: Int) {
        table.withLockedValue { $0.didKeep(cachedTokenCount: cachedTokenCount) }
    }
}
