import TestSupport
import Testing

@testable import Martlet

@Suite("Queue in which callers take turns")
struct FairQueueTests {
    private typealias Queue = FairQueue<String, Int>

    private func drained(_ queue: inout Queue) -> [Int] {
        var elements: [Int] = []
        while let element = queue.leave() { elements.append(element) }
        return elements
    }

    @Test func theThousandOfOneDoNotDelayTheOneOfAnother() {
        var queue = Queue(limit: 2000)
        for number in 0..<1000 { _ = queue.enter(number, of: "greedy") }
        _ = queue.enter(-1, of: "modest")
        let first = [queue.leave(), queue.leave()]
        #expect(first == [0, -1])
        #expect(queue.count == 999)
        #expect(drained(&queue) == Array(1..<1000))
        #expect(queue.isEmpty)
    }

    @Test func callersTakeTurnsAndEachIsServedInOrder() {
        var queue = Queue(limit: 100)
        for number in 0..<3 {
            for (offset, caller) in ["a", "b", "c"].enumerated() where offset != 2 || number == 0 {
                _ = queue.enter(offset * 10 + number, of: caller)
            }
        }
        #expect(drained(&queue) == [0, 10, 20, 1, 11, 2, 12])
    }

    @Test func theQueueHasALimitAndEachCallerMayHaveOne() {
        var queue = Queue(limit: 5, limitOfCaller: 3)
        let greedy = (0..<5).map { queue.enter($0, of: "greedy") != nil }
        #expect(greedy == [true, true, true, false, false])
        let others = ["a", "b", "c"].map { queue.enter(9, of: $0) != nil }
        #expect(others == [true, true, false])
        #expect(queue.count == 5)
        var closed = Queue(limit: 0)
        let isClosed = closed.enter(1, of: "a") == nil
        #expect(isClosed)
        var negative = Queue(limit: -3, limitOfCaller: -1)
        let nothing = (negative.enter(1, of: "a"), negative.leave())
        #expect(nothing == (nil, nil))
    }

    @Test func whoGivesUpIsNotServed() throws {
        var queue = Queue(limit: 10)
        let tickets = [queue.enter(1, of: "a"), queue.enter(2, of: "a"), queue.enter(3, of: "b")].compactMap(\.self)
        try #require(tickets.count == 3)
        let cancelled = [queue.cancel(tickets[1]), queue.cancel(tickets[1]), queue.cancel(tickets[2])]
        #expect(cancelled == [2, nil, 3])
        let first = queue.leave()
        #expect(first == 1)
        // A ticket that has been used does not give up somebody else's place in the same slot.
        _ = queue.enter(4, of: "c")
        let late = queue.cancel(tickets[0])
        #expect(late == nil)
        #expect(drained(&queue) == [4])
    }

    /// The queue against one of plain arrays.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func itBehavesAsAPlainOne(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = Queue(limit: 50, limitOfCaller: 20)
        var plain: [(caller: String, elements: [Int])] = []
        var tickets: [Int: Queue.Ticket] = [:]
        for number in 0..<6000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0...2:
                let caller = "\(Int.random(in: 0..<6, using: &random))"
                let place = plain.firstIndex { $0.caller == caller }
                let isFull =
                    plain.reduce(0) { $0 + $1.elements.count } >= 50
                    || (place.map { plain[$0].elements.count >= 20 } ?? false)
                let ticket = queue.enter(number, of: caller)
                #expect((ticket == nil) == isFull)
                tickets[number] = ticket
                if ticket == nil { continue }
                if let place {
                    plain[place].elements.append(number)
                } else {
                    plain.append((caller, [number]))
                }
            case 3:
                let expected = plain.first?.elements.first
                if !plain.isEmpty {
                    var line = plain.removeFirst()
                    line.elements.removeFirst()
                    if !line.elements.isEmpty { plain.append(line) }
                }
                let element = queue.leave()
                #expect(element == expected)
            default:
                guard let (element, ticket) = tickets.randomElement(using: &random) else { continue }
                tickets[element] = nil
                let place = plain.firstIndex { $0.elements.contains(element) }
                let cancelled = queue.cancel(ticket)
                #expect(cancelled == (place == nil ? nil : element))
                if let place {
                    plain[place].elements.removeAll { $0 == element }
                    if plain[place].elements.isEmpty { plain.remove(at: place) }
                }
            }
            #expect(queue.count == plain.reduce(0) { $0 + $1.elements.count })
        }
        #expect(drained(&queue).count == plain.reduce(0) { $0 + $1.elements.count })
    }
}
