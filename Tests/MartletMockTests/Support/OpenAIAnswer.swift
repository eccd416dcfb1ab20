import Foundation

/// What a client of OpenAI's Chat Completions API takes out of answers and chunks.
struct OpenAIAnswer: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            struct ToolCall: Decodable {
                struct Function: Decodable {
                    var name: String?
                    var arguments: String
                }

                var index: Int?
                var id: String?
                var function: Function
            }

            var role: String?
            var content: String?
            var toolCalls: [ToolCall]?
        }

        var message: Message?
        var delta: Message?
        var finishReason: String?
    }

    struct Usage: Decodable, Equatable {
        var promptTokens: Int
        var completionTokens: Int
        var totalTokens: Int
    }

    var id: String
    var object: String
    var model: String
    var choices: [Choice]
    var usage: Usage?
}

struct OpenAIError: Decodable {
    struct Content: Decodable {
        var message: String
        var type: String
        var param: String?
        var code: String?
    }

    var error: Content
}

struct OpenAIModelList: Decodable {
    struct Model: Decodable {
        var id: String
        var object: String
    }

    var object: String
    var data: [Model]
}

/// Reads JSON with another parser than the gateway's own.
func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text.utf8))
}
