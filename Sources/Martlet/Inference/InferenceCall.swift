package import Dialects
package import NIOCore

/// A request for a model, as it came in: the body in the caller's format, and what its address and fields say.
package struct InferenceCall {
    /// The caller's format, which the answer has too.
    package var format: WireFormat
    /// What is asked for.
    package var operation = InferenceOperation.generation
    /// The form of a request for embeddings.
    package var embeddingFormat = EmbeddingFormat.openAI
    /// The body as the caller sent it.
    package var body: ByteBuffer
    /// What the address says of model and streaming.
    package var address = RequestCall()
    /// Whether a stream is wanted as one JSON array: Gemini without `alt=sse`.
    package var streamsAsArray = false
    /// The provider of models that name none: the one whose interface the caller uses.
    package var defaultProvider: String?
    /// Whether the request shall be refused when the provider's format cannot say all of it.
    package var refusesLoss = false
    /// Whether the answer has the member `extra_fields`: on the gateway's own routes.
    package var wantsExtraFields = false
    /// Whether the provider's own answer is among them.
    package var wantsRawAnswer = false
    /// The caller's header fields for providers of the same format, such as `anthropic-beta`.
    package var forwardedFields: [HeaderField] = []
    /// Header fields that the caller wants any provider to get.
    package var addedFields: [HeaderField] = []
    /// The caller's own key for the provider; nil to use the gateway's. A secret.
    package var directKey: String?
    /// The only key that is used, by its name; nil for any.
    package var keyName: String?
    /// The caller's session, whose requests stay with one key; nil for none.
    package var session: String?
    /// Times that the caller sets for this request.
    package var timeouts = RequestTimeouts()
    /// Whether the answer tells in a header field how it came about.
    package var wantsExplanation = false
    /// Header fields that rules may look at, by their names in lower case.
    package var headers: [String: String] = [:]
    /// Whose requests take turns with those of others while they wait.
    package var caller: UInt64 = 0
    /// An acceptable id.
    package var requestID: String
    /// The path that it came by, for the log.
    package var route: StaticString
    /// When its last byte had been read.
    package var start = NIODeadline.now()

    package init(format: WireFormat, body: ByteBuffer, requestID: String, route: StaticString) {
        self.format = format
        self.body = body
        self.requestID = requestID
        self.route = route
    }

    /// The only key that is used at a target, by its name; nil for any.
    func pinnedKey(of candidate: RouteCandidate) -> String? {
        directKey == nil ? candidate.key ?? keyName : nil
    }
}
