import Testing

@testable import Martlet

@Suite("Problems of a config.json")
struct BifrostProblemTests {
    @Test func hasTheirPlaces() {
        let read = ReadConfiguration(
            """
            {
              "providers": {
                "openai": {
                  "keys": [{"value": "sk-1"}],
                  "network_config": {
                    "base_url": "htp://x",
                    "ünknown": 1, "max_retries": -1
                  }
                }
              },
              "client": {"enable_logging": true, "enable_logging": false}
            }
            """
        )
        #expect(read.configuration == nil)
        #expect(
            read.problems.map(\.description) == [
                "config.json:6:21: providers.openai.network_config.base_url: \"htp://x\" is not an http or https "
                    + "address; write it like \"https://api.example.com\"",
                "config.json:7:9: providers.openai.network_config[\"ünknown\"]: is not known here; "
                    + "remove it, or see docs/configuration.md for the names",
                "config.json:7:38: providers.openai.network_config.max_retries: must be a number of retries, not -1; "
                    + "use a whole number from 0 to 100",
                "config.json:11:38: client.enable_logging: is given more than once; keep one of them",
            ]
        )
    }

    @Test(arguments: [
        (#"{"provider":{}}"#, "provider: is not known here; did you mean providers?"),
        (#"{"providers":[]}"#, "providers: must be an object, not a list; write it in braces"),
        (
            #"{"client":{"default_provider":"opena"},"providers":{"openai":{"keys":[{"value":"k"}]}}}"#,
            #"client.default_provider: "opena" is not a provider in this file; did you mean "openai"?"#
        ),
        (
            #"{"client":{"enable_logging":"yes"}}"#,
            #"client.enable_logging: must be true or false, not "yes"; "#
                + "write it without quotation marks"
        ),
    ])
    func areFoundAtTheTop(text: String, line: String) {
        let read = ReadConfiguration(text)
        #expect(read.configuration == nil)
        #expect(read.lines == [line])
    }

    @Test(arguments: [
        (
            "opnai", #"{"keys":[{"value":"k"}]}"#,
            "providers.opnai: is not a provider that Martlet knows; did you mean openai?"
        ),
        (
            "mine", #"{"keys":[{"value":"k"}]}"#,
            "providers.mine: is not a provider that Martlet knows; "
                + "add custom_provider_config and base_url for a provider of your own"
        ),
        (
            "OpenAI", #"{"keys":[{"value":"k"}]}"#,
            "providers.OpenAI: is not usable in front of the slash of a model's name; did you mean openai?"
        ),
        (
            "a/b", #"{"keys":[{"value":"k"}]}"#,
            #"providers["a/b"]: is not usable in front of the slash of a model's name; "#
                + "use lower case letters, digits, hyphens, underscores and dots"
        ),
        (
            "ollama", "{}",
            "providers.ollama: has no base_url, and ollama has none of its own; "
                + #"add "network_config": {"base_url": "http://localhost:8000"} with the server's address"#
        ),
        (
            "mine",
            #"{"keys":[{"value":"k"}],"network_config":{"base_url":"http://h"},"#
                + #""custom_provider_config":{"base_provider_type":"replicate"}}"#,
            "providers.mine.custom_provider_config.base_provider_type: \"replicate\" is not supported; "
                + "use one of \"openai\", \"anthropic\", \"gemini\", \"bedrock\", \"azure\", \"vertex\", "
                + "\"cohere\", or the name of another known provider"
        ),
        (
            "openai", #"{"keys":[]}"#,
            #"providers.openai.keys: there are no keys; add {"value": "env.OPENAI_API_KEY"} "#
                + "to keys"
        ),
        ("openai", "{}", #"providers.openai: there are no keys; add {"value": "env.OPENAI_API_KEY"} to keys"#),
        (
            "openai", #"{"keys":["sk-1"]}"#,
            "providers.openai.keys[0]: must be an object, not a string; "
                + "write it in braces"
        ),
        (
            "openai", #"{"keys":[{"name":"a","value":"k"},{"name":"a","value":"l"}]}"#,
            #"providers.openai.keys[1].name: "a" is the name of another key too; give each its own name"#
        ),
        (
            "openai", #"{"keys":[{"value":""}]}"#,
            "providers.openai.keys[0].value: is empty; "
                + #"write the key, or "env.NAME" with its variable"#
        ),
        (
            "openai", #"{"keys":[{"value":7}]}"#,
            "providers.openai.keys[0].value: must be a string, not a number; "
                + "write it in quotation marks"
        ),
        (
            "openai", #"{"keys":[{"value":"a b"}]}"#,
            "providers.openai.keys[0].value: holds white space or characters "
                + "that a header field cannot carry; copy it again"
        ),
        (
            "openai", #"{"keys":[{"value":"k","weight":-1}]}"#,
            "providers.openai.keys[0].weight: -1 is out of range; "
                + "use a number of shares from 0 to 1000000, for example 1"
        ),
        (
            "openai", #"{"keys":[{"key":"k","value":"k"}]}"#,
            "providers.openai.keys[0].key: is not known here; "
                + "did you mean value?"
        ),
        (
            "openai", #"{"keys":[{"value":"k","models":"m"}]}"#,
            "providers.openai.keys[0].models: must be a list, "
                + "not a string; write it in brackets"
        ),
        (
            "openai", #"{"keys":[{"value":"k","models":[""]}]}"#,
            "providers.openai.keys[0].models[0]: is empty; "
                + "remove it"
        ),
        (
            "openai", #"{"keys":[{"value":"k"}],"base_url":"http://h"}"#,
            "providers.openai.base_url: is not known here; "
                + "did you mean network_config.base_url?"
        ),
        (
            "openai", #"{"keys":[{"value":"k"}],"concurrency":5}"#,
            "providers.openai.concurrency: is not known here; "
                + "did you mean concurrency_and_buffer_size.concurrency?"
        ),
        (
            "openai", #"{"keys":[{"value":"k"}],"concurrency_and_buffer_size":{"concurrency":9,"buffer_size":8}}"#,
            "providers.openai.concurrency_and_buffer_size.concurrency: 9 is more than the buffer_size of 8; "
                + "use a buffer_size of 9 or more"
        ),
    ])
    func areFoundInProviders(name: String, text: String, line: String) {
        let read = ReadConfiguration(provider: name, text)
        #expect(read.configuration == nil)
        #expect(read.lines == [line])
    }

    @Test(arguments: [
        (
            #""default_request_timeout_in_seconds":"30s""#,
            "default_request_timeout_in_seconds: must be a number of "
                + #"seconds, not "30s"; use a number of seconds, for example 30"#
        ),
        (
            #""total_timeout_in_seconds":1e300"#,
            "total_timeout_in_seconds: 1e300 is out of range; "
                + "use a number of seconds from 0 to 86400, for example 600"
        ),
        (#""max_retries":1.5"#, "max_retries: must be a number of retries, not 1.5; use a whole number from 0 to 100"),
        (
            #""base_url":"http://u:sk-1@h""#,
            #"base_url: "http://***@h" is not an http or https address; "#
                + #"write it like "https://api.example.com""#
        ),
        (
            #""base_url":"https://h/?key=sk-1""#,
            #"base_url: "https://h/?***" is not an http or https address; "#
                + #"write it like "https://api.example.com""#
        ),
        (
            #""base_url":"env.SECRET""#,
            "base_url: the value of SECRET is not an http or https address; "
                + #"write it like "https://api.example.com""#
        ),
        (
            #""base_url":"env.MISSING""#,
            "base_url: the environment variable MISSING is not set; "
                + "set it, or write the value here"
        ),
        (#""base_url":"env.""#, "base_url: names no environment variable; write it like \"env.OPENAI_API_KEY\""),
        (
            #""extra_headers":{"a b":"x"}"#,
            #"extra_headers["a b"]: is not the name of a header field; "#
                + "use letters, digits and hyphens"
        ),
        (#""extra_headers":{"A":"1","a":"2"}"#, "extra_headers.a: is given more than once; keep one of them"),
        (#""extra_headers":{"A":"sk-1\r\n"}"#, "extra_headers.A: holds control characters; remove them"),
        (
            #""ca_cert_pem":"sk-1""#,
            "ca_cert_pem: holds no certificate in PEM format; paste the text of the file, "
                + #"from -----BEGIN CERTIFICATE----- on, with \n for line ends"#
        ),
        (
            #""stream_throughput_guard":{"probe_window_in_seconds":5}"#,
            "stream_throughput_guard: has no minimum_output_characters_per_second; "
                + #"add "minimum_output_characters_per_second": 20, or remove it"#
        ),
        (
            #""stream_throughput_guard":{"minimum_output_characters_per_second":"20"}"#,
            "stream_throughput_guard.minimum_output_characters_per_second: must be a number of characters per second, "
                + #"not "20"; use a number of characters per second, for example 20"#
        ),
        (
            #""stream_throughput_guard":{"minimum_output_characters_per_second":20,"window":5}"#,
            "stream_throughput_guard.window: is not known here; did you mean probe_window_in_seconds?"
        ),
        (
            #""beta_header_overrides":{"context-1m-":"no"}"#,
            #"beta_header_overrides.context-1m-: must be true or false, not "no"; write it without quotation marks"#
        ),
        (
            #""beta_header_overrides":{"a,b":false}"#,
            #"beta_header_overrides["a,b"]: is not how the name of a feature in beta begins; "#
                + #"write it like "context-1m-""#
        ),
        (
            #""max_conns_per_host":10001"#,
            "max_conns_per_host: must be a number of connections, not 10001; "
                + "use a whole number from 0 to 10000"
        ),
    ])
    func areFoundInNetworkSettings(text: String, line: String) {
        let read = ReadConfiguration(network: text, environment: ["SECRET": "sk-1"])
        #expect(read.configuration == nil)
        #expect(read.lines.contains("providers.openai.network_config.\(line)"), "\(read.lines)")
        #expect(read.problems.count { $0.severity == .error } == 1)
    }

    @Test(arguments: [
        (#"{"url":"http://p"}"#, ": has no type; use one of none, http, https, socks5, environment"),
        (#"{"type":"sock5","url":"p"}"#, #".type: "sock5" is no type of proxy; did you mean "socks5"?"#),
        (#"{"type":"http"}"#, #": has no url; add one like "http://proxy.example.com:3128""#),
        (
            #"{"type":"http","url":"ftp://u:sk-1@p"}"#,
            #".url: "ftp://***@p" is not the address of a proxy; "#
                + #"write it like "http://proxy.example.com:3128""#
        ),
        (
            #"{"type":"http","url":"socks5://p"}"#,
            #".url: "socks5://p" does not fit the type "http"; "#
                + #"use the type "socks5""#
        ),
        (#"{"type":"http","url":"p","password":"sk-1"}"#, ": has a password without a username; add the username"),
        (
            #"{"type":"environment"}"#,
            ".type: the environment variable HTTPS_PROXY holds no address of a proxy; "
                + "write it like http://proxy.example.com:3128"
        ),
    ])
    func areFoundInProxies(text: String, line: String) {
        let read = ReadConfiguration(
            members: #""proxy_config":\#(text)"#,
            environment: ["HTTPS_PROXY": "sk-1 sk-1"]
        )
        #expect(read.configuration == nil)
        #expect(read.lines == ["providers.openai.proxy_config\(line)"])
    }
}
