import Testing

@testable import Martlet

@Suite("Signature Version 4")
struct AWSSignerTests {
    private static func credentials(token: String? = nil) throws -> AWSCredentials {
        try AWSCredentials(
            accessKeyID: SignatureVector.accessKeyID,
            secretAccessKey: SignatureVector.secretAccessKey,
            sessionToken: token
        )
    }

    private static func signer(for vector: SignatureVector) throws -> AWSSigner {
        AWSSigner(
            try credentials(token: vector.hasToken ? SignatureVector.sessionToken : nil),
            region: vector.region,
            service: vector.service,
            sendsPayloadHash: vector.payloadHash != nil
        )
    }

    private static func sign(_ vector: SignatureVector, with signer: inout AWSSigner) -> AWSSignature {
        signer.sign(
            vector.method,
            target: vector.target,
            fields: AWSSignedFields(host: vector.host, vector.headers),
            payload: AWSPayloadHash(of: vector.body.utf8.span),
            at: vector.second
        )
    }

    private static func authorization(of vector: SignatureVector) -> String {
        let scope = "\(vector.date.prefix(8))/\(vector.region)/\(vector.service)/aws4_request"
        return "AWS4-HMAC-SHA256 Credential=\(SignatureVector.accessKeyID)/\(scope), "
            + "SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)"
    }

    @Test(arguments: SignatureVector.all)
    func signsAsBotocoreDoes(_ vector: SignatureVector) throws {
        var signer = try Self.signer(for: vector)
        let signature = Self.sign(vector, with: &signer)
        #expect(String(decoding: signature.date, as: UTF8.self) == vector.date)
        #expect(String(decoding: signature.authorization, as: UTF8.self) == Self.authorization(of: vector))
        #expect(signature.payloadHash.map { String(decoding: $0, as: UTF8.self) } == vector.payloadHash)
        let token = vector.hasToken ? SignatureVector.sessionToken : nil
        #expect(signature.securityToken.map { String(decoding: $0, as: UTF8.self) } == token)
    }

    @Test func keepsNothingOfOneRequestForTheNext() throws {
        let vectors = SignatureVector.all.filter {
            $0.region == "us-east-1" && $0.service == "bedrock" && !$0.hasToken && $0.payloadHash == nil
        }
        #expect(vectors.count > 20)
        var signer = AWSSigner(try Self.credentials(), region: "us-east-1", service: "bedrock")
        for vector in vectors + vectors.reversed() {
            let signature = Self.sign(vector, with: &signer)
            #expect(String(decoding: signature.authorization, as: UTF8.self) == Self.authorization(of: vector))
        }
    }

    @Test func takesNewCredentialsAtOnce() throws {
        let vector = try #require(SignatureVector.all.first { $0.hasToken && $0.payloadHash == nil })
        let old = try AWSCredentials(accessKeyID: "OLD", secretAccessKey: "old", sessionToken: "old")
        var signer = AWSSigner(old, region: vector.region, service: vector.service)
        _ = Self.sign(vector, with: &signer)
        signer.credentials = try Self.credentials(token: SignatureVector.sessionToken)
        let signature = Self.sign(vector, with: &signer)
        #expect(String(decoding: signature.authorization, as: UTF8.self) == Self.authorization(of: vector))
        #expect(signature.securityToken == Array(SignatureVector.sessionToken.utf8))
    }

    @Test func namesItsFields() throws {
        var signer = AWSSigner(
            try Self.credentials(token: "t"),
            region: "us-east-1",
            service: "bedrock",
            sendsPayloadHash: true
        )
        let fields = AWSSignedFields(host: "h", [("Authorization", "x"), ("x-amz-date", "y"), ("Host", "z")])
        let signature = signer.sign("GET", target: "/", fields: fields, payload: .empty, at: 0)
        let names = ["X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256", "Authorization"]
        #expect(signature.fields.map(\.name) == names)
        #expect(signature.fields.first?.value == "19700101T000000Z")
        let signed = "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"
        #expect(signature.fields.last?.value.contains(signed) == true)
    }

    /// botocore signs a query as it is; services read it first.
    @Test(arguments: [
        ("/?a=b c", "/?a=b%20c"), ("/?a=%7e%2d", "/?a=~-"), ("/?a=%2f", "/?a=%2F"), ("/?a=1+2", "/?a=1%2B2"),
        ("/?a=%4", "/?a=%254"), ("/?a=%", "/?a=%25"), ("/?a=%zz&", "/?a=%25zz"), ("/?&&b&a", "/?a=&b="), ("/?", "/"),
        ("/?a=b=c", "/?a=b%3Dc"), ("/?ä", "/?%C3%A4="), ("?", ""),
    ])
    func readsQueriesAsServicesDo(_ target: String, _ same: String) throws {
        var signer = AWSSigner(try Self.credentials(), region: "us-east-1", service: "bedrock")
        let fields = AWSSignedFields(host: "h")
        let one = signer.sign("GET", target: target, fields: fields, payload: .empty, at: 0)
        let other = signer.sign("GET", target: same, fields: fields, payload: .empty, at: 0)
        #expect(one.authorization == other.authorization)
    }

    @Test func coversWhatItSigns() throws {
        var signer = AWSSigner(try Self.credentials(), region: "us-east-1", service: "bedrock")
        let body = AWSPayloadHash(of: [UInt8(1)].span)
        let signatures = [
            signer.sign("GET", target: "/a", fields: AWSSignedFields(host: "h"), payload: .empty, at: 0),
            signer.sign("PUT", target: "/a", fields: AWSSignedFields(host: "h"), payload: .empty, at: 0),
            signer.sign("GET", target: "/b", fields: AWSSignedFields(host: "h"), payload: .empty, at: 0),
            signer.sign("GET", target: "/a?b", fields: AWSSignedFields(host: "h"), payload: .empty, at: 0),
            signer.sign("GET", target: "/a", fields: AWSSignedFields(host: "i"), payload: .empty, at: 0),
            signer.sign("GET", target: "/a", fields: AWSSignedFields(host: "h"), payload: body, at: 0),
            signer.sign("GET", target: "/a", fields: AWSSignedFields(host: "h"), payload: .empty, at: 1),
        ]
        #expect(Set(signatures.map(\.authorization)).count == signatures.count)
    }

    @Test func showsNoSecret() throws {
        let credentials = try Self.credentials(token: SignatureVector.sessionToken)
        var signer = AWSSigner(credentials, region: "us-east-1", service: "bedrock")
        let fields = AWSSignedFields(host: "h")
        let signature = signer.sign("GET", target: "/", fields: fields, payload: .empty, at: 0)
        let held = ExpiringCredential(value: credentials, expiry: 1)
        for value in [credentials, signer, signature, held] as [any Sendable] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains(SignatureVector.secretAccessKey))
                #expect(!text.contains(SignatureVector.sessionToken))
                #expect(!text.contains("Signature="))
            }
        }
        #expect("\(credentials)" == "AWSCredentials(AKIDEXAMPLE, ***)")
    }

    @Test(arguments: [
        ("", "s", nil), ("a", "", nil), (" \n", "s", nil), ("a b", "s", nil), ("a", "s\r\nX: y", nil),
        ("a", "s", "t\nX: y"), ("a", "s", "t\u{0}"), ("ä", "s", nil),
    ])
    func refusesWhatIsNoKey(_ accessKeyID: String, _ secret: String, _ token: String?) {
        #expect(throws: CredentialProblem.self) {
            try AWSCredentials(accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token)
        }
    }

    @Test func dropsWhiteSpaceAroundAKey() throws {
        let credentials = try AWSCredentials(accessKeyID: " a\r\n", secretAccessKey: "\ts\n", sessionToken: " \n")
        #expect(credentials == (try AWSCredentials(accessKeyID: "a", secretAccessKey: "s")))
        #expect(credentials.sessionToken == nil)
    }
}
