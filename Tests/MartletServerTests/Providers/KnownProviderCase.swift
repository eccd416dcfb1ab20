import Martlet
import Testing

/// What one of the known providers must be sent for the same small chat.
struct KnownProviderCase: CustomTestStringConvertible {
    let name: String
    /// The model that is asked for.
    var model = "m"
    /// The provider's one key, as the configuration has it; `PORT` stands for that of the stand-in.
    var key = #"{"value":"sk-1"}"#
    /// The target of the request line.
    var target = "/v1/chat/completions"
    /// The field that carries the key, and what it holds; nil for none.
    var field: (name: StaticString, value: String)? = ("authorization", "Bearer sk-1")
    /// What the body holds.
    var body = [#""model":"m""#, #""max_tokens":5"#, #""seed":1"#]
    /// What it must not hold.
    var absent = ["max_completion_tokens"]

    var testDescription: String { "\(name) with \(model)" }

    private static let newer = [#""model":"m""#, #""max_completion_tokens":5"#, #""seed":1"#]
    private static let azure = #""azure_key_config":{"endpoint":"http://127.0.0.1:PORT/openai/v1""#
    private static let vertex = "/v1/projects/p-1/locations/us-central1"
    private static let vertexKey =
        #"{"value":"sk-1","vertex_key_config":{"project_id":"p-1","region":"us-central1"}}"#

    static let all: [KnownProviderCase] = formats + azures + vertexes + bedrocks + compatible + selfHosted

    private static let formats = [
        KnownProviderCase(name: "openai", body: newer, absent: []),
        KnownProviderCase(
            name: "anthropic",
            target: "/v1/messages",
            field: ("x-api-key", "sk-1"),
            body: [#""model":"m""#, #""max_tokens":5"#]
        ),
        KnownProviderCase(
            name: "gemini",
            target: "/v1beta/models/m:generateContent",
            field: ("x-goog-api-key", "sk-1"),
            body: [#""maxOutputTokens":5"#],
            absent: ["model\":\"m"]
        ),
        KnownProviderCase(name: "cohere", target: "/v2/chat"),
    ]

    private static let azures = [
        KnownProviderCase(
            name: "azure",
            key: #"{"value":"sk-1",\#(azure)}}"#,
            target: "/openai/v1/chat/completions",
            field: ("api-key", "sk-1"),
            body: newer,
            absent: []
        ),
        KnownProviderCase(
            name: "azure",
            key: #"{"value":"sk-1",\#(azure),"api_version":"2024-10-21","deployments":{"m":"my dep"}}}"#,
            target: "/openai/deployments/my%20dep/chat/completions?api-version=2024-10-21",
            field: ("api-key", "sk-1"),
            body: [#""model":"my dep""#, #""max_completion_tokens":5"#],
            absent: []
        ),
        KnownProviderCase(
            name: "azure",
            model: "claude-x",
            key: #"{"value":"sk-1",\#(azure)}}"#,
            target: "/anthropic/v1/messages",
            field: ("x-api-key", "sk-1"),
            body: [#""model":"claude-x""#, #""max_tokens":5"#]
        ),
    ]

    private static let vertexes = [
        KnownProviderCase(
            name: "vertex",
            model: "meta/m",
            key: vertexKey,
            target: "\(vertex)/endpoints/openapi/chat/completions",
            field: ("x-goog-api-key", "sk-1"),
            body: [#""model":"meta/m""#]
        ),
        KnownProviderCase(
            name: "vertex",
            model: "gemini-x",
            key: vertexKey,
            target: "\(vertex)/publishers/google/models/gemini-x:generateContent",
            field: ("x-goog-api-key", "sk-1"),
            body: [#""maxOutputTokens":5"#]
        ),
        KnownProviderCase(
            name: "vertex",
            model: "claude-x@2",
            key: vertexKey,
            target: "\(vertex)/publishers/anthropic/models/claude-x@2:rawPredict",
            field: ("x-goog-api-key", "sk-1"),
            body: [#""anthropic_version":"vertex-2023-10-16""#, #""max_tokens":5"#],
            absent: ["claude-x", #""model""#]
        ),
    ]

    private static let bedrocks = [
        KnownProviderCase(
            name: "bedrock",
            model: "us.amazon.nova-lite-v1:0",
            key: #"{"value":"sk-1","bedrock_key_config":{"region":"eu-west-1"}}"#,
            target: "/model/us.amazon.nova-lite-v1%3A0/converse",
            body: [#""maxTokens":5"#]
        ),
        KnownProviderCase(
            name: "bedrock",
            key: #"{"value":"sk-1","bedrock_key_config":{"arn":"arn:aws:bedrock:eu-west-1:1:inference-profile","#
                + #""deployments":{"m":"us.x"}}}"#,
            target: "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fus.x/converse",
            body: [#""maxTokens":5"#]
        ),
    ]

    private static let compatible =
        ["parasail", "nebius", "xai", "deepseek", "together", "huggingface", "nvidia", "sambanova", "hyperbolic"].map {
            KnownProviderCase(name: $0)
        } + [
            KnownProviderCase(name: "moonshot"),
            KnownProviderCase(
                name: "mistral",
                body: [#""max_tokens":5"#, #""random_seed":1"#],
                absent: ["max_completion_tokens", #""seed""#]
            ),
            KnownProviderCase(name: "groq", target: "/openai/v1/chat/completions", body: newer, absent: []),
            KnownProviderCase(name: "cerebras", body: newer, absent: []),
            KnownProviderCase(name: "openrouter", target: "/api/v1/chat/completions", body: newer, absent: []),
            KnownProviderCase(name: "perplexity", target: "/chat/completions"),
            KnownProviderCase(name: "fireworks", target: "/inference/v1/chat/completions"),
        ]

    private static let selfHosted = [
        KnownProviderCase(name: "ollama", key: #"{"ollama_key_config":{"url":"http://127.0.0.1:PORT"}}"#, field: nil),
        KnownProviderCase(name: "sgl", key: #"{"sgl_key_config":{"url":"http://127.0.0.1:PORT/v1"}}"#, field: nil),
        KnownProviderCase(
            name: "vllm",
            model: "fast",
            key: #"{"models":["fast"],"vllm_key_config":{"url":"http://127.0.0.1:PORT/x","model_name":"Q/1"}}"#,
            target: "/x/v1/chat/completions",
            field: nil,
            body: [#""model":"Q/1""#, #""max_tokens":5"#]
        ),
    ]

    /// The configuration of the provider alone, at a stand-in on this port.
    func configuration(port: Int) throws -> GatewayConfiguration {
        let known = try #require(ProviderCatalogue.provider(named: name))
        let path = known.baseURL.flatMap { BaseURL($0) }?.path ?? ""
        let hasOwnAddress = key.contains("PORT")
        let network = hasOwnAddress ? "" : #","network_config":{"base_url":"http://127.0.0.1:\#(port)\#(path)"}"#
        let keys = key.replacing("PORT", with: "\(port)")
        let read = BifrostConfiguration.read(
            Array(#"{"providers":{"\#(name)":{"keys":[\#(keys)]\#(network)}}}"#.utf8),
            fileName: "config.json",
            environment: [:]
        )
        #expect(read.problems == [])
        return try #require(read.configuration)
    }
}
