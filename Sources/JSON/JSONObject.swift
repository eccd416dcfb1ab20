/// The members of an object in order, duplicates included.
///
/// Reading by name gives the last member of that name, as most parsers do. Equality takes order into account.
package struct JSONObject: Sendable, Equatable {
    /// One member.
    package struct Member: Sendable, Equatable {
        /// The name with its spelling.
        package var name: JSONString
        /// The value.
        package var value: JSONValue

        /// Creates a member.
        package init(name: JSONString, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// All members in order.
    package var members: [Member]

    /// Creates an object of `members`, which may repeat names.
    package init(_ members: [Member] = []) {
        self.members = members
    }

    /// How many members there are, duplicates included.
    package var count: Int { members.count }

    /// Whether there are no members.
    package var isEmpty: Bool { members.isEmpty }

    /// The value of the last member named `name`; setting it is ``set(_:to:)`` or, with nil, ``remove(_:)``.
    ///
    /// Takes time in proportion to the number of members.
    package subscript(name: String) -> JSONValue? {
        get { members.last { $0.name.isNamed(name) }?.value }
        set {
            if let newValue { set(name, to: newValue) } else { remove(name) }
        }
    }

    /// Gives the last member named `name` a value, or appends a member if there is none. Earlier members of that name
    /// are removed, so that no other reader can prefer one of them.
    package mutating func set(_ name: String, to value: JSONValue) {
        guard let place = members.lastIndex(where: { $0.name.isNamed(name) }) else {
            append(name, value)
            return
        }
        members[place].value = value
        guard members[..<place].contains(where: { $0.name.isNamed(name) }) else { return }
        let rest = members[place...]
        members = members[..<place].filter { !$0.name.isNamed(name) } + rest
    }

    /// Removes all members named `name`.
    /// - Returns: the value of the last of them.
    @discardableResult
    package mutating func remove(_ name: String) -> JSONValue? {
        guard let value = self[name] else { return nil }
        members.removeAll { $0.name.isNamed(name) }
        return value
    }

    /// Appends a member, even if there is one of that name.
    package mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: JSONString(name), value: value))
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order of the literal; names may repeat.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(name: JSONString($0.0), value: $0.1) })
    }
}
