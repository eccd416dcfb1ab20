import Testing

@testable import Martlet

@Suite("Bifrost's config.json")
struct BifrostConfigurationTests {
    static let july = """
        {
          "client": {"drop_excess_requests": false, "initial_pool_size": 300, "prometheus_labels": ["team"], \
        "enable_logging": true},
          "providers": {
            "openai": {
              "keys": [{"value": "env.OPENAI_API_KEY", "models": ["gpt-4o-mini"], "weight": 1.0}],
              "network_config": {"default_request_timeout_in_seconds": 30, "max_retries": 1,
                "retry_backoff_initial_ms": 100, "retry_backoff_max_ms": 2000},
              "concurrency_and_buffer_size": {"concurrency": 3, "buffer_size": 10}
            }
          },
          "mcp": {"client_configs": [{"name": "fs", "connection_type": "stdio", "stdio_config":
            {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "./data"], "envs": []}}]}
        }
        """

    @Test func readsAFileOfJuly2025() throws {
        let read = ReadConfiguration(Self.july)
        #expect(
            read.problems.map(\.description) == [
                "config.json:2:71: warning: client.prometheus_labels: is not applied by this version of Martlet",
                "config.json:11:3: warning: mcp: is not applied by this version of Martlet",
            ]
        )
        var expected = ProviderConfiguration(name: "openai", baseURL: try #require(BaseURL("https://api.openai.com")))
        var key = ProviderKey(name: "OPENAI_API_KEY", value: "sk-from-environment")
        key.models = ["gpt-4o-mini"]
        expected.keys = [key]
        expected.responsesPath = "/v1/responses"
        expected.timeouts.firstByte = 30
        expected.retries.maximumRetryCount = 1
        expected.retries.initialBackoff = 0.1
        expected.retries.maximumBackoff = 2
        expected.concurrency = ConcurrencyConfiguration(limit: 3, queueLimit: 10)
        #expect(read.configuration == GatewayConfiguration(providers: [expected]))
    }

    @Test func readsEveryAppliedField() throws {
        let pem = #"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"#
        let read = ReadConfiguration(
            """
            {"$schema":"x","version":1,
             "client":{"drop_excess_requests":true,"enable_logging":false,"max_request_body_size_mb":5,
               "default_provider":"mine","strict_translation":true,"fetch_media":false},
             "providers":{"mine":{
               "keys":[{"id":"i","name":"first","value":"k1","models":["a","*"],"blacklisted_models":["b"],
                        "weight":0.25,"enabled":true,"use_for_batch_api":true},
                       {"id":"second","value":{"value":"k2","env_var":"","from_env":false},"weight":null},
                       {"value":{"env_var":"env.K3","from_env":true}},{"value":"k4","enabled":false}],
               "network_config":{"base_url":"env.BASE","extra_headers":{"X-A":"env.HEADER"},
                 "default_request_timeout_in_seconds":12.5,"stream_idle_timeout_in_seconds":7,
                 "connect_timeout_in_seconds":3,"total_timeout_in_seconds":900,"max_retries":2,
                 "retry_backoff_initial":250,"retry_backoff_max":4000,"ca_cert_pem":"\(pem)",
                 "max_conns_per_host":9},
               "proxy_config":{"type":"http","url":"http://p:3128","username":"u","password":"env.PASSWORD"},
               "custom_provider_config":{"base_provider_type":"openai",
                 "allowed_requests":{"chat_completion":true,"chat_completion_stream":true},
                 "request_path_overrides":{"chat_completion":"/chat","list_models":"/list"}}}}}
            """,
            environment: ["BASE": "https://m.example:8443/x", "HEADER": "h", "K3": "k3", "PASSWORD": "pw"]
        )
        #expect(read.lines == [])
        let configuration = try #require(read.configuration)
        #expect(configuration.dropsExcessRequests)
        #expect(!configuration.logsRequests)
        #expect(configuration.maximumRequestByteCount == 5 << 20)
        #expect(configuration.defaultProvider == "mine")
        #expect(configuration.refusesLoss)
        #expect(!configuration.allowsMediaFetching)
        let provider = try #require(read.provider)
        #expect(provider.baseURL.description == "https://m.example:8443/x")
        #expect(provider.keys.map(\.name) == ["first", "second", "K3"])
        #expect(provider.keys.map(\.value) == ["k1", "k2", "k3"])
        #expect(provider.keys.map(\.weight) == [0.25, 0, 1])
        #expect(provider.keys.first?.models == ["a", "*"])
        #expect(provider.keys.first?.excludedModels == ["b"])
        #expect(provider.extraHeaders == [HeaderField(name: "X-A", value: "h")])
        #expect(provider.timeouts.connect == 3)
        #expect(provider.timeouts.firstByte == 12.5)
        #expect(provider.timeouts.idle == 7)
        #expect(provider.timeouts.total == 900)
        #expect(provider.retries.maximumRetryCount == 2)
        #expect(provider.retries.initialBackoff == 0.25)
        #expect(provider.retries.maximumBackoff == 4)
        #expect(provider.tls.certificateAuthorityPEM?.hasSuffix("\nMA==\n-----END CERTIFICATE-----\n") == true)
        #expect(provider.maximumConnectionCount == 9)
        var proxy = ProxyConfiguration(scheme: .http, host: "p", port: 3128)
        (proxy.username, proxy.password) = ("u", "pw")
        #expect(provider.proxy == proxy)
        #expect(provider.chatCompletionsPath == "/chat")
        #expect(provider.modelsPath == "/list")
        #expect(!provider.isKeyless)
    }

    @Test func takesProvidersFromTheEnvironmentWhereTheFileHasNone() {
        let read = ReadConfiguration(#"{"client":{"enable_logging":false}}"#)
        #expect(read.configuration?.providers.map(\.name) == ["openai"])
        #expect(read.configuration?.logsRequests == false)
        #expect(ReadConfiguration(#"{"providers":{}}"#).configuration?.providers == [])
    }

    @Test(arguments: [
        (#""retry_backoff_initial":500000000,"retry_backoff_max":5000000000"#, 0.5, 5.0, 2),
        (#""retry_backoff_initial":999999,"retry_backoff_max":999999"#, 999.999, 999.999, 0),
        (#""retry_backoff_initial":100,"retry_backoff_initial_ms":200"#, 0.1, 5.0, 1),
        (#""retry_backoff_initial_ms":1000000,"retry_backoff_max_ms":1000000"#, 1000.0, 1000.0, 0),
        (#""retry_backoff_initial":0"#, 0.5, 5.0, 1),
        (#""retry_backoff_initial":9000"#, 9.0, 9.0, 0),
        (#""retry_backoff_max":100"#, 0.1, 0.1, 0),
        (#""retry_backoff_initial":300,"retry_backoff_max":100"#, 0.1, 0.1, 1),
    ])
    func readsWaitsInAllTheirUnits(network: String, initial: Double, maximum: Double, warningCount: Int) {
        let read = ReadConfiguration(network: network)
        #expect(read.provider?.retries.initialBackoff == initial)
        #expect(read.provider?.retries.maximumBackoff == maximum)
        #expect(read.problems.count == warningCount)
    }

    @Test(
        arguments: [
            (#"{"minimum_output_characters_per_second":20}"#, 20, 5, 0),
            (#"{"minimum_output_characters_per_second":0.5,"probe_window_in_seconds":2.5}"#, 0.5, 2.5, 0),
            (#"{"minimum_output_characters_per_second":20,"probe_window_in_seconds":0}"#, 20, 5, 1),
            (#"{"minimum_output_characters_per_second":0}"#, nil, 5, 1), ("{}", nil, 5, 0), ("null", nil, 5, 0),
        ] as [(String, Double?, Double, Int)]
    )
    func readsTheLeastPace(text: String, rate: Double?, window: Double, warningCount: Int) {
        let read = ReadConfiguration(network: #""stream_throughput_guard":\#(text)"#)
        #expect(read.provider?.throughput?.minimumCharactersPerSecond == rate)
        #expect(read.provider?.throughput?.window ?? 5 == window)
        #expect(read.problems.count == warningCount)
    }

    @Test(arguments: [
        (#"{"context-1m-":false,"skills-":true,"x":null}"#, ["context-1m-": false, "skills-": true]), ("{}", [:]),
        ("null", [:]),
    ])
    func readsFeaturesInBeta(text: String, features: [String: Bool]) {
        let read = ReadConfiguration(network: #""beta_header_overrides":\#(text)"#)
        #expect(read.lines == [])
        #expect(read.provider?.betaFeatures == features)
    }

    @Test(arguments: [
        ("openai", #""base_url":"https://o.example/v1""#, "https://o.example", 1),
        ("openai", #""base_url":"https://o.example/api""#, "https://o.example/api", 0),
        ("openai", #""base_url":"""#, "https://api.openai.com", 0),
        (
            "gemini", #""base_url":"https://generativelanguage.googleapis.com/v1beta/openai""#,
            "https://generativelanguage.googleapis.com/v1beta", 1
        ),
        ("gemini", #""base_url":"http://h:1""#, "http://h:1/v1beta", 1),
        ("gemini", #""base_url":"http://h:1/v1beta""#, "http://h:1/v1beta", 0),
        ("gemini", "", "https://generativelanguage.googleapis.com/v1beta", 0),
        ("anthropic", "", "https://api.anthropic.com", 0),
        ("groq", "", "https://api.groq.com/openai", 0),
    ])
    func findsAddresses(name: String, network: String, address: String, warningCount: Int) {
        let read = ReadConfiguration(provider: name, #"{"keys":[{"value":"k"}],"network_config":{\#(network)}}"#)
        #expect(read.provider?.baseURL.description == address)
        #expect(read.problems.count == warningCount)
    }

    @Test(arguments: [
        (
            #"{"keys":[{"value":"a","weight":0},{"value":"b","weight":0}]}"#, ["openai-key-1", "openai-key-2"],
            [1.0, 1.0]
        ),
        (
            #"{"keys":[{"value":"a","weight":0},{"value":"b","weight":2}]}"#, ["openai-key-1", "openai-key-2"],
            [0.0, 2.0]
        ),
        (#"{"keys":[{"value":"env.A"},{"value":"env.A"}]}"#, ["A", "openai-key-2"], [1.0, 1.0]),
        (#"{"keys":[{"value":"a"},{"value":"b","name":"openai-key-1"}]}"#, ["openai-key-2", "openai-key-1"], [1, 1]),
    ])
    func namesAndWeighsKeys(provider: String, names: [String], weights: [Double]) {
        let read = ReadConfiguration(provider: "openai", provider, environment: ["A": "a"])
        #expect(read.lines == [])
        #expect(read.provider?.keys.map(\.name) == names)
        #expect(read.provider?.keys.map(\.weight) == weights)
    }

    @Test(arguments: ["ollama", "sgl", "vllm"])
    func acceptsServersWithoutKeys(name: String) {
        for keys in ["", #""keys":[],"#, #""keys":[{"value":"","models":["m"]}],"#] {
            let read = ReadConfiguration(provider: name, "{\(keys)\"network_config\":{\"base_url\":\"http://h:1\"}}")
            #expect(read.lines == [])
            #expect(read.provider?.isKeyless == true)
        }
        let network = #""network_config":{"base_url":"http://h:1"}"#
        let read = ReadConfiguration(provider: name, #"{"keys":[{"value":"k"}],\#(network)}"#)
        #expect(read.provider?.isKeyless == false)
    }

    @Test(arguments: ["{}", #"{"keys":[]}"#])
    func needsNoKeysWhereCallersBringThem(_ provider: String) throws {
        let file = #"{"client":{"allow_direct_keys":true},"providers":{"openai":\#(provider)}}"#
        let (configuration, problems) = BifrostConfiguration.read(Array(file.utf8), fileName: "f", environment: [:])
        #expect(problems.isEmpty)
        let openAI = try #require(configuration?.providers.first)
        #expect(configuration?.allowsDirectKeys == true)
        #expect(openAI.keys.isEmpty)
        #expect(!openAI.isKeyless)
    }

    @Test func resolvesTheProxyOfTheEnvironment() {
        let text = #"{"keys":[{"value":"k"}],"proxy_config":{"type":"environment"}}"#
        let environment = ["HTTPS_PROXY": "http://p:8080"]
        let expected = ProxyConfiguration(scheme: .http, host: "p", port: 8080)
        #expect(ReadConfiguration(provider: "openai", text, environment: environment).provider?.proxy == expected)
        let plain = ReadConfiguration(provider: "openai", #"{"keys":[{"value":"k"}]}"#, environment: environment)
        #expect(plain.provider?.proxy == nil)
        let none = ReadConfiguration(members: #""proxy_config":{"type":"none","url":"","username":""}"#)
        #expect(none.lines == [] && none.provider?.proxy == nil)
    }

    @Test(arguments: [
        (#"{"concurrency":5}"#, 5, 5000), (#"{"buffer_size":10}"#, 10, 10), (#"{"concurrency":9000}"#, 9000, 9000),
        (#"{"concurrency":10,"buffer_size":10}"#, 10, 10),
    ])
    func fillsInConcurrency(text: String, limit: Int, queueLimit: Int) {
        let read = ReadConfiguration(members: #""concurrency_and_buffer_size":\#(text)"#)
        #expect(read.provider?.concurrency == ConcurrencyConfiguration(limit: limit, queueLimit: queueLimit))
    }
}
