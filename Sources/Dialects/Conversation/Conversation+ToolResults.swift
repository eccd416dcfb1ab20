extension Conversation {
    /// The first result of a call in the turns behind one of them.
    ///
    /// - Parameters:
    ///   - index: The turn that calls.
    ///   - written: Turns and places of results that are dealt with.
    func toolResult(
        of callID: String,
        behind index: Int,
        besides written: Set<[Int]>
    ) -> (turn: Int, place: Int)? {
        for turn in turns.indices.dropFirst(index + 1) {
            for (place, part) in turns[turn].parts.enumerated() {
                if case .toolResult(let result) = part.content, result.callID == callID,
                    !written.contains([turn, place])
                {
                    return (turn, place)
                }
            }
        }
        return nil
    }
}
