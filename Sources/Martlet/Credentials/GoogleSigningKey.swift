import CryptoExtras
import Dialects
import JSON

/// A private key that signs assertions: JSON Web Tokens (RFC 7519) with RS256 (RFC 7518, section 3.3).
struct GoogleSigningKey: Sendable {
    /// The key as it came.
    let pem: CredentialSecret

    /// - Returns: Nil for anything but an RSA key of 2048 bits or more.
    init?(pem text: String) {
        // Keys that went through an environment variable often have these two characters for each line's end.
        let pem = text.contains("\\n") ? text.split(separator: "\\n").joined(separator: "\n") : text
        guard (try? _RSA.Signing.PrivateKey(pemRepresentation: pem)) != nil else { return nil }
        self.pem = CredentialSecret(pem)
    }

    /// A token with these claims.
    ///
    /// - Parameter keyID: Which of the account's keys this is.
    func assertion(_ claims: JSONObject, keyID: String?) throws(CredentialProblem) -> CredentialSecret {
        var header: JSONObject = ["typ": "JWT", "alg": "RS256"]
        if let keyID { header.append("kid", .string(keyID)) }
        let writer = JSONWriter()
        return try token(header: writer.write(.object(header)), claims: writer.write(.object(claims)))
    }

    /// A token of these two texts (RFC 7515, section 7.1).
    func token(header: [UInt8], claims: [UInt8]) throws(CredentialProblem) -> CredentialSecret {
        let content = "\(Self.encoded(header)).\(Self.encoded(claims))"
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: pem.value)
            let signature = try key.signature(for: Array(content.utf8), padding: .insecurePKCS1v1_5)
            return CredentialSecret("\(content).\(Self.encoded(signature.withUnsafeBytes(Array.init)))")
        } catch {
            throw CredentialProblem(message: "The private key cannot sign.")
        }
    }

    /// Base64 in the alphabet for addresses, without padding (RFC 7515, section 2).
    private static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for byte in Base64.encoded(bytes).utf8 {
            switch byte {
            case UInt8(ascii: "+"): output.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): output.append(UInt8(ascii: "_"))
            case UInt8(ascii: "="): break
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
