import Dialects
import TestSupport
import Testing

@testable import Martlet

@Suite("Places of cached prompts")
struct AffinityTableTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    private func digest(head: UInt64?, conversation: UInt64?) -> PrefixDigest {
        PrefixDigest(head: head, conversation: conversation)
    }

    private func place(_ name: String) -> AffinityPlace { AffinityPlace(target: "openai/gpt-4o", key: name) }

    private func table(_ maximumCount: Int) -> AffinityTable {
        var settings = AffinitySettings()
        settings.maximumCount = maximumCount
        return AffinityTable(settings)
    }

    @Test func aConversationCountsMoreThanWhatItSharesWithOthers() {
        var table = table(100)
        table.remember(digest(head: 1, conversation: 10), at: place("a"), now: start)
        table.remember(digest(head: 1, conversation: 11), at: place("b"), now: start)
        #expect(table.place(for: digest(head: 1, conversation: 10), now: start) == place("a"))
        #expect(table.place(for: digest(head: 1, conversation: 11), now: start) == place("b"))
        // A new conversation goes where the tools and instructions were last.
        #expect(table.place(for: digest(head: 1, conversation: 12), now: start) == place("b"))
        #expect(table.place(for: digest(head: 2, conversation: 12), now: start) == nil)
        #expect(table.place(for: digest(head: nil, conversation: 10), now: start) == place("a"))
        #expect(table.figures.lookupCount == 5 && table.figures.hitCount == 4)
    }

    @Test func placesLastAsLongAsTheyAreUsed() {
        var table = table(100)
        let digest = digest(head: 1, conversation: nil)
        table.remember(digest, at: place("a"), now: at(0))
        for seconds in [299.0, 598, 897] {
            #expect(table.place(for: digest, now: at(seconds)) == place("a"))
        }
        #expect(table.place(for: digest, now: at(897 + 300)) == nil)
        #expect(table.figures.entryCount == 0)
        // It was forgotten, not pushed out.
        #expect(table.figures.evictionCount == 0)
        table.remember(digest, at: place("b"), now: at(1300))
        #expect(table.place(for: digest, now: at(1300)) == place("b"))
    }

    @Test func theOneThatWasNotUsedForLongestGivesWay() {
        var table = table(3)
        for number in UInt64(1)...3 {
            table.remember(digest(head: number, conversation: nil), at: place("\(number)"), now: start)
        }
        _ = table.place(for: digest(head: 1, conversation: nil), now: start)
        table.remember(digest(head: 4, conversation: nil), at: place("4"), now: start)
        let left = (UInt64(1)...4).filter { table.place(for: digest(head: $0, conversation: nil), now: start) != nil }
        #expect(left == [1, 3, 4])
        #expect(table.figures.evictionCount == 1)
        #expect(table.figures.entryCount == 3)
    }

    @Test func tokensAreCountedWithoutOverflow() {
        var table = table(0)
        table.didKeep(cachedTokenCount: 1024)
        table.didKeep(cachedTokenCount: -7)
        #expect(table.figures.cachedTokenCount == 1024)
        table.didKeep(cachedTokenCount: .max)
        #expect(table.figures.cachedTokenCount == .max)
        #expect(table.figures.keptCount == 3)
        table.remember(digest(head: 1, conversation: 2), at: place("a"), now: start)
        #expect(table.figures.entryCount == 0)
    }

    /// The table against a plain list that is searched from end to end.
    @Test(arguments: [UInt64(1), 2, 3])
    func itIsALeastRecentlyUsedList(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = table(20)
        var list: [(digest: UInt64, place: AffinityPlace, end: Double)] = []
        var now = 0.0
        for step in 0..<5000 {
            now += random.unit() * 20
            let number = UInt64.random(in: 0..<40, using: &random)
            let digest = digest(head: number, conversation: nil)
            let known = list.firstIndex { $0.digest == number }
            if Bool.random(using: &random) {
                let place = place("\(step)")
                table.remember(digest, at: place, now: at(now))
                if let known { list.remove(at: known) }
                if list.count == 20 { list.removeFirst() }
                list.append((number, place, now + 300))
            } else {
                let found = table.place(for: digest, now: at(now))
                if let known {
                    var entry = list.remove(at: known)
                    if now < entry.end {
                        #expect(found == entry.place)
                        entry.end = now + 300
                        list.append(entry)
                    } else {
                        #expect(found == nil)
                    }
                } else {
                    #expect(found == nil)
                }
            }
            #expect(table.figures.entryCount == list.count)
        }
    }
}
