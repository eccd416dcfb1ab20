/// The header fields that a signature covers, in canonical form. Made once for all requests that have the same.
struct AWSSignedFields: Sendable {
    /// What changes from request to request.
    struct Varying {
        /// `X-Amz-Date`.
        var date: [UInt8]
        /// `X-Amz-Security-Token`; nil where none is sent.
        var token: [UInt8]?
        /// `X-Amz-Content-Sha256`; nil where none is sent.
        var payloadHash: [UInt8]?
    }

    private enum Content {
        case fixed([UInt8])
        case date
        case token
        case payloadHash
    }

    /// In order of their names.
    private var fields: [(name: [UInt8], content: Content)]

    /// Takes the host and all `others` but those that the signer adds itself and those that belong to a connection or
    /// change on the way; fields that are not named here may be sent without being signed.
    ///
    /// - Parameters:
    ///   - host: The value of `Host` as it is sent, with the port where it is not the scheme's own.
    ///   - others: Further fields as they are sent; those of the same name in their order.
    init(host: String, _ others: [(name: String, value: String)] = []) {
        var values: [String: [UInt8]] = ["host": Self.canonical(host)]
        for (name, value) in others {
            let name = name.lowercased()
            guard !Self.unsigned.contains(name), name != "host" else { continue }
            values[name, default: []] += (values[name] == nil ? [] : [UInt8(ascii: ",")]) + Self.canonical(value)
        }
        fields = values.map { (Array($0.key.utf8), .fixed($0.value)) }
        fields.append((Array("x-amz-date".utf8), .date))
        fields.append((Array("x-amz-security-token".utf8), .token))
        fields.append((Array("x-amz-content-sha256".utf8), .payloadHash))
        fields.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Appends each field on a line of its own.
    func appendLines(_ varying: Varying, to output: inout [UInt8]) {
        for field in fields {
            guard let value = Self.value(of: field.content, varying) else { continue }
            output += field.name
            output.append(UInt8(ascii: ":"))
            output += value
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends the names with semicolons between them.
    func appendNames(_ varying: Varying, to output: inout [UInt8]) {
        var isFirst = true
        for field in fields where Self.value(of: field.content, varying) != nil {
            if !isFirst { output.append(UInt8(ascii: ";")) }
            isFirst = false
            output += field.name
        }
    }

    private static func value(of content: Content, _ varying: Varying) -> [UInt8]? {
        switch content {
        case .fixed(let value): value
        case .date: varying.date
        case .token: varying.token
        case .payloadHash: varying.payloadHash
        }
    }

    /// Without white space at the ends, and with one space for several.
    private static func canonical(_ value: String) -> [UInt8] {
        var output: [UInt8] = []
        for byte in value.utf8 {
            if byte != 0x20, byte != 0x09 {
                output.append(byte)
            } else if let last = output.last, last != 0x20 {
                output.append(0x20)
            }
        }
        if output.last == 0x20 { output.removeLast() }
        return output
    }

    private static let unsigned: Set<String> = [
        // The signer's own.
        "authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
        // Of one connection (RFC 9110, 7.6.1).
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
        // Proxies and tracing change them on the way.
        "baggage", "traceparent", "tracestate", "user-agent", "x-amzn-trace-id",
    ]
}
