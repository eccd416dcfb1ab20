import Testing

@testable import Martlet

@Suite("AWS credentials where the process runs")
struct AWSDefaultCredentialsTests {
    private static let key = [
        "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "env-s3cret", "AWS_SESSION_TOKEN": "env-t0ken",
    ]
    private static let webIdentity = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn"]
    private static let files = [
        "/token": "web-t0ken",
        "/home/me/.aws/credentials": """
        [default]
        aws_access_key_id = DEFAULT
        aws_secret_access_key = default-s3cret
        [other]
        aws_access_key_id = OTHER
        aws_secret_access_key = other-s3cret
        """,
    ]
    private static let home = ["HOME": "/home/me"]
    private static let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"]

    private static func source(_ variables: [String: String]...) -> AWSDefaultCredentials {
        let variables = variables.reduce(into: [:]) { $0.merge($1) { $1 } }
        return AWSDefaultCredentials(environment: AWSEnvironment(variables, files: files), region: "eu-west-1")
    }

    private static func keyID(of source: AWSDefaultCredentials) async throws -> String {
        try await source.credentials(over: ScriptedAWS(), now: ScriptedAWS.now).value.accessKeyID
    }

    @Test func areTheEnvironmentsFirst() async throws {
        let source = Self.source(Self.key, Self.webIdentity, Self.home, Self.container, ["AWS_PROFILE": "other"])
        let credential = try await source.credentials(over: ScriptedAWS(), now: 0)
        let expected = try AWSCredentials(
            accessKeyID: "ENV",
            secretAccessKey: "env-s3cret",
            sessionToken: "env-t0ken"
        )
        #expect(credential.value == expected)
        #expect(credential.expiry == nil)
    }

    @Test func areAWebIdentitysSecond() async throws {
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        let source = Self.source(Self.webIdentity, Self.home, Self.container, ["AWS_ROLE_SESSION_NAME": "pod"])
        _ = try await source.credentials(over: aws, now: ScriptedAWS.now)
        let request = try #require(aws.requests.first)
        #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(request.formText.hasSuffix("&RoleArn=arn&RoleSessionName=pod&WebIdentityToken=web-t0ken"))
    }

    @Test(arguments: [
        ([:], "DEFAULT"), (["AWS_PROFILE": "other"], "OTHER"), (["AWS_DEFAULT_PROFILE": "other"], "OTHER"),
        (["AWS_PROFILE": "default", "AWS_DEFAULT_PROFILE": "other"], "DEFAULT"),
    ])
    func areAProfilesThird(_ variables: [String: String], _ keyID: String) async throws {
        #expect(try await Self.keyID(of: Self.source(Self.home, Self.container, variables)) == keyID)
    }

    @Test func areAContainersFourth() async throws {
        let aws = ScriptedAWS(.ok(ScriptedAWS.json))
        _ = try await Self.source(Self.container).credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.map(\.url) == ["http://169.254.170.2/x"])
    }

    @Test func areTheInstancesLast() async throws {
        let aws = ScriptedAWS(.ok("t"), .ok("r"), .ok(ScriptedAWS.json))
        let credential = try await Self.source(["HOME": "/nowhere"]).credentials(over: aws, now: ScriptedAWS.now)
        #expect(credential.value.accessKeyID == "ASIAX")
        #expect(aws.unusedCount == 0)
    }

    private static let nothing = "There is no key for AWS in the environment or in AWS's shared files, and no role"

    @Test(arguments: [
        ([:], "\(nothing): The instance metadata service cannot be reached."),
        (["AWS_EC2_METADATA_DISABLED": "true"], "\(nothing)."),
        (
            ["AWS_ACCESS_KEY_ID": "A"],
            "The key in the environment variables of AWS: The secret access key is missing."
        ),
        (
            ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token"],
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not."
        ),
        (
            ["AWS_WEB_IDENTITY_TOKEN_FILE": "/none", "AWS_ROLE_ARN": "arn"],
            "There is no token file \"/none\"."
        ),
        (["AWS_PROFILE": "typo"], "AWS's shared files have no credentials for the profile \"typo\"."),
        (container, "The container's credential service cannot be reached."),
    ])
    func areNoOtherOnesWhenTheyFail(_ variables: [String: String], _ message: String) async {
        let answer = ScriptedAWS.Answer.failure(ScriptedAWS.Unreachable())
        #expect(await ScriptedAWS.problem(Self.source(variables), [answer]) == message)
    }
}
