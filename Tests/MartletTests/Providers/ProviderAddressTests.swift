import Dialects
import Testing

@testable import Martlet

@Suite("Addresses of providers")
struct ProviderAddressTests {
    @Test(arguments: [
        (nil, "/openai/v1/chat/completions", "/openai/v1/chat/completions"),
        ("preview", "/openai/v1/chat/completions", "/openai/v1/chat/completions?api-version=preview"),
        ("preview", "/anthropic/v1/messages", "/anthropic/v1/messages"),
        (
            "2024-10-21", "/openai/v1/chat/completions",
            "/openai/deployments/my%2Fdep/chat/completions?api-version=2024-10-21"
        ),
        ("2024-10-21", "/openai/v1/embeddings", "/openai/deployments/my%2Fdep/embeddings?api-version=2024-10-21"),
        ("2025-04-01-preview", "/openai/v1/responses", "/openai/responses?api-version=2025-04-01-preview"),
        ("2024-10-21", "/openai/v1/models", "/openai/models?api-version=2024-10-21"),
        ("2024-10-21", "/anthropic/v1/messages", "/anthropic/v1/messages"),
    ])
    func azureHasPathsForEachVersion(version: String?, path: String, expected: String) {
        var key = ProviderKey(name: "k", value: "v")
        key.azureVersion = version
        let endpoint = ProviderEndpoint(format: .openAIChat, path: path).filled(for: key)
        #expect(endpoint.path(model: "my/dep", isStream: false) == expected)
    }

    @Test(arguments: [
        ("text-embedding-005", "predict", EmbeddingFormat.vertexTexts),
        ("gemini-embedding-001", "predict", .vertexText), ("gemini-embedding-2", "embedContent", .vertexContent),
    ])
    func vertexHasTwoWaysOfEmbedding(model: String, operation: String, form: EmbeddingFormat) throws {
        var configuration = ProviderConfiguration(
            name: "vertex",
            baseURL: try #require(BaseURL("https://aiplatform.googleapis.com")),
            kind: .vertex
        )
        let endpoint = try #require(configuration.endpoints.first { $0.operation == .embedding })
        var key = ProviderKey(name: "k", value: "v")
        key.pathValues = ["project": "p", "region": "eu"]
        #expect(
            endpoint.filled(for: key).path(model: model, isStream: false)
                == "/v1/projects/p/locations/eu/publishers/google/models/\(model):\(operation)"
        )
        #expect(endpoint.embeddingFormat(of: model) == form)
        #expect(
            configuration.endpoints.allSatisfy { $0.operation == .embedding || $0.embeddingFormat(of: model) == nil }
        )
        // Vertex AI has OpenAI's form for models of others.
        configuration.embeddingsPath = "/endpoints/openapi/embeddings"
        let other = try #require(configuration.endpoints.first { $0.operation == .embedding })
        #expect(other.embeddingFormat(of: model) == .openAI)
    }

    @Test func vertexListsItsModelsByPublisher() throws {
        var configuration = ProviderConfiguration(
            name: "vertex",
            baseURL: try #require(BaseURL("https://aiplatform.googleapis.com")),
            kind: .vertex
        )
        #expect(
            configuration.modelsPaths
                == ["/v1beta1/publishers/google/models", "/v1beta1/publishers/anthropic/models"]
        )
        configuration.modelsPath = "/list"
        #expect(configuration.modelsPaths == ["/list"])
    }

    @Test(
        arguments: [
            (ProviderKind.bedrock, "eu-west-1", "https://bedrock-runtime.eu-west-1.amazonaws.com"),
            (.bedrock, "cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
            (.vertex, "europe-west4", "https://europe-west4-aiplatform.googleapis.com"),
            (.vertex, "global", "https://aiplatform.googleapis.com"),
            (.vertex, "eu", "https://aiplatform.eu.rep.googleapis.com"),
            (.azure, "eu", nil),
        ] as [(ProviderKind, String, String?)]
    )
    func cloudsHaveAnAddressInEachRegion(kind: ProviderKind, region: String, address: String?) {
        #expect(kind.address(inRegion: region)?.description == address)
    }

    @Test(arguments: [
        ("https://bedrock-runtime.eu-west-1.amazonaws.com", "https://bedrock.eu-west-1.amazonaws.com"),
        ("https://bedrock-runtime.example.com:444/x", "https://bedrock.example.com:444/x"),
        ("https://example.com", "https://example.com"),
        ("http://bedrock-runtime.local", "http://bedrock-runtime.local"),
    ])
    func bedrockListsItsModelsElsewhere(address: String, list: String) throws {
        let base = try #require(BaseURL(address))
        #expect(ProviderKind.bedrock.listAddress(for: base).description == list)
        #expect(ProviderKind.openAI.listAddress(for: base) == base)
    }

    @Test(arguments: [
        (ProviderKind.azure, "claude-x", "deployment-1", "claude-x"),
        (.bedrock, "claude-x", "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc", "claude-x"),
        (
            .bedrock, "fast", "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0",
            "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0"
        ),
        (.bedrock, "fast", "eu.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"),
        (.openAI, "fast", "gpt", "gpt"),
    ])
    func namesOfCustomersTellNothing(kind: ProviderKind, model: String, name: String, usual: String) {
        #expect(kind.usualName(of: model, knownAs: name) == usual)
    }
}
