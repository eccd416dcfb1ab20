/// What sort of failure ended an attempt: a closed set, because ``AttemptTable`` says of each what follows.
package enum FailureClass: String, Sendable, Hashable, CaseIterable {
    /// The provider, or the proxy on the way, was not reached, or its name has no address.
    case connectFailed = "connect_failed"
    /// No secure connection came about.
    case tlsFailed = "tls_failed"
    /// No connection was ready in time.
    case connectTimeout = "connect_timeout"
    /// The connection broke before the caller saw anything of the answer.
    case brokenBeforeContent = "broken_before_content"
    /// The request was sent, and no byte of an answer came in time.
    case firstByteTimeout = "first_byte_timeout"
    /// The answer stopped for too long before the caller saw anything of it.
    case idleTimeout = "idle_timeout"
    /// The stream began more slowly than the provider's configuration allows, before the caller saw anything of it.
    case slowStream = "slow_stream"
    /// The answer is not what its protocol or format says.
    case badAnswer = "bad_answer"
    /// The provider failed: status 5xx, or an error event before the first content.
    case serverError = "server_error"
    /// The provider has too much to do: status 503 or 529.
    case overloaded
    /// Too many requests with this key: status 429.
    case rateLimited = "rate_limited"
    /// The key is wrong: status 401, or there are no credentials for it.
    case keyRefused = "key_refused"
    /// The key may not do this, for example use this model: status 403.
    case keyForbidden = "key_forbidden"
    /// The key's account has no money or quota left: status 402, or 429 with `insufficient_quota`.
    case keyOutOfMoney = "key_out_of_money"
    /// The service that hands out the key's credentials was not reached, or could not decide.
    case credentialsUnavailable = "credentials_unavailable"
    /// The provider does not have the model or the operation: status 404, 405, 410 or 501.
    case modelNotFound = "model_not_found"
    /// The conversation does not fit into the model's window.
    case contextLength = "context_length"
    /// The provider's filters refuse the conversation.
    case contentPolicy = "content_policy"
    /// The request is larger than the provider takes: status 413.
    case requestTooLarge = "request_too_large"
    /// The request is at fault: any other status 4xx.
    case callerError = "caller_error"
    /// The stream failed after the caller had seen some of it.
    case brokenAfterContent = "broken_after_content"
    /// The request's time as a whole is over.
    case deadline
    /// The gateway itself has no descriptor left for a connection.
    case gatewayExhausted = "gateway_exhausted"
    /// As many requests to the provider run and wait in the gateway as may.
    case queueFull = "queue_full"
    /// The caller has left, or the gateway is stopping.
    case cancelled
}

extension FailureClass {
    /// What it means, in the words of the documentation.
    package var title: String {
        switch self {
        case .connectFailed: "not reached: refused, no route, unknown name, proxy"
        case .tlsFailed: "no secure connection"
        case .connectTimeout: "no connection in time"
        case .brokenBeforeContent: "connection broke before any content"
        case .firstByteTimeout: "no answer in time"
        case .idleTimeout: "answer stopped before any content"
        case .slowStream: "stream slower than its provider's minimum"
        case .badAnswer: "answer not understood"
        case .serverError: "5xx, 408, 409, 425, or an error event before any content"
        case .overloaded: "503, 529"
        case .rateLimited: "429"
        case .keyRefused: "401, or credentials that are refused"
        case .keyForbidden: "403"
        case .keyOutOfMoney: "402, or 429 for want of quota"
        case .credentialsUnavailable: "who hands out the key's credentials is not reached, or says 5xx, 408, 410 or 429"
        case .modelNotFound: "404, 405, 410, 501"
        case .contextLength: "the conversation is too long for the model"
        case .contentPolicy: "the provider's filters refuse"
        case .requestTooLarge: "413"
        case .callerError: "other 4xx"
        case .brokenAfterContent: "failure after content"
        case .deadline: "the request's time is over"
        case .queueFull: "as many requests to the provider run and wait as may"
        case .gatewayExhausted: "the gateway has no descriptor left"
        case .cancelled: "the caller left, or the gateway stops"
        }
    }
}
