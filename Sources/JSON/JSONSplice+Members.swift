extension JSONSplice {
    /// A member to add to an object: its decoded name, and its value as JSON text.
    package struct NewMember: Sendable {
        let name: String
        let value: [UInt8]

        /// `value` must be valid JSON text; it is inserted as it is.
        package init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// Replaces the value of a member, `value` being valid JSON text.
    /// - Throws: ``Conflict`` if another edit touches the value.
    package mutating func replaceValue(of member: JSONMember, with value: [UInt8]) throws(Conflict) {
        try replace(member.value, with: value)
    }

    /// Removes members of an object and adds others at its end, with the commas that this takes.
    ///
    /// Call it once for an object; the commas are right only if it knows of all removals and additions.
    /// - Parameters:
    ///   - members: all members of the object in order, as the scanner reported them.
    ///   - object: where the object lies; for the top value see ``JSONText/trimmedRange(_:)``.
    ///   - additions: members that come after those that stay.
    ///   - isRemoved: whether a member of `members` is to go. With it go the white space and the comma that would
    ///     be left over.
    /// - Throws: ``Conflict`` if another edit touches what is removed. Some edits may have been recorded by then; the
    ///   splice is of no use any more.
    package mutating func editMembers(
        _ members: [JSONMember],
        of object: Range<Int>,
        adding additions: [NewMember] = [],
        removing isRemoved: (JSONMember) -> Bool = { _ in false }
    ) throws(Conflict) {
        var lastKept: JSONMember?
        for (place, member) in members.enumerated() {
            guard isRemoved(member) else {
                lastKept = member
                continue
            }
            if lastKept != nil {
                // The predecessor ends where the white space and the comma to the left begin.
                try remove(members[place - 1].upperBound..<member.upperBound)
            } else {
                let successor = members.index(after: place)
                let end = successor < members.count ? members[successor].lowerBound : member.upperBound
                try remove(member.lowerBound..<end)
            }
        }
        guard !additions.isEmpty else { return }
        var text: [UInt8] = []
        for addition in additions {
            if lastKept != nil || !text.isEmpty { text.append(UInt8(ascii: ",")) }
            JSONText.appendQuoted(addition.name.utf8, to: &text)
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: addition.value)
        }
        try insert(text, at: lastKept?.upperBound ?? object.lowerBound + 1)
    }
}
