import Testing

@testable import Martlet

@Suite("Azure's credentials")
struct AzureCredentialTests {
    private static let answer =
        #"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"ey.token"}"#

    @Test(
        "Each cloud has its own services",
        arguments: [
            (nil, "https://login.microsoftonline.com", "https://cognitiveservices.azure.com/.default"),
            (
                "login.microsoftonline.us", "https://login.microsoftonline.us",
                "https://cognitiveservices.azure.us/.default"
            ),
            (
                "https://login.microsoftonline.us/", "https://login.microsoftonline.us",
                "https://cognitiveservices.azure.us/.default"
            ),
            (
                "Login.MicrosoftOnline.us", "https://Login.MicrosoftOnline.us",
                "https://cognitiveservices.azure.us/.default"
            ),
            ("login.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://cognitiveservices.azure.cn/.default"),
            (
                "login.partner.microsoftonline.cn", "https://login.partner.microsoftonline.cn",
                "https://cognitiveservices.azure.cn/.default"
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "https://cognitiveservices.azure.com/.default"),
        ] as [(String?, String, String)]
    )
    func authorities(_ host: String?, _ address: String, _ scope: String) throws {
        let authority = try AzureAuthority(host: host)
        #expect(authority.address == address)
        #expect(authority.scope == scope)
        #expect(try authority.tokenAddress(tenant: "a-1.b") == "\(address)/a-1.b/oauth2/v2.0/token")
    }

    @Test(arguments: ["", "a b", "http://login.microsoftonline.com", "ftp://a", "a/b", "a?b", "a@b", "https://"])
    func otherAuthorities(_ host: String) {
        #expect(throws: CredentialProblem.self) { try AzureAuthority(host: host) }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a?b", "a b", "a\n", "ä", "a%2f"])
    func otherTenants(_ tenant: String) throws {
        let authority = try AzureAuthority()
        #expect(throws: CredentialProblem.self) { try authority.tokenAddress(tenant: tenant) }
    }

    @Test func aClientHasASecret() async throws {
        let credential = AzureCredential.clientSecret(
            try AzureClientSecret(
                tenant: "tenant-1",
                clientID: "client-1",
                secret: CredentialSecret("a~b/c+d"),
                authority: try AzureAuthority()
            )
        )
        let exchange = ScriptedExchange((200, Self.answer))
        let token = try await credential.token(CredentialSurroundings(exchange))
        #expect(token.value.value == "ey.token")
        #expect(token.expiry == 1_003_599)
        let request = try #require(exchange.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token")
        #expect(
            request.bodyText == "grant_type=client_credentials&client_id=client-1&client_secret=a~b%2Fc%2Bd"
                + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default"
        )
    }

    @Test func aRefusalRepeatsNoSecret() async throws {
        let credential = try AzureClientSecret(
            tenant: "t",
            clientID: "c",
            secret: CredentialSecret("a-client-secret"),
            authority: try AzureAuthority()
        )
        let body = #"{"error":"invalid_client","error_description":"AADSTS7000215: a-client-secret is wrong."}"#
        let message = await problem {
            _ = try await credential.token(CredentialSurroundings(ScriptedExchange((401, body))))
        }
        #expect(message == "Microsoft Entra answered with status 401: invalid_client: AADSTS7000215: *** is wrong.")
    }

    @Test func aWorkloadReadsItsFileEachTime() async throws {
        let credential = try AzureWorkloadIdentity(
            tenant: "t",
            clientID: "c",
            tokenFile: "/token",
            authority: try AzureAuthority(host: "login.microsoftonline.us"),
            scope: "api://other/.default"
        )
        for text in ["first-assertion\n", "second-assertion"] {
            let exchange = ScriptedExchange((200, Self.answer))
            _ = try await credential.token(CredentialSurroundings(exchange, files: ["/token": text]))
            #expect(exchange.requests.map(\.url) == ["https://login.microsoftonline.us/t/oauth2/v2.0/token"])
            #expect(
                exchange.requests.first?.form == [
                    "grant_type": "client_credentials", "client_id": "c", "scope": "api://other/.default",
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion": text.filter { $0 != "\n" },
                ]
            )
        }
    }

    @Test(
        arguments: [
            (nil, #"There is no token file "/token"."#), ("\n", #"The token file "/token" is empty."#),
        ] as [(String?, String)]
    )
    func aWorkloadWithoutAToken(_ text: String?, _ explanation: String) async throws {
        let authority = try AzureAuthority()
        let credential = try AzureWorkloadIdentity(
            tenant: "t",
            clientID: "c",
            tokenFile: "/token",
            authority: authority
        )
        let files = text.map { ["/token": $0] } ?? [:]
        let message = await problem {
            _ = try await credential.token(CredentialSurroundings(ScriptedExchange(), files: files))
        }
        #expect(message == explanation)
    }

    @Test func aVirtualMachineHasAnIdentity() async throws {
        let body = #"{"access_token":"t","expires_in":"86399","expires_on":"1506484173","token_type":"Bearer"}"#
        let exchange = ScriptedExchange((200, body))
        let scope = try AzureAuthority().scope
        let identity = try AzureManagedIdentity(.virtualMachine, clientID: "client 1", scope: scope)
        let token = try await AzureCredential.managedIdentity(identity).token(CredentialSurroundings(exchange))
        #expect(token.expiry == 1_086_399)
        let request = try #require(exchange.requests.first)
        #expect(request.method == "GET")
        #expect(request.field("Metadata") == "true")
        #expect(
            request.url == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
                + "&resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=client%201"
        )
    }

    @Test func anAppServiceHasAnIdentity() async throws {
        let exchange = ScriptedExchange((200, #"{"access_token":"t","expires_on":"1003600","client_id":"x"}"#))
        let service = AzureManagedIdentity.Service.appService(
            address: "http://127.0.0.1:41741/msi/token/",
            header: CredentialSecret("a-header")
        )
        let identity = try AzureManagedIdentity(service, scope: "https://cognitiveservices.azure.us/.default")
        #expect(try await identity.token(CredentialSurroundings(exchange)).expiry == 1_003_600)
        let request = try #require(exchange.requests.first)
        #expect(request.field("X-IDENTITY-HEADER") == "a-header")
        #expect(
            request.url == "http://127.0.0.1:41741/msi/token/?api-version=2019-08-01"
                + "&resource=https%3A%2F%2Fcognitiveservices.azure.us"
        )
    }

    @Test(arguments: [("file:///x", "h"), ("http://h", ""), ("http://h", "a\r\nb"), ("", "h")])
    func otherAppServices(_ address: String, _ header: String) {
        #expect(throws: CredentialProblem.self) {
            try AzureManagedIdentity(.appService(address: address, header: CredentialSecret(header)), scope: "s")
        }
    }
}
