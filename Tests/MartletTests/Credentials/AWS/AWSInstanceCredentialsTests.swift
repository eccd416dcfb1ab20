import Testing

@testable import Martlet

@Suite("AWS credentials of an instance")
struct AWSInstanceCredentialsTests {
    private static func source(_ variables: [String: String] = [:]) throws -> AWSInstanceCredentials {
        try #require(try AWSInstanceCredentials(AWSEnvironment(variables, files: [:])))
    }

    @Test func areAskedForInThreeSteps() async throws {
        let aws = ScriptedAWS(.ok("session"), .ok("my-role\n"), .ok(ScriptedAWS.json))
        let credential = try await Self.source().credentials(over: aws, now: ScriptedAWS.now)
        #expect(credential.value.accessKeyID == "ASIAX")
        #expect(credential.value.sessionToken == "tok")
        #expect(credential.expiry == ScriptedAWS.now + 6 * 3600)
        let roles = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
        #expect(aws.requests.map(\.method) == ["PUT", "GET", "GET"])
        #expect(aws.requests.map(\.url) == ["http://169.254.169.254/latest/api/token", roles, roles + "my-role"])
        #expect(aws.requests.map { $0.value(of: "X-aws-ec2-metadata-token") } == [nil, "session", "session"])
        #expect(aws.requests.first?.value(of: "X-aws-ec2-metadata-token-ttl-seconds") == "21600")
    }

    @Test(arguments: [
        (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]/latest/api/token"),
        (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"], "http://169.254.169.254/latest/api/token"),
        (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"], "http://127.0.0.1:1338/latest/api/token"),
        (["AWS_EC2_METADATA_DISABLED": "false"], "http://169.254.169.254/latest/api/token"),
    ])
    func areAskedForWhereTheEnvironmentSays(_ variables: [String: String], _ url: String) async throws {
        let aws = ScriptedAWS(.failure(ScriptedAWS.Unreachable()))
        let source = try Self.source(variables)
        await #expect(throws: CredentialProblem.self) { try await source.credentials(over: aws, now: 0) }
        #expect(aws.requests.map(\.url) == [url])
    }

    @Test func canBeForbidden() throws {
        #expect(try AWSInstanceCredentials(AWSEnvironment(["AWS_EC2_METADATA_DISABLED": "True"], files: [:])) == nil)
        #expect(throws: CredentialProblem.self) {
            try Self.source(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254"])
        }
    }

    @Test func areUsedForAWhileWhenAWSHasNoNewOnes() async throws {
        let aws = ScriptedAWS(.ok("session"), .ok("role"), .ok(ScriptedAWS.json))
        let late = ScriptedAWS.now + 7 * 3600
        #expect(try await Self.source().credentials(over: aws, now: late).expiry == late + 600)
    }

    private static let name = "The instance metadata service"

    @Test(arguments: [
        ([ScriptedAWS.Answer.failure(ScriptedAWS.Unreachable())], "\(name) cannot be reached."),
        ([.answer(status: 403, "s3cret")], "\(name) answered with status 403."),
        ([.ok("")], "\(name) answered without a usable token."),
        ([.ok("s3cret\r\nX: y")], "\(name) answered without a usable token."),
        ([.ok("t"), .answer(status: 404, "")], "The instance has no role."),
        ([.ok("t"), .ok("\n")], "The instance has no role."),
        ([.ok("t"), .answer(status: 401, "")], "\(name) answered with status 401."),
        ([.ok("t"), .ok("../../user-data")], "\(name) answered with something that is no role's name."),
        ([.ok("t"), .ok("..")], "\(name) answered with something that is no role's name."),
        ([.ok("t"), .ok("<html>")], "\(name) answered with something that is no role's name."),
        ([.ok("t"), .ok("r"), .answer(status: 500, "")], "\(name) answered with status 500."),
        (
            [.ok("t"), .ok("r"), .ok(#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"s3cret"}"#)],
            "\(name) has no credentials: AssumeRoleUnauthorizedAccess."
        ),
        ([.ok("t"), .ok("r"), .ok("no")], "\(name) answered with something that is no JSON object."),
        (
            [.ok("t"), .ok("r"), .ok(#"{"Code":"Success","AccessKeyId":"A"}"#)],
            "The answer of the instance metadata service cannot be used: The secret access key is missing."
        ),
    ])
    func areNotMadeOfBadAnswers(_ answers: [ScriptedAWS.Answer], _ message: String) async throws {
        #expect(await ScriptedAWS.problem(try Self.source(), answers) == message)
    }
}
