import JSON
import NIOCore

/// Bodies of errors (OpenAI API reference, "Error codes": an `error` object with `message`, `type`, `param`, `code`).
enum ErrorBody {
    /// The body for a status.
    ///
    /// - Parameters:
    ///   - message: What is wrong, for a person; nil for what the status says by itself.
    ///   - param: The parameter that is at fault.
    ///   - hasCode: Whether the status's usual code fits.
    static func make(
        status: Int,
        message: String? = nil,
        param: StaticString? = nil,
        hasCode: Bool = true
    ) -> ByteBuffer {
        let traits = traits(status)
        var output = ByteBuffer(staticString: #"{"error":{"message":"#)
        if let message {
            output.writeBytes(JSONText.quoted(message))
        } else {
            output.writeStaticString(traits.message)
        }
        output.writeStaticString(#","type":"#)
        output.writeStaticString(traits.type)
        output.writeStaticString(#","param":"#)
        if let param {
            output.writeStaticString("\"")
            output.writeStaticString(param)
            output.writeStaticString("\"")
        } else {
            output.writeStaticString("null")
        }
        output.writeStaticString(#","code":"#)
        output.writeStaticString(hasCode ? traits.code : "null")
        output.writeStaticString("}}")
        return output
    }

    /// An event with an error in the middle of a stream.
    static let event: ByteBuffer = {
        var output = ByteBuffer(staticString: "data: ")
        output.writeImmutableBuffer(make(status: 500))
        output.writeStaticString("\n\n")
        return output
    }()

    private struct Traits {
        var message: StaticString
        var type: StaticString
        var code: StaticString
    }

    private static func traits(_ status: Int) -> Traits {
        let invalidRequest: StaticString = #""invalid_request_error""#
        let serverError: StaticString = #""server_error""#
        return switch status {
        case 401:
            Traits(message: #""The key is not valid.""#, type: invalidRequest, code: #""invalid_api_key""#)
        case 404:
            Traits(message: #""The model does not exist.""#, type: invalidRequest, code: #""model_not_found""#)
        case 429:
            Traits(
                message: #""The rate limit is reached.""#,
                type: #""rate_limit_error""#,
                code: #""rate_limit_exceeded""#
            )
        case 503:
            Traits(message: #""The model is overloaded.""#, type: serverError, code: "null")
        case 500...:
            Traits(message: #""The server failed.""#, type: serverError, code: "null")
        default:
            Traits(message: #""The request is not valid.""#, type: invalidRequest, code: "null")
        }
    }
}
