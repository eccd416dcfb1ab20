/// The header fields that make a request a signed one.
struct AWSSignature: Sendable, HidesSecrets {
    /// The value of `Authorization`.
    let authorization: [UInt8]
    /// The value of `X-Amz-Date`.
    let date: [UInt8]
    /// The value of `X-Amz-Security-Token`; nil where the credentials have none.
    let securityToken: [UInt8]?
    /// The value of `X-Amz-Content-Sha256`; nil where the signer does not send it.
    let payloadHash: [UInt8]?

    /// All of them with their names, for requests that are not many.
    var fields: [(name: String, value: String)] {
        [
            ("X-Amz-Date", date), ("X-Amz-Security-Token", securityToken), ("X-Amz-Content-Sha256", payloadHash),
            ("Authorization", authorization),
        ].compactMap { name, value in value.map { (name, String(decoding: $0, as: UTF8.self)) } }
    }
}
