import Dialects
import Martlet
import NIOCore
import Transport

/// What a caller's header fields say of how a request is to be dealt with.
struct CallFields {
    private let fields: HTTPFields
    private let filter: HeaderFilter
    private let allowsDirectKeys: Bool

    /// - Parameter configuration: Which fields callers may send on to providers, and whether their keys are used.
    init(_ fields: HTTPFields, _ configuration: GatewayConfiguration) {
        self.fields = fields
        filter = configuration.headerFilter
        allowsDirectKeys = configuration.allowsDirectKeys
    }

    /// Puts what the fields say into the call.
    ///
    /// - Parameter ruleFields: The fields that routing rules look at, by their names in lower case.
    /// - Throws: `GatewayError` that names the field which makes no sense.
    func apply(to call: inout InferenceCall, ruleFields: [String]) throws(GatewayError) {
        if call.format == .anthropicMessages {
            for name in Self.anthropicFields {
                if let value = fields.string(name) {
                    call.forwardedFields.append(HeaderField(name: "\(name)", value: value))
                }
            }
        }
        call.caller = caller
        // Most callers have none of the rest.
        if fields.containsName(beginningWith: "x-martlet-") {
            call.refusesLoss = fields.equals("x-martlet-strict", "true")
            call.wantsExplanation = fields.equals("x-martlet-explain", "true")
            call.timeouts.total = try time("x-martlet-timeout")
            call.timeouts.connect = try time("x-martlet-connect-timeout")
            call.timeouts.firstByte = try time("x-martlet-first-byte-timeout")
            call.timeouts.idle = try time("x-martlet-idle-timeout")
        }
        let hasOthers = fields.containsName(beginningWith: "x-bf-")
        if hasOthers {
            call.wantsRawAnswer = fields.equals("x-bf-send-back-raw-response", "true")
            call.keyName = fields.string("x-bf-api-key-id") ?? fields.string("x-bf-api-key")
            call.session = fields.string("x-bf-session-id")
        }
        if allowsDirectKeys, call.keyName == nil { call.directKey = try directKey() }
        if hasOthers || !ruleFields.isEmpty { readOthers(ruleFields, into: &call) }
    }

    /// What of a caller's header fields is part of Anthropic's format.
    private static let anthropicFields: [StaticString] = ["anthropic-version", "anthropic-beta"]

    /// Seconds, with a fraction or without.
    private func time(_ name: StaticString) throws(GatewayError) -> TimeAmount? {
        guard let text = fields.string(name) else { return nil }
        guard let seconds = Double(text), seconds.isFinite, seconds > 0, seconds <= 86_400 else {
            throw GatewayError(
                .invalidRequest,
                "The header field \(name) must be a number of seconds above 0, at most 86400.",
                parameter: "\(name)"
            )
        }
        return .nanoseconds(Int64(seconds * 1e9))
    }

    /// The caller's own key for a provider, from whichever field its SDK puts it into. Bifrost's virtual keys are none.
    ///
    /// - Throws: `GatewayError` for what cannot be a key.
    private func directKey() throws(GatewayError) -> String? {
        var key = fields.string("x-api-key") ?? fields.string("x-goog-api-key") ?? fields.string("api-key")
        if let authorization = fields.string("authorization"), authorization.prefix(7).lowercased() == "bearer " {
            key = String(authorization.dropFirst(7))
        }
        guard let key, !key.isEmpty, !key.hasPrefix("sk-bf-") else { return nil }
        guard ProviderKey.isAcceptable(key) else {
            throw GatewayError(.invalidRequest, "The key that the request brings holds characters that no key has.")
        }
        return key
    }

    /// Requests with the same key take turns with those of others: a number for it, 0 without one.
    private var caller: UInt64 {
        for name in ["authorization", "x-api-key", "x-goog-api-key", "api-key"] as [StaticString] {
            if let value = fields.first(name) {
                var hasher = Hasher()
                value.withUnsafeBytes { hasher.combine(bytes: $0) }
                return UInt64(bitPattern: Int64(hasher.finalize()))
            }
        }
        return 0
    }

    /// The fields that rules look at, and those for the provider: `x-bf-eh-name` goes to it as `name`.
    private func readOthers(_ ruleFields: [String], into call: inout InferenceCall) {
        var added: [HeaderField] = []
        var headers: [String: String] = [:]
        fields.forEach { (name: Span<UInt8>, value: Span<UInt8>) in
            let isForwarded = name.count > 8 && name[0] | 0x20 == UInt8(ascii: "x") && name[4] == UInt8(ascii: "-")
            guard isForwarded || !ruleFields.isEmpty else { return }
            let lowered = Self.text(name).lowercased()
            if lowered.hasPrefix("x-bf-eh-") {
                let rest = String(lowered.dropFirst(8))
                if filter.allows(rest) { added.append(HeaderField(name: rest, value: Self.text(value))) }
            }
            if ruleFields.contains(lowered), headers[lowered] == nil { headers[lowered] = Self.text(value) }
        }
        call.addedFields = added
        call.headers = headers
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
