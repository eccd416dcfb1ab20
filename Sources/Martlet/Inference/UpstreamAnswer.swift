import JSON
import NIOCore
import Transport

extension UpstreamError {
    /// Whether another attempt may help. The connection's end in the middle of an answer may have cost tokens
    /// already, and a caller that has left wants nothing any more.
    var isRetryable: Bool {
        switch self {
        case .connectTimeout, .unknownHost, .connectFailed, .tlsFailed, .proxyFailed, .closedBeforeAnswer: true
        case .firstByteTimeout, .idleTimeout, .totalTimeout, .outOfDescriptors, .truncatedAnswer, .malformedAnswer,
            .answerTooLarge, .cancelled:
            false
        }
    }
}

extension HTTPFields {
    /// Whether the content is a stream of server-sent events, or of AWS's messages.
    var isEventStream: Bool {
        guard let type = first("content-type") else { return false }
        return Self.begins(type, "text/event-stream") || Self.begins(type, "application/vnd.amazon.eventstream")
    }

    private static func begins(_ type: ByteBufferView, _ expected: StaticString) -> Bool {
        guard type.count >= expected.utf8CodeUnitCount else { return false }
        return expected.withUTF8Buffer { expected in
            zip(type, expected).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 }
        }
    }

    /// The content coding, when it is none that the transport has undone. None was asked for.
    var unknownContentCoding: String? {
        guard let coding = string("content-encoding") else { return nil }
        return ["identity", "gzip", "x-gzip", "deflate"].contains(coding.lowercased()) ? nil : Gateway.excerpt(coding)
    }

    /// What the other side asks to wait: `retry-after-ms`, or `Retry-After` in its form of seconds (RFC 9110, 10.2.3).
    var retryAfterSeconds: Double? {
        if let milliseconds = string("retry-after-ms").flatMap(Double.init), milliseconds >= 0 {
            return milliseconds / 1000
        }
        guard let seconds = string("retry-after").flatMap(Double.init), seconds >= 0 else { return nil }
        return seconds
    }
}

extension ByteBuffer {
    /// The bytes, if they are a JSON object, with every occurrence of `secret` replaced: a provider may repeat the key
    /// that it refuses.
    func jsonObject(without secret: String) -> ByteBuffer? {
        let bytes = readableBytesUInt8Span
        do {
            guard try JSONScanner.validate(bytes) == .object else { return nil }
        } catch {
            return nil
        }
        guard secret.utf8.count >= 8 else { return self }
        // Bytes, not characters: a combining mark behind the key would make its last character another one.
        let text = Array(readableBytesView)
        guard text.contains(secret.utf8) else { return self }
        let parts = text.split(separator: secret.utf8, omittingEmptySubsequences: false)
        return ByteBuffer(bytes: parts.joined(separator: "***".utf8))
    }
}
