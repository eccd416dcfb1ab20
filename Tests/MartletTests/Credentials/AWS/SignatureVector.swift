import Testing

/// A request and what botocore signs it with.
struct SignatureVector: Sendable, CustomTestStringConvertible {
    let name: String
    let method: String
    let target: String
    let host: String
    let headers: [(name: String, value: String)]
    let body: String
    let region: String
    let service: String
    let second: Int64
    let hasToken: Bool
    /// What is sent of it; nil when it is not.
    let payloadHash: String?
    let date: String
    let signedHeaders: String
    let signature: String

    init(
        _ name: String,
        _ method: String,
        _ target: String,
        host: String,
        headers: [(name: String, value: String)] = [],
        body: String = "",
        region: String = "us-east-1",
        service: String = "bedrock",
        second: Int64 = 1_787_140_800,
        date: String = "20260819T120000Z",
        hasToken: Bool = false,
        payloadHash: String? = nil,
        signedHeaders: String,
        signature: String
    ) {
        self.name = name
        self.method = method
        self.target = target
        self.host = host
        self.headers = headers
        self.body = body
        self.region = region
        self.service = service
        self.second = second
        self.hasToken = hasToken
        self.payloadHash = payloadHash
        self.date = date
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    var testDescription: String { name }
}
