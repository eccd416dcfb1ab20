import NIOCore
import Synchronization
import Transport

/// A server of pictures, and of everything that one may get instead of them.
final class PictureServer: HTTPService {
    /// What came, for all workers.
    final class Log: Sendable {
        private let heads = Mutex<[String]>([])
        /// Requests that were begun.
        let begun: AsyncStream<Void>
        /// Requests that ended before they were answered.
        let abandoned: AsyncStream<Void>
        fileprivate let begin: AsyncStream<Void>.Continuation
        fileprivate let abandon: AsyncStream<Void>.Continuation

        init() {
            (begun, begin) = AsyncStream.makeStream()
            (abandoned, abandon) = AsyncStream.makeStream()
        }

        /// Request targets and fields, each as text.
        var requests: [String] { heads.withLock { $0 } }

        fileprivate func note(_ head: HTTPRequestHead) {
            var text = String(buffer: head.target)
            head.fields.forEach { name, value in
                text += "\n\(Self.text(name).lowercased()): \(Self.text(value))"
            }
            heads.withLock { $0.append(text) }
            begin.yield()
        }

        private static func text(_ bytes: Span<UInt8>) -> String {
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    /// The smallest thing that passes for a picture.
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3, 4]
    /// The beginning of a PDF file.
    static let pdf = Array("%PDF-1.7\n".utf8)

    private let log: Log

    init(_ log: Log) {
        self.log = log
    }

    func reject(_ rejection: HTTPRejection, with response: ResponseWriter) {
        response.abort()
    }

    func respond(to request: HTTPRequest, with response: ResponseWriter) async {
        log.note(request.head)
        switch String(buffer: request.head.path) {
        case "/p.png", "/folder/p.png": send(response, "image/png", Self.png)
        case "/typed": send(response, "Image/PNG ; charset=binary", Self.png)
        case "/mislabelled": send(response, "image/jpeg", Self.png)
        case "/p.pdf": send(response, "application/pdf", Self.pdf)
        case "/lying": send(response, "image/png", Array("<html>inner secret</html>".utf8))
        case "/page": send(response, "text/html", Self.png)
        case "/bitmap": send(response, "image/bmp", Self.png)
        case "/untyped": send(response, nil, Self.png)
        case "/large": send(response, "image/png", Self.png + [UInt8](repeating: 0, count: 4096))
        case "/missing": send(response, "image/png", Self.png, status: 404)
        case "/partial": send(response, "image/png", Self.png, status: 206)
        case "/broken": response.abort()
        case "/silent": await neverAnswer(response)
        case "/loop": redirect(response, to: "/loop")
        case "/nowhere": redirect(response, to: nil)
        case "/relative": redirect(response, to: "folder/p.png", status: 301)
        case "/to": redirect(response, to: request.head.query.map { String(buffer: $0) }, status: 307)
        default: send(response, "text/plain", [], status: 404)
        }
    }

    private func send(_ response: ResponseWriter, _ type: String?, _ body: [UInt8], status: Int = 200) {
        response.send(
            status: status,
            fields: { fields in
                if let type { fields.writeField("Content-Type", type) }
                fields.writeField("Set-Cookie", "session=1")
            },
            body: ByteBuffer(bytes: body)
        )
    }

    private func redirect(_ response: ResponseWriter, to location: String?, status: Int = 302) {
        response.send(
            status: status,
            fields: { fields in
                if let location { fields.writeField("Location", location) }
                fields.writeField("Set-Cookie", "session=1")
            },
            body: ByteBuffer()
        )
    }

    private func neverAnswer(_ response: ResponseWriter) async {
        guard response.cancellationReason == nil else { return }
        await withCheckedContinuation { continuation in
            response.onCancel = { _ in continuation.resume() }
        }
        log.abandon.yield()
    }
}

/// A picture server in the hands of a test, with the workers that fetch from it.
struct RunningPictureServer {
    let log: PictureServer.Log
    let group: WorkerGroup
    let port: Int

    /// Runs `body` with a server that ends with it.
    static func with(host: String = "127.0.0.1", _ body: (RunningPictureServer) async throws -> Void) async throws {
        let group = try await WorkerGroup(count: 1)
        do {
            try await with(host: host, on: group, body)
        } catch {
            try await group.shutDown()
            throw error
        }
        try await group.shutDown()
    }

    /// The same on workers that are there already.
    static func with(
        host: String = "127.0.0.1",
        on group: WorkerGroup,
        _ body: (RunningPictureServer) async throws -> Void
    ) async throws {
        let log = PictureServer.Log()
        let listener = try await Listener.bind(
            host: host,
            port: 0,
            group: group,
            configuration: ServerConfiguration()
        ) { _ in PictureServer(log) }
        let running = RunningPictureServer(log: log, group: group, port: listener.localAddress.port ?? 0)
        do {
            try await body(running)
        } catch {
            _ = try await listener.shutDown(grace: .zero)
            throw error
        }
        _ = try await listener.shutDown(grace: .zero)
    }

    private init(log: PictureServer.Log, group: WorkerGroup, port: Int) {
        self.log = log
        self.group = group
        self.port = port
    }

    func url(_ target: String, host: String = "127.0.0.1") -> String { "http://\(host):\(port)\(target)" }
}
