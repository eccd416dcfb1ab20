import Dialects
import Testing

@testable import Martlet

@Suite("Keys of clouds and servers in Bifrost's file")
struct CloudKeyTests {
    private static let user =
        #"{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s\",\"refresh_token\":\"r\"}"#

    private func key(_ provider: String, _ key: String, environment: [String: String] = [:]) throws -> ProviderKey {
        let read = ReadConfiguration(provider: provider, #"{"keys":[\#(key)]}"#, environment: environment)
        #expect(read.lines == [])
        return try #require(read.provider?.keys.first)
    }

    @Test func azureTakesKeysApplicationsAndTheMachine() throws {
        let plain = try key(
            "azure",
            #"{"value":"k","aliases":{"b":"y"},"azure_key_config":{"endpoint":"https://r.openai.azure.com/","#
                + #""api_version":"2024-10-21","deployments":{"a":"x"}}}"#
        )
        #expect(plain.baseURL?.description == "https://r.openai.azure.com")
        #expect(plain.aliases == ["a": "x", "b": "y"])
        #expect(plain.azureVersion == "2024-10-21")
        #expect(plain.credentials == .secret)
        #expect(plain.serves("a") && !plain.serves("c"))
        let application = try key(
            "azure",
            #"{"azure_key_config":{"endpoint":"https://r","tenant_id":"t","client_id":"c","client_secret":"s","#
                + #""scopes":["x"]}}"#
        )
        var identity = AzureKeyCredentials()
        (identity.tenantID, identity.clientID, identity.clientSecret, identity.scopes) = ("t", "c", "s", ["x"])
        #expect(application.credentials == .azure(identity))
        #expect(application.serves("anything"))
        let machine = try key("azure", #"{"azure_key_config":{"endpoint":"https://r"}}"#)
        #expect(machine.credentials == .azure(AzureKeyCredentials()))
    }

    @Test func azureHasResponsesSinceOneVersion() throws {
        for (version, path) in [
            ("2024-10-21", nil), ("2025-04-01-preview", "/openai/v1/responses"), ("preview", "/openai/v1/responses"),
            ("v1", "/openai/v1/responses"),
        ] {
            let read = ReadConfiguration(
                provider: "azure",
                #"{"keys":[{"value":"k","azure_key_config":{"endpoint":"https://r","api_version":"\#(version)"}}]}"#
            )
            #expect(read.provider?.responsesPath == path)
        }
    }

    @Test func vertexFindsProjectAndRegion() throws {
        let machine = try key("vertex", #"{"vertex_key_config":{"project_id":"p","region":"europe-west4"}}"#)
        #expect(machine.credentials == .google(GoogleKeyCredentials()))
        #expect(machine.pathValues == ["project": "p", "region": "europe-west4"])
        #expect(machine.baseURL?.description == "https://europe-west4-aiplatform.googleapis.com")
        let person = try key(
            "vertex",
            #"{"vertex_key_config":{"project_id":"p","region":"env.R","auth_credentials":"env.J"}}"#,
            environment: ["R": "global", "J": Self.user.replacing("\\", with: "")]
        )
        #expect(person.baseURL?.description == "https://aiplatform.googleapis.com")
        #expect(person.credentials == .google(GoogleKeyCredentials(json: Self.user.replacing("\\", with: ""))))
        let object = try key(
            "vertex",
            #"{"vertex_key_config":{"project_id":"p","region":"us","auth_credentials":\#(Self.user.replacing("\\", with: ""))}}"#
        )
        #expect(object.credentials == person.credentials)
        #expect(object.baseURL?.description == "https://aiplatform.us.rep.googleapis.com")
        let bare = try key("vertex", "{}", environment: ["GOOGLE_CLOUD_PROJECT": "q", "GOOGLE_CLOUD_LOCATION": "eu"])
        #expect(bare.pathValues == ["project": "q", "region": "eu"])
    }

    @Test func bedrockTakesEveryWayOfSigning() throws {
        let signing = try key(
            "bedrock",
            #"{"bedrock_key_config":{"access_key":"A","secret_key":"s","session_token":"t","region":"eu-west-1","#
                + #""role_arn":"arn:r","external_id":"e","session_name":"n"}}"#
        )
        var credentials = AWSKeyCredentials()
        (credentials.accessKeyID, credentials.secretAccessKey, credentials.sessionToken) = ("A", "s", "t")
        (credentials.roleARN, credentials.externalID, credentials.sessionName) = ("arn:r", "e", "n")
        #expect(signing.credentials == .aws(credentials))
        #expect(signing.baseURL?.description == "https://bedrock-runtime.eu-west-1.amazonaws.com")
        let bearer = try key("bedrock", #"{"value":"k","bedrock_key_config":{"region":"eu-west-1"}}"#)
        #expect(bearer.credentials == .secret)
        let ambient = try key("bedrock", "{}", environment: ["AWS_DEFAULT_REGION": "us-west-2"])
        #expect(ambient.credentials == .aws(AWSKeyCredentials()))
        #expect(ambient.pathValues == ["region": "us-west-2"])
        let china = try key("bedrock", #"{"value":"k","bedrock_key_config":{"region":"cn-north-1"}}"#)
        #expect(china.baseURL?.description == "https://bedrock-runtime.cn-north-1.amazonaws.com.cn")
    }

    @Test func bedrockReadsTheFormOfOldFiles() throws {
        let read = ReadConfiguration(
            provider: "bedrock",
            #"{"keys":[{"value":"A"}],"meta_config":{"secret_access_key":"s","session_token":"t","#
                + #""arn":"arn:aws:bedrock:eu-west-3:1:inference-profile/","#
                + #""inference_profiles":{"m":"eu.m","n":"arn:n"}}}"#
        )
        #expect(read.lines == [])
        let key = try #require(read.provider?.keys.first)
        var credentials = AWSKeyCredentials()
        (credentials.accessKeyID, credentials.secretAccessKey, credentials.sessionToken) = ("A", "s", "t")
        #expect(key.credentials == .aws(credentials))
        #expect(key.aliases == ["m": "arn:aws:bedrock:eu-west-3:1:inference-profile/eu.m", "n": "arn:n"])
        #expect(key.pathValues == ["region": "eu-west-3"])
    }

    @Test func serversHaveAddressAndModelByTheirKeys() throws {
        let read = ReadConfiguration(
            provider: "vllm",
            #"{"keys":[{"models":["fast"],"vllm_key_config":{"url":"http://a:8000/v1","model_name":"Q/1"}},"#
                + #"{"vllm_key_config":{"url":"http://b:8000","model_name":"Q/2"}}]}"#
        )
        #expect(read.lines == [])
        let keys = try #require(read.provider?.keys)
        #expect(keys.map { $0.baseURL?.description } == ["http://a:8000", "http://b:8000"])
        #expect(keys.map(\.aliases) == [["fast": "Q/1"], [:]])
        #expect(keys.map(\.models) == [["fast"], ["Q/2"]])
        #expect(read.provider?.baseURL.description == "http://a:8000")
    }

    @Test(arguments: [
        (
            "azure", #"{"value":"k"}"#,
            "azure.keys[0]: has no endpoint; "
                + #"add "azure_key_config": {"endpoint": "https://NAME.openai.azure.com"}"#
        ),
        (
            "azure", #"{"azure_key_config":{"endpoint":"r"},"value":"k"}"#,
            "azure.keys[0].azure_key_config.endpoint: \"r\" is not an http or https address; "
                + #"write it like "https://api.example.com""#
        ),
        (
            "azure", #"{"azure_key_config":{"endpoint":"https://r","client_id":"c","client_secret":"top"}}"#,
            "azure.keys[0].azure_key_config: has a client_secret and no tenant_id; add tenant_id"
        ),
        (
            "azure", #"{"value":"k","azure_key_config":{"endpoint":"https://r","api_version":"2024/1"}}"#,
            "azure.keys[0].azure_key_config.api_version: \"2024/1\" is no version; "
                + "write it like \"2024-10-21\", or leave it out for the newest interface"
        ),
        (
            "vertex", #"{"vertex_key_config":{"region":"us-central1"}}"#,
            "vertex.keys[0].vertex_key_config: has no project; "
                + #"add "vertex_key_config": {"project_id": "my-project"}"#
        ),
        (
            "vertex", #"{"vertex_key_config":{"project_id":"p"}}"#,
            "vertex.keys[0].vertex_key_config: has no region; "
                + "add \"region\" to vertex_key_config, such as \"us-central1\" or \"global\""
        ),
        (
            "vertex", #"{"vertex_key_config":{"project_id":"p","region":"a.evil/"}}"#,
            "vertex.keys[0].vertex_key_config.region: \"a.evil/\" is not the name of a region; "
                + "write it like \"us-east-1\""
        ),
        (
            "vertex", #"{"vertex_key_config":{"project_id":"p","region":"us","auth_credentials":"top secret"}}"#,
            "vertex.keys[0].vertex_key_config.auth_credentials: cannot be used: "
        ),
        (
            "bedrock", #"{"bedrock_key_config":{"region":"us-east-1","access_key":"A"}}"#,
            "bedrock.keys[0].bedrock_key_config: has an access_key and no secret_key; add secret_key"
        ),
        (
            "bedrock", #"{"bedrock_key_config":{"region":"us-east-1","secret_key":"top"}}"#,
            "bedrock.keys[0].bedrock_key_config: has a secret_key and no access_key; add access_key"
        ),
        (
            "vllm", #"{"vllm_key_config":{"url":"top"}}"#,
            "vllm.keys[0].vllm_key_config.url: \"top\" is not an http or https address; "
                + #"write it like "https://api.example.com""#
        ),
    ])
    func saysWhatIsWrong(provider: String, key: String, line: String) {
        let read = ReadConfiguration(provider: provider, #"{"keys":[\#(key)]}"#)
        #expect(read.configuration == nil)
        #expect(read.lines.contains { $0.hasPrefix("providers.\(line)") })
        #expect(!read.lines.contains { $0.contains("top secret") })
    }

    @Test func warnsOfWhatHasNoEffect() {
        let region = ReadConfiguration(provider: "bedrock", #"{"keys":[{"value":"k"}]}"#)
        #expect(
            region.lines == [
                "warning: providers.bedrock.keys[0]: has no region, so us-east-1 is used; "
                    + "add \"region\" to bedrock_key_config"
            ]
        )
        let other = ReadConfiguration(provider: "openai", #"{"keys":[{"value":"k","azure_key_config":{"a":1}}]}"#)
        #expect(
            other.lines == [
                "warning: providers.openai.keys[0].azure_key_config: has no effect, since openai is another provider"
            ]
        )
    }

    @Test func customProvidersMayBeLikeAnyKnownOne() {
        let read = ReadConfiguration(
            provider: "mine",
            #"{"keys":[{"value":"k"}],"network_config":{"base_url":"http://h"},"#
                + #""custom_provider_config":{"base_provider_type":"perplexity"}}"#
        )
        #expect(read.lines == [])
        #expect(read.provider?.chatCompletionsPath == "/chat/completions")
        #expect(read.provider?.chatAbilities == .perplexity)
        #expect(read.provider?.kind == .openAI)
    }
}
