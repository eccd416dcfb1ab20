import Testing

@testable import Martlet

@Suite("Azure's default credentials")
struct AzureDefaultCredentialTests {
    private static let application = ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c"]

    /// Asks for a token and returns the request that this takes.
    private func request(_ environment: [String: String], authorityHost: String? = nil) async throws
        -> CredentialRequest?
    {
        let exchange = ScriptedExchange((200, #"{"access_token":"t","expires_in":10}"#))
        let surroundings = CredentialSurroundings(exchange, files: ["/token": "assertion"], environment: environment)
        _ = try await AzureDefaultCredential.token(authorityHost: authorityHost, surroundings)
        return exchange.requests.first
    }

    private func merged(_ more: [String: String]) -> [String: String] {
        Self.application.merging(more) { $1 }
    }

    @Test func theOrder() async throws {
        let all = merged([
            "AZURE_CLIENT_SECRET": "secret", "AZURE_FEDERATED_TOKEN_FILE": "/token", "IDENTITY_ENDPOINT": "http://h/",
            "IDENTITY_HEADER": "x",
        ])
        #expect(try await request(all)?.form["client_secret"] == "secret")
        var rest = all
        rest["AZURE_CLIENT_SECRET"] = ""
        #expect(try await request(rest)?.form["client_assertion"] == "assertion")
        rest["AZURE_FEDERATED_TOKEN_FILE"] = nil
        let appService = try #require(try await request(rest))
        #expect(appService.url.hasPrefix("http://h/?api-version=2019-08-01"))
        #expect(appService.url.hasSuffix("&client_id=c"))
        rest["IDENTITY_ENDPOINT"] = nil
        #expect(try await request(rest)?.url.hasPrefix("http://169.254.169.254/") == true)
        let machine = try #require(try await request([:]))
        #expect(machine.url.hasPrefix("http://169.254.169.254/") && !machine.url.contains("client_id"))
    }

    @Test(arguments: ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"])
    func anApplicationNeedsAllItsVariables(_ name: String) async throws {
        var environment = merged(["AZURE_CLIENT_SECRET": "secret", "AZURE_FEDERATED_TOKEN_FILE": "/token"])
        environment[name] = nil
        #expect(try await request(environment)?.url.hasPrefix("http://169.254.169.254/") == true)
    }

    @Test func theAuthorityDecidesTheCloud() async throws {
        let environment = merged([
            "AZURE_CLIENT_SECRET": "s", "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us/",
        ])
        let government = try #require(try await request(environment))
        #expect(government.url == "https://login.microsoftonline.us/t/oauth2/v2.0/token")
        #expect(government.form["scope"] == "https://cognitiveservices.azure.us/.default")
        let set = try #require(try await request(environment, authorityHost: "login.chinacloudapi.cn"))
        #expect(set.url == "https://login.chinacloudapi.cn/t/oauth2/v2.0/token")
        let machine = try #require(try await request(["AZURE_AUTHORITY_HOST": "login.microsoftonline.us"]))
        #expect(machine.url.contains("&resource=https%3A%2F%2Fcognitiveservices.azure.us"))
    }

    @Test(
        "What is not supported is named",
        arguments: [
            (
                ["AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_CERTIFICATE_PATH": "/p"],
                "AZURE_CLIENT_CERTIFICATE_PATH is set, but client certificates are not supported."
            ),
            (
                ["IDENTITY_ENDPOINT": "http://h/", "IDENTITY_HEADER": "x", "IDENTITY_SERVER_THUMBPRINT": "y"],
                "Managed identities of Service Fabric are not supported."
            ),
            (
                ["IDENTITY_ENDPOINT": "http://h/", "IMDS_ENDPOINT": "http://i/"],
                "Managed identities of Azure Arc are not supported."
            ),
            (
                ["MSI_ENDPOINT": "http://h/"],
                "Managed identities of Cloud Shell and Azure Machine Learning are not supported."
            ),
        ]
    )
    func unsupported(_ environment: [String: String], _ explanation: String) async {
        #expect(await problem { _ = try await request(environment) } == explanation)
    }

    @Test func nothingAtAllIsExplained() async {
        let exchange = ScriptedExchange((400, #"{"error":"invalid_request","error_description":"Identity not found"}"#))
        #expect(
            await problem { _ = try await AzureDefaultCredential.token(CredentialSurroundings(exchange)) }
                == "AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or token file are not all set, so the managed "
                + "identity was asked for. Azure's Instance Metadata Service answered with status 400: "
                + "invalid_request: Identity not found."
        )
    }

    @Test func aConfiguredApplicationIsNotPassedOver() async {
        let exchange = ScriptedExchange((401, #"{"error":"invalid_client"}"#))
        let environment = merged(["AZURE_CLIENT_SECRET": "secret"])
        let message = await problem {
            _ = try await AzureDefaultCredential.token(CredentialSurroundings(exchange, environment: environment))
        }
        #expect(message == "Microsoft Entra answered with status 401: invalid_client.")
        #expect(exchange.requests.count == 1)
    }
}
