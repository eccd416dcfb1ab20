import JSON
import NIOCore
import Transport

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

    /// What the other side asks to wait.
    ///
    /// - Parameter now: Seconds since 1970.
    func retryAfter(now: Int) -> Interval? {
        guard let retryAfter = string("retry-after") else {
            return RetryAfter.interval(nil, milliseconds: string("retry-after-ms"), now: now)
        }
        let (milliseconds, date) = (string("retry-after-ms"), string("date"))
        return RetryAfter.interval(retryAfter, milliseconds: milliseconds, date: date, now: now)
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
