import Testing

@testable import Martlet

@Suite("AWS credentials of a container")
struct AWSContainerCredentialsTests {
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let tokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

    private static func source(
        _ variables: [String: String],
        files: [String: String?] = [:]
    ) throws -> AWSContainerCredentials {
        try #require(try AWSContainerCredentials(AWSEnvironment(variables, files: files)))
    }

    @Test func areAskedOfTheService() async throws {
        let source = try Self.source([Self.relative: "/v2/credentials/x?y=z", Self.full: "http://localhost/no"])
        let aws = ScriptedAWS(.ok(ScriptedAWS.json))
        let credential = try await source.credentials(over: aws, now: ScriptedAWS.now)
        #expect(
            credential.value
                == (try AWSCredentials(accessKeyID: "ASIAX", secretAccessKey: "shh", sessionToken: "tok"))
        )
        #expect(credential.expiry == ScriptedAWS.now + 6 * 3600)
        let request = try #require(aws.requests.first)
        #expect(aws.requests.count == 1)
        #expect(request.method == "GET")
        #expect(request.url == "http://169.254.170.2/v2/credentials/x?y=z")
        #expect(request.value(of: "Authorization") == nil)
        #expect(request.body.isEmpty)
    }

    @Test func needNoServiceThatNobodyNames() throws {
        #expect(try AWSContainerCredentials(AWSEnvironment([Self.full: ""], files: [:])) == nil)
    }

    @Test(arguments: [
        "http://localhost/x", "http://LOCALHOST:80/x?y", "http://127.0.0.1:8080/", "http://127.8.9.1/",
        "http://[::1]/x",
        "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials",
        "http://[FD00:0EC2:0::23]/", "https://anything.example/x?y=z",
    ])
    func areAskedOfTrustedHosts(_ url: String) throws {
        #expect(try Self.source([Self.full: url]).url == url)
    }

    @Test(arguments: [
        "http://a.example/x", "http://169.254.169.254/x", "http://169.254.170.3/", "http://10.0.0.1/",
        "http://localhost.a.example/", "http://127.0.0.1.a.example/", "http://127.1/", "http://0/",
        "http://[fd00:ec2::24]/",
        "http://localhost@a.example/", "http://a.example#localhost", "http://a.example\\@localhost/",
        "ftp://localhost/",
        "localhost/x", "http://localhost/a b", "http://localhost/x?y\r\nX: z", "http://169.254.170.2:99999/", "/x",
        "http://",
    ])
    func areAskedOfNobodyElse(_ url: String) {
        #expect(throws: CredentialProblem.self) { try Self.source([Self.full: url]) }
    }

    @Test(arguments: ["x", "@a.example/", ".a.example/", "/a b", "/\r\nX: y", "http://localhost/"])
    func areAtAPath(_ path: String) {
        #expect(throws: CredentialProblem.self) { try Self.source([Self.relative: path]) }
    }

    @Test(arguments: [
        (["AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer t"], "Bearer t"),
        ([tokenFile: "/token"], "from-file"),
        (["AWS_CONTAINER_AUTHORIZATION_TOKEN": "t", tokenFile: "/token"], "from-file"),
    ])
    func areAskedForWithAToken(_ variables: [String: String], _ expected: String) async throws {
        let variables = variables.merging([Self.full: "http://169.254.170.23/v1/credentials"]) { $1 }
        let source = try Self.source(variables, files: ["/token": "from-file\n"])
        let aws = ScriptedAWS(.ok(ScriptedAWS.json))
        _ = try await source.credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.first?.value(of: "Authorization") == expected)
    }

    @Test(arguments: [
        (
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "s3cret\r\nX: y"],
            "AUTHORIZATION_TOKEN is no value for a header field."
        ),
        ([tokenFile: "/none"], "There is no token file \"/none\"."),
        ([tokenFile: "/locked"], "The file \"/locked\" cannot be read."),
        ([tokenFile: "/empty"], "The file \"/empty\" holds no token."),
        ([tokenFile: "/lines"], "The file \"/lines\" holds no token."),
    ])
    func areNotAskedForWithABadToken(_ variables: [String: String], _ message: String) async throws {
        let variables = variables.merging([Self.full: "http://localhost/"]) { $1 }
        let files = ["/locked": nil, "/empty": " \n", "/lines": "s3cret\ns3cret"]
        let problem = await ScriptedAWS.problem(try Self.source(variables, files: files), [.ok(ScriptedAWS.json)])
        #expect(problem?.hasSuffix(message) == true, "\(problem ?? "none")")
        #expect(problem?.contains("s3cret") == false)
    }

    @Test func needNoEndAndNoToken() async throws {
        let aws = ScriptedAWS(.ok(#"{"AccessKeyId":"A","SecretAccessKey":"B","Expiration":null,"Token":""}"#))
        let credential = try await Self.source([Self.relative: "/x"]).credentials(over: aws, now: 0)
        #expect(credential.expiry == nil)
        #expect(credential.value.sessionToken == nil)
    }

    private static let name = "The container's credential service"

    @Test(arguments: [
        (ScriptedAWS.Answer.answer(status: 500, "s3cret"), "\(name) answered with status 500."),
        (
            .answer(status: 400, #"{"code":"AccessDenied","message":"s3cret"}"#),
            "\(name) answered with status 400 (AccessDenied)."
        ),
        (.answer(status: 400, #"{"code":"s3cret: x"}"#), "\(name) answered with status 400."),
        (.answer(status: 302, ""), "\(name) answered with status 302."),
        (.ok(""), "\(name) answered with something that is no JSON object."),
        (.ok("[]"), "\(name) answered with something that is no JSON object."),
        (.ok(#"{"AccessKeyId":"#), "\(name) answered with something that is no JSON object."),
        (.ok("{}"), "The answer of the container's credential service cannot be used: The access key id is missing."),
        (
            .ok(#"{"AccessKeyId":"A","SecretAccessKey":7}"#),
            "The answer of the container's credential service cannot be used: The secret access key is missing."
        ),
        (
            .ok(#"{"AccessKeyId":"A","SecretAccessKey":"s3cret","Token":"a\r\nb"}"#),
            "The answer of the container's credential service cannot be used: "
                + "The session token holds characters that no key has."
        ),
        (
            .ok(#"{"AccessKeyId":"A","SecretAccessKey":"s3cret","Expiration":"soon"}"#),
            "\(name) answered with credentials whose end is malformed."
        ),
        (
            .ok(#"{"AccessKeyId":"A","SecretAccessKey":"s3cret","Expiration":7}"#),
            "\(name) answered with credentials whose end is malformed."
        ),
        (
            .ok(#"{"AccessKeyId":"A","SecretAccessKey":"s3cret","Expiration":"2026-08-19T12:00:00Z"}"#),
            "\(name) answered with credentials that have expired; compare the clocks."
        ),
        (.failure(ScriptedAWS.Unreachable(details: "s3cret")), "\(name) cannot be reached."),
        (.failure(CredentialProblem(message: "It is late.")), "\(name) cannot be reached: It is late."),
        (.failure(CancellationError()), "CancellationError()"),
    ])
    func areNotMadeOfABadAnswer(_ answer: ScriptedAWS.Answer, _ message: String) async throws {
        #expect(await ScriptedAWS.problem(try Self.source([Self.relative: "/x"]), [answer]) == message)
    }
}
