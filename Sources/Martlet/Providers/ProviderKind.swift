package import Dialects

/// How a provider is spoken to: its addresses, its formats and where its key goes.
public enum ProviderKind: String, Sendable, CaseIterable {
    /// OpenAI, and all who answer in its formats.
    case openAI = "openai"
    /// Anthropic's Messages.
    case anthropic
    /// Google's Gemini.
    case gemini
    /// Amazon Bedrock.
    case bedrock
    /// Models that Azure hosts: OpenAI's, and Anthropic's in their own format.
    case azure
    /// Models that Vertex AI hosts: Google's, Anthropic's and others, each in its own format.
    case vertex

    /// The path of the operation that every kind has, below the provider's address. `{model}` stands for the model.
    public var chatPath: String {
        switch self {
        case .openAI: "/v1/chat/completions"
        case .anthropic: "/v1/messages"
        case .gemini: "/models/{model}:generateContent"
        case .bedrock: "/model/{model}/converse"
        case .azure: "/openai/v1/chat/completions"
        case .vertex: "\(Self.vertexPath)/endpoints/openapi/chat/completions"
        }
    }

    /// The path of embeddings below the provider's address, `{model}` standing for the model; nil when it has none.
    public var embeddingsPath: String? {
        switch self {
        case .openAI: "/v1/embeddings"
        case .anthropic, .vertex: nil
        case .gemini: "/models/{model}:batchEmbedContents"
        case .bedrock: "/model/{model}/invoke"
        case .azure: "/openai/v1/embeddings"
        }
    }

    /// The path of the list of models below the provider's address.
    public var modelsPath: String {
        switch self {
        case .openAI, .anthropic: "/v1/models"
        case .gemini: "/models"
        case .bedrock: "/foundation-models"
        case .azure: "/openai/v1/models"
        case .vertex: "\(Self.vertexPath)/models"
        }
    }

    /// The format of that operation.
    package var chatFormat: WireFormat {
        switch self {
        case .openAI, .azure, .vertex: .openAIChat
        case .anthropic: .anthropicMessages
        case .gemini: .gemini
        case .bedrock: .bedrockConverse
        }
    }

    /// The header field that carries the key.
    var keyField: StaticString {
        switch self {
        case .openAI, .bedrock, .vertex: "Authorization"
        case .azure: "api-key"
        case .anthropic: "x-api-key"
        case .gemini: "x-goog-api-key"
        }
    }

    /// What stands in front of the key.
    var keyPrefix: StaticString {
        switch self {
        case .openAI, .bedrock, .vertex: "Bearer "
        case .anthropic, .gemini, .azure: ""
        }
    }

    private static let vertexPath = "/v1/projects/{project}/locations/{region}"

    /// What else it is asked, besides the operations that every kind has, before them.
    fileprivate var ownEndpoints: [ProviderEndpoint] {
        switch self {
        case .openAI, .anthropic, .gemini, .bedrock: []
        case .azure:
            [ProviderEndpoint(format: .anthropicMessages, family: .claude, path: "/anthropic/v1/messages")]
        case .vertex:
            [
                ProviderEndpoint(
                    format: .anthropicMessages,
                    family: .claude,
                    path: "\(Self.vertexPath)/publishers/anthropic/models/{model}:rawPredict"
                ),
                ProviderEndpoint(
                    format: .gemini,
                    family: .gemini,
                    path: "\(Self.vertexPath)/publishers/google/models/{model}:generateContent"
                ),
                ProviderEndpoint(
                    format: .gemini,
                    operation: .tokenCount,
                    family: .gemini,
                    path: "\(Self.vertexPath)/publishers/google/models/{model}:countTokens"
                ),
            ]
        }
    }
}

/// Models that a host of many speaks to in one format.
enum ModelFamily: Sendable, Equatable {
    /// Whatever no other endpoint is for.
    case any
    /// Anthropic's.
    case claude
    /// Google's.
    case gemini

    /// The family of a model by its name.
    init(of model: String) {
        if model.contains("claude") {
            self = .claude
        } else if model.hasPrefix("gemini") {
            self = .gemini
        } else {
            self = .any
        }
    }
}

/// One operation of a provider in one format.
struct ProviderEndpoint: Sendable, Equatable {
    /// The format of request and answer.
    let format: WireFormat
    /// What is asked for.
    var operation = InferenceOperation.generation
    /// The models that it is for.
    var family = ModelFamily.any
    /// The path below the provider's address; `{model}` stands for the model.
    let path: String

    /// What of the path depends on the model.
    static let modelMark = "{model}"

    /// The path of a request.
    func path(model: String, isStream: Bool) -> String {
        var path = path
        if isStream {
            switch format {
            case .gemini:
                path = path.replacing(":generateContent", with: ":streamGenerateContent") + "?alt=sse"
            case .bedrockConverse:
                path += "-stream"
            case .anthropicMessages:
                path = path.replacing(":rawPredict", with: ":streamRawPredict")
            case .openAIChat, .openAIResponses, .openAICompletions, .cohereChat:
                break
            }
        }
        return path.replacing(Self.modelMark, with: Self.escaped(model))
    }

    /// Whether every request has the same path.
    var isFixed: Bool { format.hasModelInBody && !path.contains(Self.modelMark) }

    /// The endpoint as one key has it.
    func filled(for key: ProviderKey) -> ProviderEndpoint {
        var path = path
        for (name, value) in key.pathValues {
            path = path.replacing("{\(name)}", with: Self.escaped(value))
        }
        // The version with dates has a path for each deployment.
        if let version = key.azureVersion, path.hasPrefix("/openai/v1/") {
            path = "/openai/deployments/\(Self.modelMark)/\(path.dropFirst(11))?api-version=\(Self.escaped(version))"
        }
        return ProviderEndpoint(format: format, operation: operation, family: family, path: path)
    }

    /// The model as one segment of a path (RFC 3986, 3.3): the slashes and colons of ARNs and hubs are escaped.
    static func escaped(_ model: String) -> String {
        var output: [UInt8] = []
        for byte in model.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "@"):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(hexadecimal[Int(byte >> 4)])
                output.append(hexadecimal[Int(byte & 15)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
}

extension ProviderConfiguration {
    /// What the provider is asked, the format that it is best spoken to in first.
    var endpoints: [ProviderEndpoint] {
        var endpoints = servesChat ? kind.ownEndpoints : []
        if servesChat {
            endpoints.append(ProviderEndpoint(format: kind.chatFormat, path: chatCompletionsPath))
        }
        if let responsesPath {
            endpoints.append(ProviderEndpoint(format: .openAIResponses, path: responsesPath))
        }
        if let tokenCountEndpoint { endpoints.append(tokenCountEndpoint) }
        if let embeddingsPath {
            endpoints.append(ProviderEndpoint(format: kind.chatFormat, operation: .embedding, path: embeddingsPath))
        }
        return endpoints
    }

    /// Where the tokens of a request are counted. Counting belongs to the operation whose requests are counted, and has
    /// its address below that one's.
    private var tokenCountEndpoint: ProviderEndpoint? {
        switch kind {
        case .openAI, .azure:
            responsesPath.map {
                ProviderEndpoint(format: .openAIResponses, operation: .tokenCount, path: "\($0)/input_tokens")
            }
        case .anthropic where servesChat:
            ProviderEndpoint(
                format: .anthropicMessages,
                operation: .tokenCount,
                path: "\(chatCompletionsPath)/count_tokens"
            )
        case .gemini where servesChat && chatCompletionsPath.contains(":generateContent"):
            ProviderEndpoint(
                format: .gemini,
                operation: .tokenCount,
                path: chatCompletionsPath.replacing(":generateContent", with: ":countTokens")
            )
        case .anthropic, .gemini, .bedrock, .vertex:
            nil
        }
    }
}
