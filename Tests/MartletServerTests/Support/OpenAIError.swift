import Foundation
import Testing
import Transport
import WireTestSupport

/// An error as OpenAI's SDKs read it, by another parser than the gateway's own.
struct OpenAIError: Decodable, Equatable {
    struct Content: Decodable, Equatable {
        var message: String
        var type: String
        var param: String?
        var code: String?
    }

    var error: Content
    var requestID: String?

    enum CodingKeys: String, CodingKey {
        case error
        case requestID = "request_id"
    }

    init(_ json: String) throws {
        self = try JSONDecoder().decode(OpenAIError.self, from: Data(json.utf8))
    }
}

extension WireAnswer {
    /// The error in the body, once it is sure that body and head name the same request.
    func error(sourceLocation: SourceLocation = #_sourceLocation) throws -> OpenAIError.Content {
        #expect(isComplete, sourceLocation: sourceLocation)
        #expect(head.fields.equals("content-type", "application/json"), sourceLocation: sourceLocation)
        let error = try OpenAIError(text)
        #expect(error.requestID == head.fields.string("x-request-id"), sourceLocation: sourceLocation)
        #expect(error.requestID?.isEmpty == false, sourceLocation: sourceLocation)
        return error.error
    }
}

/// A log line or an answer as plain Foundation values.
func object(_ json: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
}
