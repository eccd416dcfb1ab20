import NIOCore
import Transport

/// HTTP/1.1 messages as they arrive, in one piece.
enum HTTPBenchmarks {
    static func all() -> [Benchmark] {
        [request(), response()]
    }

    private static func request() -> Benchmark {
        let message = ByteBuffer(bytes: SampleText.httpRequest)
        var parser = HTTPRequestParser()
        return Benchmark("HTTP/1.1: request", byteCount: message.readableBytes) {
            var bytes = message
            var fieldCount = 0
            while let event = try parser.next(&bytes) {
                if case .head(let head) = event { fieldCount = head.fields.count }
                if case .end = event { break }
            }
            return fieldCount
        }
    }

    private static func response() -> Benchmark {
        let message = ByteBuffer(bytes: SampleText.httpResponse)
        var parser = HTTPResponseParser()
        return Benchmark("HTTP/1.1: response", byteCount: message.readableBytes) {
            var bytes = message
            var fieldCount = 0
            parser.expectResponse(toHead: false)
            while let event = try parser.next(&bytes) {
                if case .head(let head) = event { fieldCount = head.fields.count }
                if case .end = event { break }
            }
            return fieldCount
        }
    }
}
