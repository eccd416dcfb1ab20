import JSON

/// Reads `extra_headers`. Their values are never shown.
enum BifrostHeaders {
    /// Fields that the gateway writes itself, or that are for one connection alone (RFC 9110, 7.6.1).
    private static let reserved: Set<String> = [
        "authorization", "connection", "content-length", "content-type", "expect", "host", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    static func read(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> [HeaderField] {
        guard let node, let object = reading.object(node) else { return [] }
        var fields: [HeaderField] = []
        var names: Set<String> = []
        for (name, node) in object.members where node.value != .null {
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
                reading.error(
                    node.place.name,
                    "is not the name of a header field",
                    fix: "use letters, digits and hyphens"
                )
                continue
            }
            let lowered = name.lowercased()
            if reserved.contains(lowered) {
                reading.warn(node.place.name, "is left out, since Martlet sets this header field itself")
                continue
            }
            guard names.insert(lowered).inserted else {
                reading.error(node.place.name, "is given more than once", fix: "keep one of them")
                continue
            }
            guard let value = reading.string(node) else { continue }
            guard value.text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                reading.error(node.place, "holds control characters", fix: "remove them")
                continue
            }
            fields.append(HeaderField(name: name, value: value.text))
        }
        return fields
    }

    /// Reads `beta_header_overrides`: whether a provider is asked for features in beta whose names begin so.
    static func readBetaFeatures(
        _ node: ConfigurationNode?,
        _ reading: inout ConfigurationReading
    ) -> [String: Bool] {
        guard let node, !node.isVoid, let object = reading.object(node) else { return [:] }
        var features: [String: Bool] = [:]
        for (prefix, node) in object.members where node.value != .null {
            guard !prefix.isEmpty, prefix.utf8.allSatisfy(isTokenByte) else {
                reading.error(
                    node.place.name,
                    "is not how the name of a feature in beta begins",
                    fix: "write it like \"context-1m-\""
                )
                continue
            }
            features[prefix] = reading.boolean(node)
        }
        return features
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
