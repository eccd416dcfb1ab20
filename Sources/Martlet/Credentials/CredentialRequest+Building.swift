extension CredentialRequest {
    /// For services in the Internet, in seconds.
    static let serviceTimeout = 15.0
    /// For services of the host itself, which answer at once or are not there, in seconds.
    static let hostTimeout = 3.0

    /// A request that posts a form (`application/x-www-form-urlencoded`).
    static func posting(
        form fields: [(name: String, value: String)],
        to url: String,
        headers: [(name: String, value: String)] = []
    ) -> CredentialRequest {
        CredentialRequest(
            method: "POST",
            url: url,
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")] + headers,
            body: Array(pairs(fields).utf8),
            timeout: serviceTimeout
        )
    }

    /// A request that gets something of the host's own services.
    static func getting(
        _ url: String,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)],
        timeout: Double = hostTimeout
    ) -> CredentialRequest {
        let separator = url.contains("?") ? "&" : "?"
        return CredentialRequest(
            method: "GET",
            url: query.isEmpty ? url : url + separator + pairs(query),
            headers: headers,
            body: [],
            timeout: timeout
        )
    }

    /// Names and values with everything escaped that is not unreserved by RFC 3986, section 2.3; this suits forms and
    /// queries alike.
    private static func pairs(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    /// Text with everything escaped that is not unreserved by RFC 3986, section 2.3.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            default:
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
