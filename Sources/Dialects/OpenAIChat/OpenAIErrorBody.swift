import JSON

/// The error object of OpenAI's API, with the gateway's request id beside it.
///
/// Format: OpenAI API reference, "Error codes", and what the official SDKs read: `message`, `type`, `param`, `code`.
package struct OpenAIErrorBody: Sendable, Equatable {
    /// What happened and what to do, for a person.
    package var message: String
    /// The class of the error, for example `invalid_request_error`.
    package var type: String
    /// The member of the request that is at fault.
    package var parameter: String?
    /// A word for programs, for example `model_not_found`.
    package var code: String?
    /// The id that the request has in the gateway's log.
    package var requestID: String?

    package init(message: String, type: String, parameter: String? = nil, code: String? = nil, requestID: String? = nil)
    {
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
        self.requestID = requestID
    }

    /// The body as JSON text.
    package var json: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(160 + message.utf8.count)
        output += "{\"error\":{\"message\":".utf8
        JSONText.appendQuoted(message.utf8, to: &output)
        output += ",\"type\":".utf8
        JSONText.appendQuoted(type.utf8, to: &output)
        output += ",\"param\":".utf8
        Self.append(parameter, to: &output)
        output += ",\"code\":".utf8
        Self.append(code, to: &output)
        appendRequestID(to: &output)
        output += "}".utf8
        appendRequestID(to: &output)
        output += "}".utf8
        return output
    }

    /// A provider's own error, with the request's id beside what it says.
    ///
    /// - Parameter body: A valid JSON object.
    package static func adding(requestID: String, to body: Span<UInt8>) -> [UInt8] {
        var members: [JSONMember] = []
        var hasID = false
        var splice = JSONSplice()
        do {
            try JSONScanner.scanObject(body) { member throws(JSONError) in
                members.append(member)
                hasID = hasID || member.isNamed("request_id", in: body)
            }
            if !hasID {
                let id = JSONSplice.NewMember(name: "request_id", value: JSONText.quoted(requestID))
                try splice.editMembers(members, of: JSONText.trimmedRange(body), adding: [id])
            }
        } catch {
            assertionFailure("the body is not a JSON object")
        }
        return splice.applied(to: body)
    }

    /// The body as an event of a stream.
    package var event: [UInt8] {
        Array("data: ".utf8) + json + Array("\n\n".utf8)
    }

    /// The id stands in the error, where programs that read one object look for it, and beside it, where Anthropic's and
    /// OpenAI's own errors have theirs.
    private func appendRequestID(to output: inout [UInt8]) {
        guard let requestID else { return }
        output += ",\"request_id\":".utf8
        JSONText.appendQuoted(requestID.utf8, to: &output)
    }

    private static func append(_ text: String?, to output: inout [UInt8]) {
        if let text {
            JSONText.appendQuoted(text.utf8, to: &output)
        } else {
            output += "null".utf8
        }
    }
}
