import Crypto

/// The hash of a request's content, as a signature covers it. Made once for all attempts with the same content.
struct AWSPayloadHash: Sendable, Equatable {
    /// SHA-256 in small hexadecimal digits.
    let digits: [UInt8]

    /// Hashes the whole content, which may be empty.
    init(of payload: Span<UInt8>) {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        AWSHash.appendDigits(of: payload, to: &digits)
        self.digits = digits
    }

    /// That of a request without content.
    static let empty = AWSPayloadHash(of: [UInt8]().span)
}

/// What signatures need of hashing.
enum AWSHash {
    /// Appends the SHA-256 of `bytes` in small hexadecimal digits.
    static func appendDigits(of bytes: Span<UInt8>, to output: inout [UInt8]) {
        var hash = SHA256()
        // The pointer is used within the closure only, and the span keeps its memory alive and unchanged so long.
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        appendDigits(hash.finalize(), to: &output)
    }

    /// The code of `message` under a key that was set up before, in small hexadecimal digits behind `output`.
    static func appendDigits(of message: [UInt8], under key: HMAC<SHA256>, to output: inout [UInt8]) {
        var code = key
        code.update(data: message)
        appendDigits(code.finalize(), to: &output)
    }

    /// One step of deriving a key.
    static func code(of message: some Collection<UInt8>, under key: SymmetricKey) -> SymmetricKey {
        SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(message), using: key))
    }

    private static func appendDigits(_ digest: SHA256.Digest, to output: inout [UInt8]) {
        // As above: used within the closure only, over memory that the digest owns.
        digest.withUnsafeBytes { AWSPercentEncoding.appendHexadecimal($0.bindMemory(to: UInt8.self).span, to: &output) }
    }

    private static func appendDigits(_ code: HMAC<SHA256>.MAC, to output: inout [UInt8]) {
        code.withUnsafeBytes { AWSPercentEncoding.appendHexadecimal($0.bindMemory(to: UInt8.self).span, to: &output) }
    }
}
