import JSON

/// The place of a value in a configuration file.
struct ConfigurationPlace {
    /// The way for people: `providers.openai.keys[0]`; `$` for the top.
    private(set) var path = "$"
    /// The way by counting, which also tells members of the same name apart.
    private(set) var steps = JSONPath()
    /// Whether it is the member's name that is meant rather than its value.
    private(set) var isName = false

    /// The member at `index`.
    func member(_ name: String, at index: Int) -> ConfigurationPlace {
        var place = self
        let isPlain = !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy(Self.isPlain)
        if !isPlain {
            place.path += "[\(ShownText.quoted(name))]"
        } else if steps.steps.isEmpty {
            place.path = name
        } else {
            place.path += ".\(name)"
        }
        place.steps = steps.appending(.index(index))
        return place
    }

    /// The element at `index`.
    func element(_ index: Int) -> ConfigurationPlace {
        var place = self
        place.path += "[\(index)]"
        place.steps = steps.appending(.index(index))
        return place
    }

    /// The name of the same member.
    var name: ConfigurationPlace {
        var place = self
        place.isName = true
        return place
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}

/// A value with its place.
struct ConfigurationNode {
    /// The value.
    let value: JSONValue
    /// Where it is.
    let place: ConfigurationPlace

    /// Whether leaving it unapplied makes no difference: null, false, or nothing in it.
    var isVoid: Bool {
        switch value {
        case .null, .boolean(false): true
        case .string(let string): string.spelling.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}

/// An object whose names are known to be there once each.
struct ConfigurationObject {
    /// Where it is.
    let place: ConfigurationPlace
    /// Its members in order.
    let members: [(name: String, node: ConfigurationNode)]

    /// The value of a member; nil where it is missing or null, which mean the same in Bifrost.
    subscript(name: String) -> ConfigurationNode? {
        guard let node = members.first(where: { $0.name == name })?.node, node.value != .null else { return nil }
        return node
    }
}

/// The names that an object may have.
struct ConfigurationMembers {
    /// Names that are read.
    let applied: [String]
    /// Names that have a meaning in Bifrost and none here.
    var unapplied: [String] = []
    /// What to use instead of names that are often put here by mistake.
    var hints: [String: String] = [:]
}
