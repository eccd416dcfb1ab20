import Testing

@testable import Martlet

@Suite("Configurations of any bytes")
struct ConfigurationRobustnessTests {
    @Test(arguments: [
        ("", "config.json:1:1: $: is not valid JSON: the text ends too early"),
        ("providers: {}", "config.json:1:1: $: is not valid JSON: a value is expected here"),
        ("[]", "config.json:1:1: $: must be an object, not a list; write it in braces"),
        (
            "\u{FEFF}{}",
            "config.json:1:1: $: is not valid JSON: the text begins with a byte order mark; "
                + "save it as UTF-8 without a byte order mark"
        ),
        (
            "{\n  \"client\": {},\n}",
            "config.json:3:1: $: is not valid JSON: a member name in quotation marks is "
                + "expected here"
        ),
    ])
    func areRefused(text: String, line: String) {
        let read = ReadConfiguration(text)
        #expect(read.configuration == nil)
        #expect(read.problems.map(\.description) == [line])
    }

    @Test func areRefusedWhereverTheyAreCut() {
        let bytes = Array(BifrostConfigurationTests.july.utf8)
        for count in bytes.indices {
            let read = BifrostConfiguration.read(Array(bytes[..<count]), fileName: "f", environment: [:])
            #expect(read.configuration == nil)
            #expect(read.problems.map(\.severity) == [.error])
        }
    }

    @Test func giveProblemsWhateverValueIsReplaced() {
        let fields = [
            "keys", "network_config", "proxy_config", "custom_provider_config", "concurrency_and_buffer_size",
        ]
        let values = [
            "null", "7", "-1e999", "\"\\ud800\"", "\"env.\"", "[[]]", "[null]", "{\"\\udc00\":1}", "{\"\":{}}",
        ]
        for field in fields {
            for value in values {
                let read = ReadConfiguration(provider: "openai", #"{"\#(field)":\#(value)}"#)
                #expect((read.configuration == nil) == read.problems.contains { $0.severity == .error })
            }
        }
    }

    @Test func keepSecretsOutOfProblems() {
        let secret = "sk-secret"
        let read = ReadConfiguration(
            """
            {"encryption_key":"\(secret)","providers":{"openai":{
              "keys":["\(secret)",{"value":"\(secret) "},{"value":["\(secret)"]},{"value":{"value":{"a":"\(secret)"}}}],
              "network_config":{"base_url":"ftp://\(secret)@h/?\(secret)","ca_cert_pem":"\(secret)",
                "extra_headers":{"A":"\(secret)\\n","B":["\(secret)"],"Host":"\(secret)"}},
              "proxy_config":{"type":"socks5","url":"x://\(secret):\(secret)@h?\(secret)","password":"\(secret)"}},
             "groq":{"keys":[{"value":"env.BROKEN"}],"network_config":{"base_url":"env.BROKEN"},
              "proxy_config":{"type":"env.BROKEN"}},
             "mistral":{"keys":"\(secret)","proxy_config":{"type":"environment"}}}}
            """,
            environment: ["BROKEN": "\(secret) ", "HTTPS_PROXY": "x://\(secret)"]
        )
        #expect(read.configuration == nil)
        #expect(read.problems.count > 12)
        #expect(!read.problems.contains { $0.description.contains(secret) }, "\(read.lines)")
    }

    @Test func keepToOneLine() {
        let read = ReadConfiguration(#"{"a\n\u001b[31m":1,"\#(String(repeating: "x", count: 5000))":1}"#)
        #expect(
            read.lines.first
                == #"$["a\u000A\u001B[31m"]: is not known here; remove it, or see docs/configuration.md for the names"#
        )
        #expect(read.lines.allSatisfy { $0.utf8.count < 300 && !$0.contains("\n") })
    }
}
