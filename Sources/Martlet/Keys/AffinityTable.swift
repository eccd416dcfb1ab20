/// How long places are remembered.
package struct AffinitySettings: Sendable, Equatable {
    /// Beginnings of prompts that are remembered; the one that was not used for longest gives way.
    package var maximumCount = 10_000
    /// Seconds after the last use for which a provider is expected to hold a beginning. Anthropic's and OpenAI's caches
    /// last five minutes or longer.
    package var lifetime = 300.0

    /// The default limits.
    package init() {}
}

/// Where a prompt is probably cached. Names rather than positions, so that a place outlives changes of the
/// configuration.
struct AffinityPlace: Sendable, Hashable {
    /// The target: provider and model, in the caller's own spelling of them.
    var target: String
    /// The name of the key.
    var key: String
}

/// Remembers which target and key got which beginning of a prompt, so that the next request with the same finds the
/// provider's cache warm.
struct AffinityTable: Sendable {
    private struct Entry: Sendable {
        let digest: UInt64
        var place: AffinityPlace
        var end: Moment
    }

    private(set) var figures = PromptAffinityFigures()

    private let maximumCount: Int
    private let lifetime: Interval
    private var entries = LinkedSlots<Entry>()
    /// From the one that was not used for longest to the latest.
    private var order = LinkedSlots<Entry>.Chain()
    private var slotOfDigest: [UInt64: Int] = [:]

    init(_ settings: AffinitySettings = AffinitySettings()) {
        maximumCount = max(0, settings.maximumCount)
        lifetime = Interval(seconds: settings.lifetime)
    }

    private var count: Int { slotOfDigest.count }

    /// Where the request should go: where its conversation went, else where its instructions and tools did.
    mutating func place(for digest: PrefixDigest, now: Moment) -> AffinityPlace? {
        figures.lookupCount += 1
        guard let place = use(digest.conversation, now: now) ?? use(digest.head, now: now) else { return nil }
        figures.hitCount += 1
        return place
    }

    /// Takes note of where a request was answered.
    mutating func remember(_ digest: PrefixDigest, at place: AffinityPlace, now: Moment) {
        if let head = digest.head { remember(head, at: place, now: now) }
        if let conversation = digest.conversation { remember(conversation, at: place, now: now) }
    }

    /// Takes note of a request that was answered at the place from here.
    ///
    /// - Parameter cachedTokenCount: Input tokens that the provider served from its cache.
    mutating func didKeep(cachedTokenCount: Int) {
        figures.keptCount += 1
        let (sum, overflows) = figures.cachedTokenCount.addingReportingOverflow(max(0, cachedTokenCount))
        figures.cachedTokenCount = overflows ? .max : sum
    }

    private mutating func use(_ digest: UInt64?, now: Moment) -> AffinityPlace? {
        guard let digest, let slot = slotOfDigest[digest], let entry = entries[slot] else { return nil }
        guard now < entry.end else {
            remove(slot)
            return nil
        }
        touch(slot, entry.place, now: now)
        return entry.place
    }

    private mutating func remember(_ digest: UInt64, at place: AffinityPlace, now: Moment) {
        if let slot = slotOfDigest[digest] {
            touch(slot, place, now: now)
            return
        }
        guard maximumCount > 0 else { return }
        if count >= maximumCount, let oldest = order.first {
            remove(oldest)
            figures.evictionCount += 1
        }
        let entry = Entry(digest: digest, place: place, end: now + lifetime)
        slotOfDigest[digest] = entries.append(entry, to: &order)
        figures.entryCount = count
    }

    private mutating func touch(_ slot: Int, _ place: AffinityPlace, now: Moment) {
        let end = now + lifetime
        entries.update(slot) { entry in
            entry.place = place
            entry.end = end
        }
        entries.moveToEnd(slot, of: &order)
    }

    private mutating func remove(_ slot: Int) {
        guard let entry = entries.remove(slot, from: &order) else { return }
        slotOfDigest[entry.digest] = nil
        figures.entryCount = count
    }
}
