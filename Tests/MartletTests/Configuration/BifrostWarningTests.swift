import Testing

@testable import Martlet

@Suite("Warnings about a config.json")
struct BifrostWarningTests {
    static let notApplied = "is not applied by this version of Martlet"

    @Test(arguments: [
        "encryption_key", "auth_config", "framework", "governance", "mcp", "vector_store", "config_store", "logs_store",
        "plugins", "websocket", "large_payload_optimization", "cluster_config", "audit_logs",
    ])
    func nameWhatHasNoEffectAtTheTop(name: String) {
        let read = ReadConfiguration(#"{"\#(name)":{"a":{"b":1}}}"#)
        #expect(read.lines == ["warning: \(name): \(Self.notApplied)"])
        #expect(read.configuration != nil)
        #expect(ReadConfiguration(#"{"\#(name)":null}"#).lines == [])
    }

    @Test(arguments: ["send_back_raw_response", "meta_config", "openai_config", "pricing_overrides"])
    func nameWhatHasNoEffectInProviders(name: String) {
        let read = ReadConfiguration(members: #""\#(name)":true"#)
        #expect(read.lines == ["warning: providers.openai.\(name): \(Self.notApplied)"])
        #expect(read.provider != nil)
        #expect(ReadConfiguration(members: #""\#(name)":false"#).lines == [])
    }

    @Test(arguments: ["replicate", "elevenlabs", "bedrock_mantle", "databricks"])
    func nameProvidersThatAreLeftOut(name: String) {
        let read = ReadConfiguration(
            #"{"providers":{"\#(name)":{"keys":[{"what":1}]},"openai":{"keys":[{"value":"k"}]}}}"#
        )
        #expect(read.problems.map(\.path) == ["providers.\(name)"])
        #expect(read.configuration?.providers.map(\.name) == ["openai"])
        let custom = ReadConfiguration(
            provider: name,
            #"{"keys":[{"value":"k"}],"network_config":{"base_url":"http://h"},"#
                + #""custom_provider_config":{"base_provider_type":"openai"}}"#
        )
        #expect(custom.lines == [] && custom.provider?.name == name)
    }

    @Test func nameKeysWithoutTheirVariable() {
        let read = ReadConfiguration(provider: "openai", #"{"keys":[{"value":"env.MISSING"},{"value":"k"}]}"#)
        #expect(
            read.lines == [
                "warning: providers.openai.keys[0].value: the key is left out, since the environment variable MISSING "
                    + "is not set"
            ]
        )
        #expect(read.provider?.keys.map(\.value) == ["k"])
        let empty = ReadConfiguration(provider: "openai", #"{"keys":[{"value":"env.MISSING"}]}"#)
        #expect(empty.configuration?.providers == [])
        #expect(
            empty.lines.contains(
                "warning: providers.openai: the provider is left out: none of its keys can be used"
            )
        )
    }

    @Test(arguments: [
        (#"{"chat_completion":true}"#, true, 1), (#"{"chat_completion_stream":true}"#, true, 1),
        (#"{"chat_completion":false,"chat_completion_stream":true}"#, true, 1), ("{}", false, 2),
        (#"{"embedding":true}"#, false, 2), (#"{"chat_completion":true,"chat_completion_stream":true}"#, true, 0),
    ])
    func respectAllowedRequests(allowed: String, isKept: Bool, count: Int) {
        let read = ReadConfiguration(
            provider: "mine",
            #"{"network_config":{"base_url":"http://h"},"custom_provider_config":"#
                + #"{"base_provider_type":"openai","is_key_less":true,"allowed_requests":\#(allowed)}}"#
        )
        #expect((read.provider != nil) == isKept)
        #expect(read.problems.count == count)
        #expect(read.problems.allSatisfy { $0.severity == .warning })
    }

    @Test func sayThatProvidersAreSpokenToByHTTP1() {
        let read = ReadConfiguration(network: #""enforce_http2":true"#)
        #expect(
            read.lines == [
                "warning: providers.openai.network_config.enforce_http2: has no effect: this version of Martlet speaks "
                    + "HTTP/1.1 to every provider; remove it"
            ]
        )
        #expect(ReadConfiguration(network: #""enforce_http2":false"#).lines == [])
    }

    @Test(arguments: [
        #""insecure_skip_verify":true"#, #""enforce_http2":true"#, #""extra_headers":{"Authorization":"Bearer sk-1"}"#,
        #""default_request_timeout_in_seconds":0"#, #""max_conns_per_host":0"#,
    ])
    func leaveTheProviderUsable(network: String) {
        let read = ReadConfiguration(network: network)
        #expect(read.problems.map(\.severity) == [.warning])
        #expect(read.provider?.tls.skipsVerification == network.contains("insecure"))
        #expect(read.provider?.extraHeaders == [])
        #expect(read.provider?.timeouts == TimeoutConfiguration())
    }
}
