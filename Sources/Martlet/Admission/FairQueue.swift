/// A queue in which callers take turns: the thousand requests of one do not delay the single one of another.
///
/// Each caller has a line of its own, first come first served, and the lines are served in rotation (round robin; J.
/// Nagle, RFC 970, 1985). Entering, leaving and giving up take the same time however many wait.
struct FairQueue<Caller: Hashable & Sendable, Element: Sendable>: Sendable {
    /// Proof of a place in the queue, to give it up with.
    struct Ticket: Sendable, Equatable {
        fileprivate let slot: Int
        fileprivate let serial: UInt64
    }

    private struct Entry: Sendable {
        let element: Element
        let line: Int
        let serial: UInt64
    }

    private struct Line: Sendable {
        let caller: Caller
        var chain = LinkedSlots<Entry>.Chain()
        var count = 0
    }

    /// Those who wait, of all callers.
    private(set) var count = 0

    private let limit: Int
    private let limitOfCaller: Int
    private var entries = LinkedSlots<Entry>()
    private var lines = LinkedSlots<Line>()
    private var rotation = LinkedSlots<Line>.Chain()
    private var lineOfCaller: [Caller: Int] = [:]
    private var lastSerial: UInt64 = 0

    /// - Parameters:
    ///   - limit: How many may wait.
    ///   - limitOfCaller: How many of one caller may wait; nil for as many as there is space for.
    init(limit: Int, limitOfCaller: Int? = nil) {
        self.limit = max(0, limit)
        self.limitOfCaller = min(max(0, limitOfCaller ?? limit), self.limit)
    }

    var isEmpty: Bool { count == 0 }

    /// Takes a place at the end of the caller's line.
    ///
    /// - Returns: Nil when the queue, or the caller's part of it, is full.
    mutating func enter(_ element: Element, of caller: Caller) -> Ticket? {
        guard count < limit else { return nil }
        let line: Int
        if let known = lineOfCaller[caller] {
            guard let waiting = lines[known], waiting.count < limitOfCaller else { return nil }
            line = known
        } else {
            guard limitOfCaller > 0 else { return nil }
            line = lines.append(Line(caller: caller), to: &rotation)
            lineOfCaller[caller] = line
        }
        lastSerial &+= 1
        let entry = Entry(element: element, line: line, serial: lastSerial)
        var slot = 0
        lines.update(line) { line in
            slot = entries.append(entry, to: &line.chain)
            line.count += 1
        }
        count += 1
        return Ticket(slot: slot, serial: entry.serial)
    }

    /// Takes out whose turn it is.
    mutating func leave() -> Element? {
        guard let line = rotation.first, let slot = lines[line]?.chain.first else { return nil }
        let element = remove(slot, of: line)
        lines.moveToEnd(line, of: &rotation)
        return element
    }

    /// Gives a place up.
    ///
    /// - Returns: Nil when whoever had it has left already.
    mutating func cancel(_ ticket: Ticket) -> Element? {
        guard let entry = entries[ticket.slot], entry.serial == ticket.serial else { return nil }
        return remove(ticket.slot, of: entry.line)
    }

    private mutating func remove(_ slot: Int, of line: Int) -> Element? {
        var removed: Entry?
        lines.update(line) { line in
            removed = entries.remove(slot, from: &line.chain)
            line.count -= removed == nil ? 0 : 1
        }
        guard let removed else { return nil }
        count -= 1
        if let waiting = lines[line], waiting.chain.isEmpty {
            lineOfCaller[waiting.caller] = nil
            _ = lines.remove(line, from: &rotation)
        }
        return removed.element
    }
}
