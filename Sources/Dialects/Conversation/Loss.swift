/// Something of a request or an answer that the other side's format cannot say, or not quite.
package struct Loss: Sendable, Hashable {
    /// What became of it.
    package enum Effect: String, Sendable, CaseIterable {
        /// It is gone.
        case dropped
        /// Something close took its place.
        case approximated
        /// The request cannot go there at all.
        case refused
    }

    /// What it is.
    package var element: ConversationElement
    /// What became of it.
    package var effect: Effect
    /// Where it is in the caller's body, as in `messages[2].content[0]`; in the provider's for a loss of an answer.
    package var path: String
    /// Why, for a person.
    package var reason: String

    package init(_ element: ConversationElement, _ effect: Effect, path: String, reason: String) {
        self.element = element
        self.effect = effect
        self.path = path
        self.reason = reason
    }
}

/// What a format does with an element that it cannot say as it is.
package struct LossRule: Sendable, Equatable {
    /// What becomes of the element.
    package var effect: Loss.Effect
    /// Why, for a person.
    package var reason: String

    /// The element is left out, because…
    package static func dropped(_ reason: String) -> LossRule { LossRule(effect: .dropped, reason: reason) }
    /// Something close takes the element's place: …
    package static func approximated(_ reason: String) -> LossRule { LossRule(effect: .approximated, reason: reason) }
    /// The request is refused, because…
    package static func refused(_ reason: String) -> LossRule { LossRule(effect: .refused, reason: reason) }
}

/// Collects what one translation loses, by the rules of the format that is written.
package struct LossReport: Sendable {
    /// The format that is written.
    package let target: WireFormat
    /// What was lost, in the order of the body, each path and element once.
    package private(set) var losses: [Loss] = []

    private let rules: [ConversationElement: LossRule]
    private var known: Set<Loss> = []

    package init(target: WireFormat, rules: [ConversationElement: LossRule]) {
        self.target = target
        self.rules = rules
    }

    /// Notes that the element at `path` could not be said as it is. An empty path stands for the place that settings
    /// have in the caller's format, which only the translation knows.
    package mutating func note(_ element: ConversationElement, at path: String) {
        note(element, at: path, rules[element] ?? .dropped("\(target.title) has no place for it."))
    }

    /// Notes what one provider does with the element though its format could say it.
    package mutating func note(_ element: ConversationElement, at path: String, _ rule: LossRule) {
        let loss = Loss(element, rule.effect, path: path, reason: rule.reason)
        if known.insert(loss).inserted {
            losses.append(loss)
        }
    }

    /// Notes everything that the decoder left aside.
    package mutating func note(_ unread: [UnreadMember]) {
        for member in unread {
            note(member.element, at: member.path)
        }
    }

    /// The first loss that forbids the translation.
    package var refusal: Loss? {
        losses.first { $0.effect == .refused }
    }
}
