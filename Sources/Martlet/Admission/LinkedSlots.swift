/// Elements in doubly linked chains that share one array: entering at the end, leaving anywhere and moving to the end
/// take the same time however many there are, and slots that become free are used again.
struct LinkedSlots<Element: Sendable>: Sendable {
    /// The two ends of a chain; the elements are in the slots.
    struct Chain: Sendable {
        fileprivate(set) var first: Int?
        fileprivate(set) var last: Int?

        var isEmpty: Bool { first == nil }
    }

    private struct Slot: Sendable {
        var element: Element?
        var previous: Int?
        var next: Int?
    }

    private var slots: [Slot] = []
    /// Slots without an element; the chain's order is of no meaning.
    private var free: [Int] = []

    /// The element in a slot; nil when it is free or not there.
    subscript(slot: Int) -> Element? {
        slots.indices.contains(slot) ? slots[slot].element : nil
    }

    /// Changes the element in a slot, where there is one.
    mutating func update(_ slot: Int, _ change: (inout Element) -> Void) {
        guard slots.indices.contains(slot), var element = slots[slot].element.take() else { return }
        change(&element)
        slots[slot].element = element
    }

    /// Adds an element at the end of a chain.
    ///
    /// - Returns: The slot that it is in until it is removed.
    mutating func append(_ element: Element, to chain: inout Chain) -> Int {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        slots[slot].element = element
        link(slot, &chain)
        return slot
    }

    /// Takes an element out of the chain that it is in.
    ///
    /// - Returns: Nil when there is none in the slot.
    mutating func remove(_ slot: Int, from chain: inout Chain) -> Element? {
        guard slots.indices.contains(slot), let element = slots[slot].element.take() else { return nil }
        unlink(slot, &chain)
        free.append(slot)
        return element
    }

    /// Moves an element to the end of the chain that it is in.
    mutating func moveToEnd(_ slot: Int, of chain: inout Chain) {
        guard slot != chain.last, self[slot] != nil else { return }
        unlink(slot, &chain)
        link(slot, &chain)
    }

    private mutating func link(_ slot: Int, _ chain: inout Chain) {
        slots[slot].previous = chain.last
        slots[slot].next = nil
        if let last = chain.last {
            slots[last].next = slot
        } else {
            chain.first = slot
        }
        chain.last = slot
    }

    private mutating func unlink(_ slot: Int, _ chain: inout Chain) {
        let (previous, next) = (slots[slot].previous, slots[slot].next)
        if let previous {
            slots[previous].next = next
        } else {
            chain.first = next
        }
        if let next {
            slots[next].previous = previous
        } else {
            chain.last = previous
        }
    }
}
