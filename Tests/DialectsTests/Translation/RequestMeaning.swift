import JSON

@testable import Dialects

/// What of a request must be the same in every format, as far as no loss is reported.
struct RequestMeaning: Equatable {
    /// One thing that was said, in order. Texts of one speaker are joined, as formats cut them differently.
    enum Item: Equatable {
        case text(String, String)
        case call(name: String, arguments: JSONValue)
        case result(name: String?, content: JSONValue, isError: Bool)
        case media(String, String)
    }

    struct FunctionMeaning: Equatable {
        var name: String
        var description: String
        var parameters: JSONValue
    }

    var instructions = ""
    var items: [Item] = []
    var functions: [FunctionMeaning] = []
    var toolChoice: ToolChoice?
    var sampling = Sampling()
    var schema: JSONValue?

    init(_ conversation: Conversation) {
        for turn in conversation.turns {
            for part in turn.parts {
                add(part.content, of: turn.role, conversation)
            }
        }
        for case .function(let tool) in conversation.tools {
            // A schema without properties says as much as none.
            let hasProperties = tool.parameters?["properties"]?.object?.isEmpty == false
            let parameters = hasProperties ? tool.parameters.map(Meaning.sorted) ?? [:] : [:]
            functions.append(
                FunctionMeaning(name: tool.name, description: tool.description ?? "", parameters: parameters)
            )
        }
        toolChoice = conversation.toolChoice == .automatic ? nil : conversation.toolChoice
        sampling = conversation.sampling
        if sampling.choiceCount == 1 { sampling.choiceCount = nil }
        if case .schema(let output) = conversation.outputFormat { schema = Meaning.sorted(output.schema) }
    }

    private mutating func add(_ content: PartContent, of role: Role, _ conversation: Conversation) {
        switch content {
        case .text(let content):
            if role == .system || role == .developer {
                instructions += content.text
            } else if case .text(role.rawValue, let text) = items.last {
                items[items.count - 1] = .text(role.rawValue, text + content.text)
            } else if !content.text.isEmpty {
                items.append(.text(role.rawValue, content.text))
            }
        case .toolCall(let call):
            items.append(.call(name: call.name, arguments: Meaning.tree(call.arguments)))
        case .toolResult(let result):
            let text = result.parts.map { part in
                if case .text(let content) = part.content { content.text } else { "" }
            }
            // Gemini takes objects as they are, so their spelling does not count.
            let object = (try? JSONValue(parsing: text.joined().utf8.span)).flatMap { $0.object == nil ? nil : $0 }
            items.append(
                .result(
                    name: result.name ?? conversation.toolName(ofCall: result.callID),
                    content: object.map(Meaning.sorted) ?? .string(text.joined()),
                    isError: result.isError
                )
            )
        case .image(let media): add(media, "image")
        case .document(let media): add(media, "document")
        case .audio(let media): add(media, "audio")
        case .video(let media): add(media, "video")
        case .reasoning, .refusal, .foreign: break
        }
    }

    private mutating func add(_ media: Media, _ kind: String) {
        switch media.source {
        case .data(let base64): items.append(.media(kind, base64))
        case .text(let text): items.append(.media(kind, Base64.encoded(text)))
        case .url(let url): items.append(.media(kind, url))
        case .file(let id): items.append(.media(kind, id))
        }
    }
}
