package import Martlet
package import NIOCore
package import Transport

extension ResponseWriter: AnswerSink {
    package func send(_ head: AnswerHead, body: ByteBuffer) {
        send(status: head.status, fields: { head.writeFields(&$0) }, body: body)
    }

    package func begin(_ head: AnswerHead) {
        begin(status: head.status) { fields in
            head.writeFields(&fields)
            // Proxies in front of the gateway must neither store nor hold back a stream.
            fields.writeStaticString("Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n")
        }
    }
}

extension AnswerHead {
    func writeFields(_ fields: inout ByteBuffer) {
        fields.writeField("Content-Type", contentType)
        fields.writeField("X-Request-ID", requestID)
        if isForBedrock {
            fields.writeField("x-amzn-RequestId", requestID)
        }
        if let retryAfter {
            fields.writeField("Retry-After", retryAfter)
        }
        if let lossField {
            fields.writeField("x-martlet-loss", lossField)
        }
        if let explanation {
            fields.writeField("x-martlet-explanation", explanation)
        }
        if isInDoubt, provider?.fields.first("x-should-retry") == nil {
            // What the SDKs of OpenAI and Anthropic heed, which would send the request again otherwise.
            fields.writeStaticString("x-should-retry: false\r\n")
        }
        if isEstimated {
            fields.writeStaticString("x-martlet-estimated: true\r\n")
        }
        if let exceptionName {
            fields.writeField("x-amzn-ErrorType", exceptionName)
        }
        provider?.fields.forEach { name, value in
            if Self.isPassedOn(name) {
                fields.writeField(name, value)
            }
        }
    }

    /// The provider's fields that callers act on: how long to wait, what is left of a limit, how long it took, what to
    /// name to the provider's support, and what error it is where the body does not tell.
    private static func isPassedOn(_ name: Span<UInt8>) -> Bool {
        guard name.count >= 7 else { return false }
        switch name[0] | 0x20 {
        case UInt8(ascii: "r"):
            return name.hasPrefix("retry-after")
        case UInt8(ascii: "x"):
            return name.hasPrefix("x-ratelimit-") || name.hasPrefix("x-should-retry")
                || name.hasPrefix("x-amzn-errortype")
        case UInt8(ascii: "o"):
            return name.hasPrefix("openai-")
        case UInt8(ascii: "a"):
            return name.hasPrefix("anthropic-ratelimit-")
        default:
            return false
        }
    }
}

extension Span<UInt8> {
    /// Whether the text begins like `prefix`, which is in lower case, letter case aside.
    fileprivate func hasPrefix(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { prefix in
            for index in 0..<prefix.count where self[index] != prefix[index] && self[index] | 0x20 != prefix[index] {
                return false
            }
            return true
        }
    }
}
