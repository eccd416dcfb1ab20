package import JSON

/// A model that the caller wants to be tried after its own: an element of the body's `fallbacks`, which is Bifrost's.
package struct RequestedFallback: Sendable, Equatable {
    /// The provider, where it stands by itself; nil where the model's name has it.
    package var provider: String?
    /// The model, as `provider/model` where `provider` is nil.
    package var model: String

    /// A fallback to this model.
    package init(provider: String? = nil, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Most fallbacks that a request may have.
    package static let maximumCount = RoutePlan.maximumCandidateCount
    private static let maximumNameByteCount = 1024

    /// What is wrong with the member.
    package struct Problem: Error, Equatable, Sendable {
        /// Where it is, as in `fallbacks[1].model`.
        package var path: String
        /// What is wrong, as a clause about that.
        package var message: String
    }

    /// Reads the value of `fallbacks`: a list of strings `provider/model` and objects with `provider` and `model`;
    /// `null` is an empty list, and other members of the objects are not looked at.
    ///
    /// - Parameter bytes: The value as JSON.
    package static func list(parsing bytes: Span<UInt8>) throws(Problem) -> [RequestedFallback] {
        do {
            return try list(JSONValue(parsing: bytes))
        } catch let error as JSONError {
            throw Problem(path: "fallbacks", message: "is not valid JSON: \(error.reason.explanation)")
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(path: "fallbacks", message: "is not valid")
        }
    }

    /// Reads the value of `fallbacks`.
    package static func list(_ value: JSONValue) throws(Problem) -> [RequestedFallback] {
        if value == .null { return [] }
        guard case .array(let elements) = value else {
            throw Problem(path: "fallbacks", message: "must be a list, not \(ShownText.kind(of: value))")
        }
        guard elements.count <= maximumCount else {
            let message = "has \(elements.count) elements; at most \(maximumCount) are allowed"
            throw Problem(path: "fallbacks", message: message)
        }
        var fallbacks: [RequestedFallback] = []
        for (index, element) in elements.enumerated() {
            fallbacks.append(try fallback(element, at: "fallbacks[\(index)]"))
        }
        return fallbacks
    }

    private static func fallback(_ value: JSONValue, at path: String) throws(Problem) -> RequestedFallback {
        switch value {
        case .string:
            return RequestedFallback(model: try name(value, at: path))
        case .object:
            guard let model = value["model"], model != .null else {
                throw Problem(path: path, message: "has no model")
            }
            var provider: String?
            if let value = value["provider"], value != .null { provider = try name(value, at: "\(path).provider") }
            return RequestedFallback(provider: provider, model: try name(model, at: "\(path).model"))
        default:
            let message = "must be \"provider/model\" or an object, not \(ShownText.kind(of: value))"
            throw Problem(path: path, message: message)
        }
    }

    private static func name(_ value: JSONValue, at path: String) throws(Problem) -> String {
        guard case .string(let string) = value else {
            throw Problem(path: path, message: "must be a string, not \(ShownText.kind(of: value))")
        }
        guard let name = string.value else { throw Problem(path: path, message: "is not valid Unicode") }
        guard !name.isEmpty else { throw Problem(path: path, message: "is empty") }
        guard name.utf8.count <= maximumNameByteCount else {
            throw Problem(path: path, message: "is longer than \(maximumNameByteCount) bytes")
        }
        return name
    }
}
