import NIOCore
import Transport

/// A file for browsers: of the chat page, or of the directory that stands in its place.
struct WebFile: Sendable {
    /// Whose it is, on which depends what it may load.
    enum Origin {
        /// The gateway's.
        case embedded
        /// That of whoever runs the gateway.
        case directory
    }

    let body: ByteBuffer
    let mediaType: StaticString
    let origin: Origin
    /// Changes with the contents; with its quotation marks (RFC 9110, 8.8.3).
    let entityTag: String

    /// - Parameter name: What tells its type.
    init(name: String, body: ByteBuffer, origin: Origin) {
        self.body = body
        self.origin = origin
        mediaType = MediaTypes.type(ofFile: name)
        entityTag = "\"\(String(Self.hash(of: body), radix: 16))-\(String(body.readableBytes, radix: 16))\""
    }

    /// Sends it, or nothing but the word that the browser's copy is still good.
    func send(to request: HTTPRequestHead, with response: ResponseWriter) {
        let isKnown = request.fields.string("if-none-match").map(isNamed) ?? false
        response.send(
            status: isKnown ? 304 : 200,
            fields: { fields in
                fields.writeField("ETag", entityTag)
                fields.writeField("Cache-Control", "no-cache")
                guard !isKnown else { return }
                fields.writeField("Content-Type", mediaType)
                fields.writeField("Content-Security-Policy", policy)
                fields.writeField("X-Content-Type-Options", "nosniff")
                fields.writeField("Referrer-Policy", "no-referrer")
            },
            body: isKnown ? ByteBuffer() : body
        )
    }

    /// Whether a value of `If-None-Match` has it, by weak comparison (RFC 9110, 13.1.2).
    func isNamed(in list: String) -> Bool {
        list.split(separator: ",").contains { element in
            let tag = element.trimmed
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == entityTag
        }
    }

    /// Tells versions of one file apart, which is no task for a cryptographic hash: what FNV-1a does with bytes
    /// (draft-eastlake-fnv), done with words, and their upper bits brought down after each.
    private static func hash(of body: ByteBuffer) -> UInt64 {
        var rest = body
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x100_0000_01B3
            hash ^= hash >> 29
        }
        while let word = rest.readInteger(as: UInt64.self) {
            mix(word)
        }
        while let byte = rest.readInteger(as: UInt8.self) {
            mix(UInt64(byte))
        }
        return hash
    }

    /// The chat page shows what models say, so nothing but its own files may run in it, and nothing may write markup.
    /// Pages of others may have scripts and styles within them. Neither loads anything from elsewhere.
    private var policy: StaticString {
        switch origin {
        case .embedded:
            """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
            require-trusted-types-for 'script'; trusted-types 'none'
            """
        case .directory:
            """
            default-src 'self' 'unsafe-inline' data: blob:; base-uri 'self'; form-action 'self'; \
            frame-ancestors 'none'
            """
        }
    }
}

extension Substring {
    /// Without the spaces and tabs at both ends.
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" {
            text.removeLast()
        }
        return text
    }
}
