import Dialects
import NIOCore
import Transport

extension Route {
    /// The route that most requests take, recognised without taking the path apart.
    private static let commonPath: StaticString = "/v1/chat/completions"

    /// Reads a request's address. SDKs differ in what they take for the base URL, so the version may be there or not.
    init?(path: Span<UInt8>, query: ByteBuffer?) {
        if path.equals(Self.commonPath) {
            self.init(surface: .native, operation: .inference(.openAIChat, RequestCall(), streamsAsArray: false))
            return
        }
        var segments = PathSegments(path)
        let surface = Surface(droppingFrom: &segments)
        let version = ["v1", "v1beta", "v1alpha"].first { segments.dropFirst(equalTo: $0) }
        let isGemini = surface.defaultProvider == nil && version != nil && version != "v1"
        guard
            let operation = Self.operation(
                surface,
                segments,
                query,
                hasVersion: version != nil,
                listFormat: isGemini ? .gemini : surface.format
            )
        else { return nil }
        if let format = operation.requestFormat, !surface.serves(format) { return nil }
        self.init(surface: surface, operation: operation)
    }

    /// - Parameter listFormat: The shape of lists of models: where the surface is no provider's, a beta version is
    ///   Gemini's.
    private static func operation(
        _ surface: Surface,
        _ segments: PathSegments,
        _ query: ByteBuffer?,
        hasVersion: Bool,
        listFormat: WireFormat
    ) -> Operation? {
        let names = segments.names
        switch (names.first, names.count) {
        case ("health", 1) where surface == .native && !hasVersion: return .health
        case ("metrics", 1) where surface == .native && !hasVersion: return .metrics
        default: break
        }
        // The gateway's own paths have their version, as in Bifrost.
        guard hasVersion || surface != .native else { return nil }
        switch (names.first, names.count) {
        case ("chat", 2) where names[1] == "completions":
            return .inference(.openAIChat, RequestCall(), streamsAsArray: false)
        case ("completions", 1):
            return .inference(.openAICompletions, RequestCall(), streamsAsArray: false)
        case ("text", 2) where names[1] == "completions":
            return .inference(.openAICompletions, RequestCall(), streamsAsArray: false)
        case ("explain", 1) where surface == .native:
            return explanation(query)
        case ("responses", 1):
            return .inference(.openAIResponses, RequestCall(), streamsAsArray: false)
        case ("responses", 2) where names[1] == "input_tokens":
            return .tokenCount(.openAIResponses, RequestCall())
        case ("embeddings", 1):
            return .embedding(.openAI, RequestCall())
        case ("v2", 2) where surface == .cohere && names[1] == "embed":
            return .embedding(.cohere, RequestCall())
        case ("messages", 1):
            return .inference(.anthropicMessages, RequestCall(), streamsAsArray: false)
        case ("messages", 2) where names[1] == "count_tokens":
            return .tokenCount(.anthropicMessages, RequestCall())
        case ("models", 1):
            return .models(listFormat)
        case ("models", 2...):
            return generation(segments.rest(from: 1), query) ?? model(segments.rest(from: 1), listFormat)
        case ("model", 3...):
            return conversation(segments)
        case ("openai", 4...) where names[1] == "deployments":
            return deployment(names)
        case ("deployments", 3...) where surface == .openai:
            return deployment(["openai"] + names)
        default:
            return nil
        }
    }

    /// `explain?format=…&model=…&stream=…`: the last two are for formats that have them in the address.
    private static func explanation(_ query: ByteBuffer?) -> Operation? {
        var call = RequestCall()
        var format = WireFormat.openAIChat
        for pair in query.map({ String(buffer: $0).split(separator: "&") }) ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = PathSegments(Array("/\(parts[1])".utf8).span).rest(from: 0)
            switch parts[0] {
            case "format":
                guard let named = WireFormat(rawValue: value) else { return nil }
                format = named
            case "model": call.model = value
            case "stream": call.isStream = value == "true"
            default: break
            }
        }
        return .explanation(format, call)
    }

    /// `models/{model}:generateContent`, with slashes in the model's name or without.
    private static func generation(_ rest: String, _ query: ByteBuffer?) -> Operation? {
        guard let colon = rest.lastIndex(of: ":") else { return nil }
        let model = String(rest[..<colon])
        guard !model.isEmpty else { return nil }
        switch rest[rest.index(after: colon)...] {
        case "generateContent":
            return .inference(.gemini, RequestCall(model: model, isStream: false), streamsAsArray: true)
        case "streamGenerateContent":
            let isEvents = query.map { String(buffer: $0).split(separator: "&").contains("alt=sse") } ?? false
            return .inference(.gemini, RequestCall(model: model, isStream: true), streamsAsArray: !isEvents)
        case "countTokens":
            return .tokenCount(.gemini, RequestCall(model: model))
        case "embedContent":
            return .embedding(.geminiSingle, RequestCall(model: model))
        case "batchEmbedContents":
            return .embedding(.geminiBatch, RequestCall(model: model))
        default:
            return nil
        }
    }

    /// `models/{model}`, with slashes in the model's name or without.
    private static func model(_ name: String, _ format: WireFormat) -> Operation? {
        // With Gemini, a word behind a colon is an operation, and this one is unknown.
        let method = name.split(separator: ":").dropFirst().last
        if format == .gemini, let method, method.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) {
            return nil
        }
        return name.isEmpty ? nil : .model(name, format)
    }

    /// `model/{model}/converse`, with slashes in the model's name or without.
    private static func conversation(_ segments: PathSegments) -> Operation? {
        let model = segments.rest(from: 1, droppingLast: 1)
        guard !model.isEmpty else { return nil }
        switch segments.names.last {
        case "converse":
            return .inference(.bedrockConverse, RequestCall(model: model, isStream: false), streamsAsArray: false)
        case "converse-stream":
            return .inference(.bedrockConverse, RequestCall(model: model, isStream: true), streamsAsArray: false)
        default:
            return nil
        }
    }

    /// `openai/deployments/{deployment}/chat/completions`, as Azure's clients send it.
    private static func deployment(_ names: [String]) -> Operation? {
        guard names.count >= 4, !names[2].isEmpty else { return nil }
        let call = RequestCall(model: names[2])
        switch names.dropFirst(3) {
        case ["chat", "completions"]: return .inference(.openAIChat, call, streamsAsArray: false)
        case ["embeddings"]: return .embedding(.openAI, call)
        case ["completions"]: return .inference(.openAICompletions, call, streamsAsArray: false)
        default: return nil
        }
    }
}
