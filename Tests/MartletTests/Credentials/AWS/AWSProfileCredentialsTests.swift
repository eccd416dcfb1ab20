import Testing

@testable import Martlet

@Suite("AWS credentials of a profile")
struct AWSProfileCredentialsTests {
    private static func source(
        _ name: String,
        config: String,
        variables: [String: String] = [:]
    ) -> AWSProfileCredentials {
        let credentials = """
            [key]
            aws_access_key_id = KEY
            aws_secret_access_key = key-s3cret
            [temporary]
            aws_access_key_id = TEMPORARY
            aws_secret_access_key = temporary-s3cret
            aws_session_token = temporary-t0ken
            """
        let files = ["/home/me/.aws/config": config, "/home/me/.aws/credentials": credentials]
        let variables = variables.merging(["HOME": "/home/me"]) { one, _ in one }
        return AWSProfileCredentials(
            name: name,
            environment: AWSEnvironment(variables, files: files),
            region: "us-west-2"
        )
    }

    @Test func areAKey() async throws {
        let aws = ScriptedAWS()
        let key = try await Self.source("key", config: "").credentials(over: aws, now: 0)
        #expect(key.value == (try AWSCredentials(accessKeyID: "KEY", secretAccessKey: "key-s3cret")))
        #expect(key.expiry == nil)
        let temporary = try await Self.source("temporary", config: "[profile temporary]\nregion = x")
            .credentials(over: aws, now: 0)
        #expect(temporary.value.sessionToken == "temporary-t0ken")
        #expect(aws.requests.isEmpty)
    }

    @Test(arguments: [
        (["AWS_CONFIG_FILE": "/elsewhere", "AWS_SHARED_CREDENTIALS_FILE": "~/mine"], "/elsewhere", "/home/me/mine"),
        (["AWS_SHARED_CREDENTIALS_FILE": "relative"], "/home/me/.aws/config", "relative"),
    ])
    func areReadWhereTheEnvironmentSays(_ variables: [String: String], config: String, credentials: String) async throws
    {
        let files = [
            config: "[default]\naws_access_key_id = A", credentials: "[default]\naws_secret_access_key = B",
        ]
        let variables = variables.merging(["HOME": "/home/me"]) { $1 }
        let source = AWSProfileCredentials(name: "default", environment: AWSEnvironment(variables, files: files))
        let credential = try await source.credentials(over: ScriptedAWS(), now: 0)
        #expect(credential.value == (try AWSCredentials(accessKeyID: "A", secretAccessKey: "B")))
    }

    @Test(arguments: [
        ("source_profile = key", [:], "KEY", "us-west-2"),
        ("source_profile = key\nregion = eu-west-3", [:], "KEY", "eu-west-3"),
        ("source_profile = temporary\nregion = x", ["AWS_REGION": "sa-east-1"], "TEMPORARY", "sa-east-1"),
        ("source_profile = a\naws_access_key_id = SELF\naws_secret_access_key = self-s3cret", [:], "SELF", "us-west-2"),
        (
            "credential_source = Environment",
            ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "env-s3cret", "AWS_DEFAULT_REGION": "ca-west-1"],
            "ENV", "ca-west-1"
        ),
    ])
    func areARole(_ settings: String, _ variables: [String: String], _ key: String, _ region: String) async throws {
        let config = """
            [profile a]
            role_arn = arn:aws:iam::1:role/x
            \(settings)
            role_session_name = me
            external_id = e-1
            duration_seconds = 1800
            """
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        let credential = try await Self.source("a", config: config, variables: variables)
            .credentials(over: aws, now: ScriptedAWS.now)
        #expect(credential.value.accessKeyID == "ASIAX")
        let request = try #require(aws.requests.first)
        #expect(request.url == "https://sts.\(region).amazonaws.com/")
        #expect(
            request.formText
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx&RoleSessionName=me"
                + "&DurationSeconds=1800&ExternalId=e-1"
        )
        let scope = "Credential=\(key)/20260819/\(region)/sts/aws4_request,"
        #expect(request.value(of: "Authorization")?.contains(scope) == true)
    }

    @Test func areARoleThatAnotherRoleAssumes() async throws {
        let config = """
            [profile a]
            role_arn = last
            source_profile = b
            [profile b]
            role_arn = middle
            source_profile = c
            [profile c]
            role_arn = ignored
            source_profile = a
            aws_access_key_id = FIRST
            aws_secret_access_key = first-s3cret
            """
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml.replacing("ASIAX", with: "MIDDLE")), .ok(ScriptedAWS.xml))
        let credential = try await Self.source("a", config: config).credentials(over: aws, now: ScriptedAWS.now)
        #expect(credential.value.accessKeyID == "ASIAX")
        #expect(aws.requests.map { $0.formText.contains("RoleArn=middle&") } == [true, false])
        #expect(aws.requests.map { $0.value(of: "Authorization")?.contains("=FIRST/") } == [true, false])
        #expect(aws.requests.map { $0.value(of: "Authorization")?.contains("=MIDDLE/") } == [false, true])
    }

    @Test func areARoleOfTheHost() async throws {
        let container = "[profile a]\nrole_arn = arn\ncredential_source = EcsContainer"
        let variables = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"]
        var aws = ScriptedAWS(.ok(ScriptedAWS.json), .ok(ScriptedAWS.xml))
        _ = try await Self.source("a", config: container, variables: variables)
            .credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.map(\.method) == ["GET", "POST"])
        #expect(aws.requests.last?.value(of: "X-Amz-Security-Token") == "tok")

        let instance = "[profile a]\nrole_arn = arn\ncredential_source = Ec2InstanceMetadata"
        aws = ScriptedAWS(.ok("t"), .ok("r"), .ok(ScriptedAWS.json), .ok(ScriptedAWS.xml))
        _ = try await Self.source("a", config: instance).credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.map(\.method) == ["PUT", "GET", "GET", "POST"])
    }

    @Test func areARoleOfATokenFile() async throws {
        let config = "[profile a]\nrole_arn = arn\nweb_identity_token_file = /token\nsource_profile = key"
        let environment = AWSEnvironment(
            ["AWS_CONFIG_FILE": "/config", "AWS_ENDPOINT_URL_STS": "http://localhost:4566"],
            files: ["/config": config, "/token": "t0ken"]
        )
        let aws = ScriptedAWS(.ok(ScriptedAWS.xml))
        _ = try await AWSProfileCredentials(name: "a", environment: environment)
            .credentials(over: aws, now: ScriptedAWS.now)
        #expect(aws.requests.map(\.url) == ["http://localhost:4566/"])
        #expect(aws.requests.first?.formText.hasSuffix("&WebIdentityToken=t0ken") == true)
    }

    private static let unusable = "The profile \"a\" cannot be used: "

    @Test(arguments: [
        ("", "AWS's shared files have no credentials for the profile \"a\"."),
        ("[profile a]\nregion = x", "AWS's shared files have no credentials for the profile \"a\"."),
        ("[profile a]\naws_access_key_id = A", "The key of the profile \"a\": The secret access key is missing."),
        (
            "[profile a]\nrole_arn = r",
            unusable + "it has a role_arn, but neither source_profile nor credential_source."
        ),
        ("[profile a]\nrole_arn = r\nsource_profile = a", unusable + "it is its own source_profile, but has no key."),
        (
            "[profile a]\nrole_arn = r\nsource_profile = none",
            unusable + "its source_profile \"none\" has no credentials."
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a",
            "The profile \"b\" cannot be used: its source_profile leads back to it."
        ),
        (
            "[profile a]\nrole_arn = r\ncredential_source = Magic",
            unusable + "its credential_source \"Magic\" is unknown."
        ),
        (
            "[profile a]\nrole_arn = r\ncredential_source = Environment",
            unusable + "its credential_source has no credentials."
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = key\nmfa_serial = m",
            unusable + "its role wants a code of a second factor, which a server has not."
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = key\nduration_seconds = 99999999999999999999",
            unusable + "its duration_seconds is no number from 900 to 43200."
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = key\nregion = a.example/",
            "\"a.example/\" is no region of AWS."
        ),
        (
            "[profile a]\ncredential_process = cat /s3cret",
            unusable + "credential_process is no way in which credentials are got here."
        ),
        ("[profile a]\nsso_session = s", unusable + "sso_session is no way in which credentials are got here."),
    ])
    func areNotMadeUp(_ config: String, _ message: String) async {
        #expect(await ScriptedAWS.problem(Self.source("a", config: config), []) == message)
    }

    @Test func areNotReadOfWhatIsNoText() async {
        let problems = [
            await problem { _ in throw ScriptedAWS.Unreachable() },
            await problem { _ in [0x5B, 0xFF, 0x5D] },
            await problem { _ in nil },
        ]
        let expected = [
            "The file \"/config\" cannot be read.", "The file \"/config\" is no text.",
            "AWS's shared files have no credentials for the profile \"a\".",
        ]
        #expect(problems == expected)
    }

    private func problem(_ readFile: @escaping AWSFileReader) async -> String? {
        let environment = AWSEnvironment(["AWS_CONFIG_FILE": "/config"], readFile: readFile)
        return await ScriptedAWS.problem(AWSProfileCredentials(name: "a", environment: environment), [])
    }
}
