import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Credentials of clouds on the wire", .timeLimit(.minutes(2)))
struct CloudCredentialTests {
    private static let answer = MockReply(body: ByteBuffer(string: "{}"))
    private static let request = #"{"model":"MODEL","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#

    private func token(_ token: String, status: Int = 200) -> MockReply {
        MockReply(
            status: status,
            body: ByteBuffer(
                string: status == 200
                    ? #"{"access_token":"\#(token)","expires_in":3600,"token_type":"Bearer"}"#
                    : #"{"error":"invalid_client","error_description":"unknown application"}"#
            )
        )
    }

    private func user(_ name: String) -> String {
        #"{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"cs-secret\",\"quota_project_id\":\"pays\","#
            + #"\"refresh_token\":\"rt-\#(name)\",\"token_uri\":\"http://127.0.0.1:PORT/\#(name)\"}"#
    }

    /// A gateway with one provider, `PORT` in whose configuration stands for the port of all stand-ins.
    private func settings(_ provider: String, _ replies: [String: MockReply]) -> GatewaySettings {
        GatewaySettings { settings in
            settings.script.replies = replies
            settings.environment = { ["AZURE_AUTHORITY_HOST": "http://127.0.0.1:\($0)"] }
            settings.gateway = { configuration in
                guard let port = configuration.providers.first?.baseURL.port else { return }
                let text = #"{"providers":{\#(provider)}}"#.replacing("PORT", with: "\(port)")
                let read = BifrostConfiguration.read(Array(text.utf8), fileName: "c.json", environment: [:])
                #expect(read.problems == [])
                if let made = read.configuration { configuration = made }
            }
        }
    }

    private func field(_ name: StaticString, of request: HTTPRequest) -> String? { request.head.fields.string(name) }

    private func targets(_ gateway: RunningGateway) -> [String] {
        gateway.recorder.requests.map { String(buffer: $0.head.target) }
    }

    @Test func azureTokensAreFetchedOnceForAllRequests() async throws {
        let path = "/openai/v1/chat/completions"
        let azure =
            #""azure":{"keys":[{"azure_key_config":{"endpoint":"http://127.0.0.1:PORT","tenant_id":"t-1","#
            + #""client_id":"app","client_secret":"very-secret"}}]}"#
        let replies = ["/t-1/oauth2/v2.0/token": token("entra-token"), path: Self.answer]
        try await withGateway(settings(azure, replies)) { gateway async throws in
            for _ in 0..<3 {
                _ = try await gateway.post(Self.request.replacing("MODEL", with: "azure/gpt"))
            }
            #expect(targets(gateway) == ["/t-1/oauth2/v2.0/token", path, path, path])
            let requests = gateway.recorder.requests
            let form = String(buffer: requests[0].body)
            #expect(form.contains("grant_type=client_credentials") && form.contains("client_secret=very-secret"))
            #expect(form.contains("scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default"))
            #expect(requests[1...].allSatisfy { field("authorization", of: $0) == "Bearer entra-token" })
            #expect(requests[1...].allSatisfy { field("api-key", of: $0) == nil })
        }
    }

    /// A service that refuses has judged the key; one that fails has not.
    @Test(arguments: [(401, "refused"), (400, "refused"), (429, "ready"), (500, "ready"), (503, "ready")])
    func aKeyWithoutCredentialsLetsAnotherOneAnswer(_ status: Int, _ state: String) async throws {
        let keys = ["bad", "good"].map {
            #"{"name":"\#($0)","weight":\#($0 == "bad" ? 1000000 : 0.000001),"vertex_key_config":{"project_id":"p","region":"global","#
                + #""auth_credentials":"\#(user($0))"}}"#
        }
        let vertex =
            #""vertex":{"keys":[\#(keys.joined(separator: ","))],"network_config":{"base_url":"http://127.0.0.1:PORT"}}"#
        let path = "/v1/projects/p/locations/global/endpoints/openapi/chat/completions"
        let replies = ["/bad": token("", status: status), "/good": token("google-token"), path: Self.answer]
        try await withGateway(settings(vertex, replies)) { gateway async throws in
            let request = Self.request.replacing("MODEL", with: "vertex/meta/m")
            #expect(try await gateway.post(request).status == 200)
            #expect(targets(gateway) == ["/bad", "/good", path])
            let sent = gateway.recorder.requests[2]
            #expect(field("authorization", of: sent) == "Bearer google-token")
            #expect(field("x-goog-user-project", of: sent) == "pays")
            let plan = try await gateway.post(request, path: "/v1/explain").text
            #expect(plan.contains(#""name":"bad","weight":1000000.0,"model":"meta/m","state":"\#(state)""#), "\(plan)")
        }
    }

    @Test(arguments: [(401, "upstream_credentials_exhausted"), (503, "upstream_credentials_unavailable")])
    func aFailureNamesItsCauseAndNoSecret(_ status: Int, _ code: String) async throws {
        let key =
            #"{"name":"only","vertex_key_config":{"project_id":"p","region":"global","auth_credentials":"\#(user("bad"))"}}"#
        let vertex = #""vertex":{"keys":[\#(key)],"network_config":{"base_url":"http://127.0.0.1:PORT"}}"#
        try await withGateway(settings(vertex, ["/bad": token("", status: status)])) { gateway async throws in
            let answer = try await gateway.post(Self.request.replacing("MODEL", with: "vertex/meta/m"))
            #expect(answer.status == 502)
            #expect(try answer.error().code == code)
            #expect(answer.text.contains("unknown application"))
            #expect(answer.text.contains("key only of provider vertex"))
            #expect(!answer.text.contains("secret") && !answer.text.contains("rt-bad"))
            #expect(targets(gateway) == ["/bad"])
        }
    }

    /// A second is what the failure is repeated for without asking the service again.
    @Test func credentialsAreFetchedOnceMoreWhereNothingElseIsLeft() async throws {
        let key =
            #"{"name":"only","vertex_key_config":{"project_id":"p","region":"global","auth_credentials":"\#(user("bad"))"}}"#
        let network = #"{"base_url":"http://127.0.0.1:PORT","max_retries":1}"#
        let vertex = #""vertex":{"keys":[\#(key)],"network_config":\#(network)}"#
        try await withGateway(settings(vertex, ["/bad": token("", status: 503)])) { gateway async throws in
            let answer = try await gateway.post(Self.request.replacing("MODEL", with: "vertex/meta/m"))
            #expect(try answer.error().code == "upstream_credentials_unavailable")
            #expect(targets(gateway) == ["/bad", "/bad"])
        }
    }

    @Test func bedrockSignsWithSessionTokens() async throws {
        let bedrock =
            #""bedrock":{"keys":[{"bedrock_key_config":{"access_key":"AKIDEXAMPLE","secret_key":"sk-very-secret","#
            + #""session_token":"session-1","region":"eu-central-1"}}],"network_config":{"base_url":"http://127.0.0.1:PORT"}}"#
        try await withGateway(settings(bedrock, [:])) { gateway async throws in
            _ = try await gateway.post(Self.request.replacing("MODEL", with: "bedrock/amazon.nova-lite-v1:0"))
            let sent = try #require(gateway.recorder.requests.first)
            let authorization = try #require(field("authorization", of: sent))
            #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"))
            #expect(authorization.contains("/eu-central-1/bedrock/aws4_request, "))
            #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "))
            #expect(field("x-amz-security-token", of: sent) == "session-1")
            #expect(field("x-amz-date", of: sent)?.count == 16)
        }
    }

    @Test func countsTokensOfClaudeOnVertex() async throws {
        let key = #"{"value":"k","vertex_key_config":{"project_id":"p","region":"global"}}"#
        let vertex = #""vertex":{"keys":[\#(key)],"network_config":{"base_url":"http://127.0.0.1:PORT"}}"#
        let path = "/v1/projects/p/locations/global/publishers/anthropic/models/count-tokens:rawPredict"
        let reply = MockReply(body: ByteBuffer(string: #"{"input_tokens":7}"#))
        try await withGateway(settings(vertex, [path: reply])) { gateway async throws in
            let body = #"{"model":"vertex/claude-x","messages":[{"role":"user","content":"hi"}]}"#
            let answer = try await gateway.post(body, path: "/anthropic/v1/messages/count_tokens")
            #expect(answer.text == #"{"input_tokens":7}"#)
            let sent = String(buffer: try #require(gateway.recorder.requests.first).body)
            #expect(sent.contains(#""model":"claude-x""#))
            #expect(sent.contains(#""anthropic_version":"vertex-2023-10-16""#))
        }
    }

    @Test func passesClaudeOnVertexAsItCame() async throws {
        let key = #"{"value":"k","vertex_key_config":{"project_id":"p","region":"global"}}"#
        let vertex = #""vertex":{"keys":[\#(key)],"network_config":{"base_url":"http://127.0.0.1:PORT"}}"#
        try await withGateway(settings(vertex, [:])) { gateway async throws in
            let body =
                #"{ "messages":[{"role":"user","content":"hi"}],"model":"vertex/claude-x", "max_tokens":5.0,"stream":true}"#
            _ = try await gateway.post(body, path: "/anthropic/v1/messages")
            let sent = try #require(gateway.recorder.requests.first)
            #expect(
                String(buffer: sent.head.target)
                    == "/v1/projects/p/locations/global/publishers/anthropic/models/claude-x:streamRawPredict"
            )
            #expect(
                String(buffer: sent.body)
                    == #"{ "messages":[{"role":"user","content":"hi"}], "max_tokens":5.0,"stream":true,"anthropic_version":"vertex-2023-10-16"}"#
            )
        }
    }
}
