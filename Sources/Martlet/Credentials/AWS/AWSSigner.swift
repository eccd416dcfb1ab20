import Crypto

/// Signs requests with Signature Version 4 (AWS: "Create a signed AWS API request"), for one service in one region.
///
/// Deriving a key takes four hashes more than signing, so the day's key is kept; keep the signer, too.
struct AWSSigner: Sendable, HidesSecrets {
    /// Signs from now on with these.
    var credentials: AWSCredentials {
        didSet {
            guard credentials != oldValue else { return }
            token = credentials.sessionToken.map { Array($0.utf8) }
            signing = nil
        }
    }

    /// The region as it stands in the endpoint's name, as in `eu-central-1`.
    let region: String
    /// The service's signing name, as in `bedrock`.
    let service: String
    /// Whether `X-Amz-Content-Sha256` is sent and signed.
    let sendsPayloadHash: Bool

    private var token: [UInt8]?
    private var signing: DaySigning?
    private var time: (second: Int64, text: [UInt8])?
    /// Kept for its memory.
    private var text: [UInt8] = []

    /// What is the same for all requests of a day.
    private struct DaySigning {
        var day: Int64
        /// Day, region and service.
        var scope: [UInt8]
        var key: HMAC<SHA256>
    }

    /// - Parameter sendsPayloadHash: Few services want it: S3 does, Bedrock and STS do not.
    init(_ credentials: AWSCredentials, region: String, service: String, sendsPayloadHash: Bool = false) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.sendsPayloadHash = sendsPayloadHash
        token = credentials.sessionToken.map { Array($0.utf8) }
    }

    /// - Parameters:
    ///   - method: In capital letters.
    ///   - target: The path, with each segment percent-encoded, and the query as they stand in the request line. A plus
    ///     sign in a query is a plus sign, not a space.
    ///   - second: Now, in seconds since 1970-01-01T00:00:00Z. AWS takes five minutes off either way.
    mutating func sign(
        _ method: String,
        target: String,
        fields: AWSSignedFields,
        payload: AWSPayloadHash,
        at second: Int64
    ) -> AWSSignature {
        let date = date(at: second)
        let signing = signing(on: AWSTime.day(ofSecond: second), date)
        let varying = AWSSignedFields.Varying(
            date: date,
            token: token,
            payloadHash: sendsPayloadHash ? payload.digits : nil
        )
        setCanonicalRequest(method, target, fields, varying, payload)
        let request = AWSPayloadHash(of: text.span)
        setStringToSign(date, signing.scope, request)
        return AWSSignature(
            authorization: authorization(fields, varying, signing),
            date: date,
            securityToken: token,
            payloadHash: varying.payloadHash
        )
    }

    private mutating func setCanonicalRequest(
        _ method: String,
        _ target: String,
        _ fields: AWSSignedFields,
        _ varying: AWSSignedFields.Varying,
        _ payload: AWSPayloadHash
    ) {
        text.removeAll(keepingCapacity: true)
        text += method.utf8
        text.append(UInt8(ascii: "\n"))
        AWSCanonicalTarget.append(target.utf8.span, to: &text)
        fields.appendLines(varying, to: &text)
        text.append(UInt8(ascii: "\n"))
        fields.appendNames(varying, to: &text)
        text.append(UInt8(ascii: "\n"))
        text += payload.digits
    }

    private mutating func setStringToSign(_ date: [UInt8], _ scope: [UInt8], _ request: AWSPayloadHash) {
        text.removeAll(keepingCapacity: true)
        text += Self.algorithm.utf8
        text.append(UInt8(ascii: "\n"))
        text += date
        text.append(UInt8(ascii: "\n"))
        text += scope
        text.append(UInt8(ascii: "\n"))
        text += request.digits
    }

    private func authorization(
        _ fields: AWSSignedFields,
        _ varying: AWSSignedFields.Varying,
        _ signing: DaySigning
    ) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(320)
        value += Self.algorithm.utf8
        value += " Credential=".utf8
        value += credentials.accessKeyID.utf8
        value.append(UInt8(ascii: "/"))
        value += signing.scope
        value += ", SignedHeaders=".utf8
        fields.appendNames(varying, to: &value)
        value += ", Signature=".utf8
        AWSHash.appendDigits(of: text, under: signing.key, to: &value)
        return value
    }

    private mutating func date(at second: Int64) -> [UInt8] {
        if let time, time.second == second { return time.text }
        let text = AWSTime.signatureTime(second)
        time = (second, text)
        return text
    }

    private mutating func signing(on day: Int64, _ date: [UInt8]) -> DaySigning {
        if let signing, signing.day == day { return signing }
        let date = date.prefix(8)
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
        key = AWSHash.code(of: date, under: key)
        key = AWSHash.code(of: region.utf8, under: key)
        key = AWSHash.code(of: service.utf8, under: key)
        key = AWSHash.code(of: Self.terminator.utf8, under: key)
        let made = DaySigning(
            day: day,
            scope: date + Array("/\(region)/\(service)/\(Self.terminator)".utf8),
            key: HMAC<SHA256>(key: key)
        )
        signing = made
        return made
    }

    private static let algorithm = "AWS4-HMAC-SHA256"
    private static let terminator = "aws4_request"
}
