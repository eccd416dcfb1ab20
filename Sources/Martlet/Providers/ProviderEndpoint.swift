import Dialects

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
        if embeddingFormat(of: model) == .vertexContent {
            path = path.replacing(":predict", with: ":embedContent")
        }
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

    /// Whether it is Anthropic's format as Vertex AI takes it.
    var isHostedAnthropic: Bool { format == .anthropicMessages && path.contains(":rawPredict") }

    /// What a path of Vertex AI's has in it that is for Google's own models.
    static let googleMark = "/publishers/google/"

    /// The form that embeddings are asked for in; nil when those of the model are not known, or none are asked for.
    func embeddingFormat(of model: String) -> EmbeddingFormat? {
        guard operation == .embedding else { return nil }
        if path.contains(Self.googleMark) { return EmbeddingFormat(onVertex: model) }
        return EmbeddingFormat(provider: format, model: model)
    }

    /// Whether every request has the same path.
    var isFixed: Bool { format.hasModelInBody && !path.contains(Self.modelMark) && !isHostedAnthropic }

    /// The endpoint as one key has it.
    func filled(for key: ProviderKey) -> ProviderEndpoint {
        var path = path
        for (name, value) in key.pathValues {
            path = path.replacing("{\(name)}", with: Self.escaped(value))
        }
        if let version = key.azureVersion, path.hasPrefix("/openai/v1/") {
            path = Self.path(path, inAzureVersion: version)
        }
        return ProviderEndpoint(format: format, operation: operation, family: family, path: path)
    }

    /// A path of Azure's newest interface in another version. Those with dates have a path for each deployment, Responses
    /// and the list of models aside (Azure OpenAI, "API lifecycle").
    private static func path(_ path: String, inAzureVersion version: String) -> String {
        let query = "?api-version=\(escaped(version))"
        guard version.first?.isNumber == true else { return path + query }
        let operation = path.dropFirst("/openai/v1/".count)
        let isForAll = operation.hasPrefix("responses") || operation == "models"
        return "/openai/\(isForAll ? "" : "deployments/\(modelMark)/")\(operation)\(query)"
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
            // Google's errors are the same wherever its models are asked.
            let format = embeddingsPath.contains(ProviderEndpoint.googleMark) ? .gemini : kind.chatFormat
            endpoints.append(ProviderEndpoint(format: format, operation: .embedding, path: embeddingsPath))
        }
        return endpoints
    }

    /// The paths of the lists of models: Vertex AI has one for each publisher.
    var modelsPaths: [String] {
        guard kind == .vertex, modelsPath.contains(ProviderEndpoint.googleMark) else { return [modelsPath] }
        return [modelsPath, modelsPath.replacing(ProviderEndpoint.googleMark, with: "/publishers/anthropic/")]
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
        case .anthropic, .gemini, .bedrock, .vertex, .cohere:
            nil
        }
    }
}
