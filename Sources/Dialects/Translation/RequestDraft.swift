import JSON

/// A request that was read in one format and is yet to be written in another. In between, what the other format takes
/// as bytes only can be put in.
package struct RequestDraft: Sendable {
    /// The caller's format.
    let source: WireFormat
    /// The provider's format.
    package let target: WireFormat

    let options: RequestOptions
    /// The caller's request as it came.
    let request: JSONObject
    private(set) var conversation: Conversation

    /// Reads the body of a request.
    ///
    /// - Parameters:
    ///   - body: The body that `request` was read from.
    ///   - target: The provider's format.
    ///   - options: What its encoder must know.
    /// - Throws: ``FormatProblem`` when the body is not of the caller's format.
    package init(
        of body: Span<UInt8>,
        _ request: CallerRequest,
        to target: WireFormat,
        _ options: RequestOptions
    ) throws(FormatProblem) {
        let (object, conversation) = try Self.read(body, request)
        self.conversation = conversation
        source = request.format
        self.target = target
        self.options = options
        self.request = object
    }

    /// Reads the body of a request for what it says alone.
    ///
    /// - Throws: ``FormatProblem`` when the body is not of the caller's format.
    package static func conversation(
        of body: Span<UInt8>,
        _ request: CallerRequest
    ) throws(FormatProblem) -> Conversation {
        try read(body, request).conversation
    }

    private static func read(
        _ body: Span<UInt8>,
        _ request: CallerRequest
    ) throws(FormatProblem) -> (object: JSONObject, conversation: Conversation) {
        let tree: JSONValue
        do {
            tree = try JSONValue(parsing: body)
        } catch {
            throw FormatProblem("is not valid JSON: \(error.reason.explanation)", at: "")
        }
        guard let object = tree.object else { throw FormatProblem("must be a JSON object", at: "") }
        let call = RequestCall(model: request.model, isStream: request.isStream)
        return (object, try request.format.callerDialect.conversation(of: tree, call))
    }

    /// Pictures and documents that must be fetched for the provider, in the order of the body.
    package var mediaNeeds: [MediaNeed] { conversation.mediaNeeds(for: target, options) }

    /// Puts the bytes of a medium, in base64, in the place of its address.
    package mutating func fill(_ need: MediaNeed, base64: String, mediaType: String) {
        conversation.fill(need, base64: base64, mediaType: mediaType)
    }
}
