import JSON

/// An error in AWS's form: the name goes into the header `x-amzn-ErrorType` or, in a stream, into the message's header
/// `:exception-type`; the body has only the message.
///
/// Format: API reference, "Converse", "Errors", and "Common Errors"; Smithy, "AWS restJson1 protocol", "Operation
/// error serialization".
package struct BedrockException: Sendable, Equatable {
    /// The name, as in `ValidationException`.
    package var name: String
    /// The HTTP status.
    package var status: Int

    /// The error that says this kind to a caller.
    package init(_ kind: ProviderFailure.Kind) {
        (name, status) =
            switch kind {
            case .invalidRequest, .contextLength, .contentPolicy: ("ValidationException", 400)
            case .authentication: ("UnrecognizedClientException", 403)
            case .billing, .permission: ("AccessDeniedException", 403)
            case .notFound: ("ResourceNotFoundException", 404)
            case .requestTooLarge: ("RequestEntityTooLargeException", 413)
            case .rateLimit: ("ThrottlingException", 429)
            case .overloaded: ("ServiceUnavailableException", 503)
            case .timeout: ("ModelTimeoutException", 408)
            case .server: ("InternalServerException", 500)
            }
    }

    /// The name in a stream, which knows fewer of them.
    static func streamName(_ kind: ProviderFailure.Kind) -> String {
        switch kind {
        case .rateLimit: "throttlingException"
        case .overloaded: "serviceUnavailableException"
        case .timeout: "modelStreamErrorException"
        case .server: "internalServerException"
        case .invalidRequest, .authentication, .billing, .permission, .notFound, .requestTooLarge, .contextLength,
            .contentPolicy:
            "validationException"
        }
    }

    /// The body for a caller. AWS has the request's id in the header `x-amzn-RequestId`; here it is in the body too.
    static func body(message: String, requestID: String?) -> [UInt8] {
        var body: JSONObject = ["message": .string(message)]
        if let requestID { body.append("requestId", .string(requestID)) }
        return JSONWriter().write(.object(body))
    }

    /// Reads an error of HTTP status 400 or more.
    ///
    /// - Parameter name: The name in the header `x-amzn-ErrorType`, which the body seldom has.
    package static func failure(ofBody body: Span<UInt8>, status: Int, name: String? = nil) -> ProviderFailure {
        let object = (try? JSONValue(parsing: body))?.object
        let name = name ?? object.flatMap { string($0, "__type", "code", "Code", "type") }
        let message = object.flatMap { string($0, "message", "Message", "errorMessage") }
        return failure(name: name.map(bareName), message: message, status: status)
    }

    /// Reads the payload of an exception in a stream.
    static func failure(ofPayload payload: Span<UInt8>, name: String) -> ProviderFailure {
        let object = (try? JSONValue(parsing: payload))?.object
        let message = object.flatMap { string($0, "message", "Message", "originalMessage") }
        var failure = failure(name: bareName(name), message: message, status: nil)
        if failure.kind == .server, let original = object?["originalStatusCode"]?.integer, original >= 400 {
            failure.kind = ProviderFailure.kind(ofStatus: original).refined(by: failure.message)
        }
        return failure
    }

    private static func failure(name: String?, message: String?, status: Int?) -> ProviderFailure {
        let text = message ?? name ?? "The provider gave no reason."
        let kind =
            name.flatMap { Self.kind(ofName: $0, message: text) }
            ?? Self.kind(ofStatus: status, message: text)
        return ProviderFailure(kind.refined(by: text), text, status: status, type: name)
    }

    /// The name without its namespace and without the address behind it, as in
    /// `com.amazon.coral.service#ThrottlingException:http://…`.
    private static func bareName(_ name: String) -> String {
        let head = name.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        return head.split(separator: "#").last.map(String.init) ?? name
    }

    private static func string(_ object: JSONObject, _ names: String...) -> String? {
        for name in names {
            if let text = object[name]?.string, !text.isEmpty { return text }
        }
        return nil
    }

    private static func kind(ofName name: String, message: String) -> ProviderFailure.Kind? {
        switch name.lowercased() {
        case "validationexception", "serializationexception", "validationerror", "malformedhttprequestexception":
            .invalidRequest
        case "throttlingexception", "throttling", "toomanyrequestsexception", "servicequotaexceededexception",
            "requestlimitexceeded":
            .rateLimit
        case "accessdeniedexception", "accessdenied", "notauthorized", "optinrequired":
            accessKind(message)
        case "unrecognizedclientexception", "invalidsignatureexception", "expiredtokenexception", "expiredtoken",
            "missingauthenticationtokenexception", "missingauthenticationtoken", "incompletesignature",
            "invalidclienttokenid", "requestexpired", "notauthorizedexception":
            .authentication
        case "resourcenotfoundexception", "unknownoperationexception": .notFound
        case "modeltimeoutexception", "requesttimeout", "requesttimeoutexception": .timeout
        case "modelnotreadyexception", "serviceunavailableexception", "serviceunavailable": .overloaded
        case "requestentitytoolargeexception": .requestTooLarge
        case "internalserverexception", "internalfailure", "internalfailureexception", "modelerrorexception",
            "modelstreamerrorexception", "internalservererror":
            .server
        default: nil
        }
    }

    private static func kind(ofStatus status: Int?, message: String) -> ProviderFailure.Kind {
        guard let status else { return .server }
        return switch status {
        case 403: accessKind(message)
        case 424: .server
        default: ProviderFailure.kind(ofStatus: status)
        }
    }

    private static func accessKind(_ message: String) -> ProviderFailure.Kind {
        let text = message.lowercased()
        if text.contains("invalid_payment_instrument") || text.contains("payment") { return .billing }
        let keys = ["security token", "signature", "api key", "bearer token", "authentication", "credential"]
        return keys.contains(where: text.contains) ? .authentication : .permission
    }
}
