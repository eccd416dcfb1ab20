/// The way from the top value to a value within it, for messages about configuration.
package struct JSONPath: Sendable, Hashable {
    /// One step from a container to a value in it.
    package enum Step: Sendable, Hashable {
        /// The last member with this decoded name.
        case name(String)
        /// The member or element at this place, counted from zero. Tells duplicate members apart.
        case index(Int)
    }

    /// Where a value lies in its text, in bytes from the beginning.
    package struct Location: Sendable, Hashable {
        /// The opening quotation mark of the name if the value belongs to a member.
        package var name: Int?
        /// The first byte of the value.
        package var value: Int
    }

    /// The steps from the top.
    package var steps: [Step]

    /// Creates a path; without steps it leads to the top value.
    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The path one step further.
    package func appending(_ step: Step) -> JSONPath { JSONPath(steps + [step]) }

    /// Finds the value in the text it was parsed from, by scanning again: trees carry no offsets, since only messages
    /// need them.
    /// - Returns: nil if the path leads to nothing or `bytes` are not valid JSON.
    package func locate(in bytes: Span<UInt8>, limits: JSONLimits = .init()) -> Location? {
        guard (try? JSONScanner.validate(bytes, limits: limits)) != nil else { return nil }
        var name: Int?
        var range = JSONText.trimmedRange(bytes)
        for step in steps {
            guard let next = Self.follow(step, from: range, in: bytes) else { return nil }
            name = next.name
            range = next.value
        }
        return Location(name: name, value: range.lowerBound)
    }

    private static func follow(
        _ step: Step,
        from range: Range<Int>,
        in bytes: Span<UInt8>
    ) -> (name: Int?, value: Range<Int>)? {
        var found: (name: Int?, value: Range<Int>)?
        var count = 0
        let limits = JSONLimits(maximumDepth: JSONLimits.depthCap)
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "{"):
            try? JSONScanner.scanObject(bytes, in: range, limits: limits) { member throws(JSONError) in
                let isMeant =
                    switch step {
                    case .index(let index): index == count
                    case .name(let name):
                        JSONText.decodedString(bytes, member.name).map { JSONString.haveSameBytes($0, name) } ?? false
                    }
                if isMeant { found = (member.lowerBound, member.value) }
                count += 1
            }
        case UInt8(ascii: "["):
            guard case .index(let index) = step else { return nil }
            try? JSONScanner.scanArray(bytes, in: range, limits: limits) { element, _ throws(JSONError) in
                if index == count { found = (nil, element) }
                count += 1
            }
        default:
            return nil
        }
        return found
    }
}

extension JSONPath: CustomStringConvertible {
    /// The path in the manner of `listeners[0].port`; `$` for the top value.
    package var description: String {
        guard !steps.isEmpty else { return "$" }
        var text = ""
        for step in steps {
            switch step {
            case .name(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
