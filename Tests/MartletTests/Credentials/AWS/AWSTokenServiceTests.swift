import Testing

@testable import Martlet

@Suite("Roles of AWS")
struct AWSTokenServiceTests {
    private static let arn = "arn:aws:iam::123456789012:role/my-role"

    private static func assumed(
        _ role: AWSRole = AWSRole(name: arn),
        externalID: String? = nil,
        token: String? = nil,
        region: String? = "eu-west-1",
        endpoint: String? = nil
    ) throws -> AWSAssumedRole {
        let key = try AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "own-s3cret", sessionToken: token)
        return AWSAssumedRole(
            role: role,
            externalID: externalID,
            assumer: AWSFixedCredentials(value: key),
            service: try AWSTokenService(region: region, endpoint: endpoint)
        )
    }

    @Test func areAssumedWithASignedRequest() async throws {
        let role = AWSRole(name: Self.arn, sessionName: "me@host", duration: 900)
        let source = try Self.assumed(role, externalID: "a b&c", token: "own-token")
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        let credential = try await source.credentials(over: aws, now: ScriptedAWS.now)
        #expect(
            credential.value
                == (try AWSCredentials(accessKeyID: "ASIAX", secretAccessKey: "shh", sessionToken: "tok"))
        )
        #expect(credential.expiry == ScriptedAWS.now + 3600)
        let request = try #require(aws.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(
            request.formText
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmy-role"
                + "&RoleSessionName=me%40host&DurationSeconds=900&ExternalId=a%20b%26c"
        )
        #expect(request.value(of: "X-Amz-Date") == "20260819T120000Z")
        #expect(request.value(of: "X-Amz-Security-Token") == "own-token")
        let start =
            "AWS4-HMAC-SHA256 Credential=AKIA/20260819/eu-west-1/sts/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
        #expect(request.value(of: "Authorization")?.hasPrefix(start) == true)
    }

    /// The signature is botocore's for the same key, time and body.
    @Test func areAssumedWithTheRightSignature() async throws {
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        let source = try Self.assumed(AWSRole(name: "arn", sessionName: "me"), endpoint: "http://localhost:4566")
        _ = try await source.credentials(over: aws, now: ScriptedAWS.now)
        let request = try #require(aws.requests.first)
        #expect(request.url == "http://localhost:4566/")
        #expect(request.value(of: "Content-Type") == "application/x-www-form-urlencoded; charset=utf-8")
        let signature = "Signature=9046b0012823f7c2dd02ce051a2a5653ea5e09f954f8f65d7ad6792fcfa93d6a"
        #expect(request.value(of: "Authorization")?.hasSuffix(signature) == true)
    }

    @Test func areAssumedByATokenAlone() async throws {
        let source = AWSWebIdentityRole(
            role: AWSRole(name: "arn"),
            tokenFile: "/token",
            environment: AWSEnvironment([:], files: ["/token": "eyJ.a-b_c.d\n"]),
            service: try AWSTokenService(region: nil)
        )
        let answer = ScriptedAWS.xml.replacing("AssumeRole", with: "AssumeRoleWithWebIdentity")
        let aws = ScriptedAWS(.ok(answer))
        #expect(try await source.credentials(over: aws, now: ScriptedAWS.now).value.accessKeyID == "ASIAX")
        let request = try #require(aws.requests.first)
        #expect(request.url == "https://sts.amazonaws.com/")
        #expect(
            request.formText
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn&RoleSessionName=martlet-1787140800"
                + "&WebIdentityToken=eyJ.a-b_c.d"
        )
        #expect(request.headers.map(\.name) == ["Content-Type"])
    }

    @Test(arguments: [
        ("us-east-1", "sts.us-east-1.amazonaws.com"), ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn"), ("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"), ("us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov"),
    ])
    func areAssumedInTheirRegion(_ region: String, _ host: String) async throws {
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        _ = try await Self.assumed(region: region).credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.map(\.url) == ["https://\(host)/"])
    }

    @Test(arguments: ["", "a.example/", "x@a.example", "eu west", "-a", "ä", "a\r\nb", "eu-west-1."])
    func areNotAssumedInWhatIsNoRegion(_ region: String) {
        #expect(throws: CredentialProblem.self) { try Self.assumed(region: region) }
    }

    @Test(arguments: ["sts.example", "ftp://sts.example", ""])
    func areNotAssumedAtWhatIsNoAddress(_ endpoint: String) {
        #expect(throws: CredentialProblem.self) { try Self.assumed(endpoint: endpoint) }
    }

    private static let name = "AWS's Security Token Service"
    private static let refused = "The role \"\(arn)\" cannot be assumed: \(name) answered with status 403"

    private static func error(_ code: String) -> String {
        "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>\(code)</Code><Message>own-s3cret</Message></Error>"
            + "<RequestId>1</RequestId></ErrorResponse>"
    }

    @Test(arguments: [
        (ScriptedAWS.Answer.answer(status: 403, error("AccessDenied")), "\(refused) (AccessDenied)."),
        (.answer(status: 403, error("own-s3cret: x")), "\(refused)."),
        (.answer(status: 403, error("&#120;")), "\(refused)."),
        (.answer(status: 403, "<html>"), "\(refused)."),
        (.ok(""), "\(name) answered without usable credentials."),
        (.ok(error("x")), "\(name) answered without usable credentials."),
        (.ok(ScriptedAWS.json), "\(name) answered without usable credentials."),
        (
            .ok(ScriptedAWS.xml.replacing("2026-08-19T13:00:00Z", with: "2026-08-19T12:00:00Z")),
            "\(name) answered with credentials that have expired; compare the clocks."
        ),
        (
            .ok(ScriptedAWS.xml.replacing("2026-08-19T13:00:00Z", with: "")),
            "\(name) answered with credentials whose end is malformed."
        ),
        (
            .ok(ScriptedAWS.xml.replacing("<SecretAccessKey>shh</SecretAccessKey>", with: "")),
            "The answer of AWS's Security Token Service cannot be used: The secret access key is missing."
        ),
        (
            .ok(ScriptedAWS.xml.replacing("ASIAX", with: "A\r\nX: y")),
            "The answer of AWS's Security Token Service cannot be used: "
                + "The access key id holds characters that no key has."
        ),
        (.failure(ScriptedAWS.Unreachable()), "\(name) cannot be reached."),
    ])
    func areNotMadeOfBadAnswers(_ answer: ScriptedAWS.Answer, _ message: String) async throws {
        #expect(await ScriptedAWS.problem(try Self.assumed(), [answer]) == message)
    }

    /// The Security Token Service says some of its own failures with status 400.
    @Test(arguments: [
        (400, "Throttling", true), (400, "ThrottlingException", true), (400, "RequestLimitExceeded", true),
        (400, "IDPCommunicationError", true), (400, "ExpiredTokenException", false), (403, "AccessDenied", false),
        (503, "ServiceUnavailable", true), (500, "", true), (429, "AccessDenied", true),
    ])
    func areOutOfReachForATime(_ status: Int, _ code: String, _ isTemporary: Bool) async throws {
        let source = try Self.assumed()
        let problem = await #expect(throws: CredentialProblem.self) {
            let script = ScriptedAWS(.answer(status: status, Self.error(code)))
            _ = try await source.credentials(over: script, now: ScriptedAWS.now)
        }
        #expect(problem?.isTemporary == isTemporary)
    }

    @Test func areNotAssumedWithoutTheAssumer() async throws {
        let instance = try #require(try AWSInstanceCredentials(AWSEnvironment([:], files: [:])))
        let source = AWSAssumedRole(
            role: AWSRole(name: "arn"),
            assumer: instance,
            service: try AWSTokenService(region: nil)
        )
        let problem = await ScriptedAWS.problem(source, [.answer(status: 403, "")])
        #expect(problem == "The instance metadata service answered with status 403.")
    }
}
