import Dialects
package import JSON
import NIOCore

/// How the answer to a request came about, as JSON: where it could go, what was left out and why, what was tried and
/// what came of it. It holds neither keys nor anything of the conversation.
package struct Explanation: Sendable {
    private let record: RequestRecord

    /// - Parameter record: What is known of the request.
    package init(_ record: RequestRecord) {
        self.record = record
    }

    /// The whole explanation.
    package var value: JSONValue {
        var object = JSONObject()
        if let plan = record.plan {
            object.append("decisions", .array(plan.trail.map(\.value)))
            object.append("candidates", .array(plan.candidates.map(\.value)))
            object.append("skipped", .array(plan.skipped.map(\.value)))
        }
        object.append("attempts", .array(record.attempts.map(\.value)))
        if let place = record.promptPlace {
            object.append("prompt_cache", .string(place.rawValue))
        }
        if !record.losses.isEmpty {
            object.append("losses", .array(record.losses.map { .string($0.path) }))
        }
        return .object(object)
    }

    /// Largest explanation in a header field, in bytes. Servers and proxies take fields of 8 KiB, all of them together.
    private static let maximumFieldByteCount = 6 << 10

    /// The explanation as the value of a header field: JSON in ASCII. Where it is too long, only the attempts are left.
    package var field: String {
        let whole = Self.ascii(value)
        if whole.utf8.count <= Self.maximumFieldByteCount { return whole }
        var object = JSONObject()
        object.append("attempts", .array(record.attempts.suffix(8).map(\.value)))
        object.append("shortened", .boolean(true))
        let short = Self.ascii(.object(object))
        return short.utf8.count <= Self.maximumFieldByteCount ? short : "{\"shortened\":true}"
    }

    private static func ascii(_ value: JSONValue) -> String {
        var text = ""
        for unit in String(decoding: JSONWriter().write(value), as: UTF8.self).utf16 {
            if unit < 0x7F, let scalar = Unicode.Scalar(unit) {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}

/// What the gateway did to keep a prompt where its beginning is cached.
package enum PromptPlace: String, Sendable {
    /// It went where a request with the same beginning had gone.
    case kept
    /// Its beginning was not known, and now is.
    case new
}

extension RouteDecision {
    var value: JSONValue {
        switch self {
        case .rule(let name, let model):
            ["rule": .string(name), "model": model.map(JSONValue.string) ?? .null]
        case .alias(let name, let model):
            ["alias": .string(name), "model": .string(model)]
        case .virtualModel(let name, let strategy, let asked):
            ["virtual_model": .string(name), "strategy": .string(strategy.rawValue), "asked": .string(asked)]
        case .requestedFallbacks(let count):
            ["requested_fallbacks": .number(count)]
        case .configuredFallbacks(let name, let count):
            ["configured_fallbacks": .string(name), "count": .number(count)]
        }
    }
}

extension RouteOrigin {
    var text: String {
        switch self {
        case .request: "request"
        case .defaultProvider: "default_provider"
        case .alias(let name): "alias \(name)"
        case .virtualModel(let name): "virtual_model \(name)"
        case .rule(let name): "rule \(name)"
        case .fallback(let position): "fallback \(position + 1)"
        }
    }
}

extension RouteCandidate {
    var value: JSONValue {
        var object = JSONObject()
        object.append("model", .string(Gateway.shortened(target.name)))
        object.append("origin", .string(Gateway.shortened(origin.text)))
        if let key { object.append("key", .string(key)) }
        return .object(object)
    }
}

extension SkippedTarget {
    var value: JSONValue {
        [
            "model": .string(Gateway.shortened(target.name)), "reason": .string(reason.code),
            "explanation": .string(reason.clause),
        ]
    }
}

extension AttemptRecord {
    var value: JSONValue {
        var object = JSONObject()
        object.append("provider", .string(provider))
        object.append("model", .string(model))
        if !keyName.isEmpty {
            object.append("key", .string(keyName))
            object.append("key_reason", .string(keyReason))
            object.append("breaker", .string(breaker.rawValue))
        }
        if isProbe { object.append("probe", .boolean(true)) }
        if isHedge { object.append("hedge", .boolean(true)) }
        object.append("start_ms", Self.milliseconds(beginning))
        if wait > .zero { object.append("waited_ms", Self.milliseconds(wait)) }
        object.append("duration_ms", Self.milliseconds(duration))
        if let status { object.append("status", .number(status)) }
        object.append("outcome", .string(outcome))
        if let action { object.append("then", .string(action.rawValue)) }
        return .object(object)
    }

    private static func milliseconds(_ time: TimeAmount) -> JSONValue {
        let microseconds = Double(max(0, time.nanoseconds) / 1000)
        return JSONNumber(microseconds / 1000).map(JSONValue.number) ?? .null
    }
}
