import Foundation
import JSON

/// Recorded exchanges of providers, below the directory that the environment variable MARTLET_FIXTURES names.
enum Recordings {
    struct Exchange {
        var name: String
        /// The path of the request's address.
        var path: String
        /// The request's body as it was spelled; nil where none was recorded.
        var requestBody: JSONValue?
        var status: Int
        var contentType: String
        var answer: [UInt8]

        /// The request's body as compact JSON; nil where none was recorded.
        var request: [UInt8]? { requestBody.map { JSONWriter().write($0) } }

        var isStream: Bool { contentType.hasPrefix("text/event-stream") || contentType.contains("eventstream") }

        /// The data of the stream's events. The recordings have one `data` line for each event and nothing else.
        var events: [[UInt8]] {
            String(decoding: answer, as: UTF8.self).split(separator: "\n").compactMap { line in
                line.hasPrefix("data: ") ? Array(line.dropFirst(6).utf8) : nil
            }
        }
    }

    static let isAvailable = directory != nil
    static let note = "MARTLET_FIXTURES names no directory with recorded exchanges"
    /// The folders of OpenAI's chat format.
    static let openAIChat = ["openai-chat", "azure-chat", "groq-chat"]

    static func load(_ folders: [String] = openAIChat) throws -> [Exchange] {
        guard let directory else { return [] }
        return try folders.flatMap { folder in
            let folder = directory.appending(path: "recorded").appending(path: folder)
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "json" }
                .sorted { $0.path < $1.path }
                .compactMap(read)
        }
    }

    private static let directory: URL? = {
        guard let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"], !path.isEmpty else { return nil }
        return URL(filePath: path, directoryHint: .isDirectory)
    }()

    private static func read(_ file: URL) throws -> Exchange? {
        let recording = try JSONValue(parsing: Array(Data(contentsOf: file)).span)
        guard let response = recording["response"] else { return nil }
        let request = recording["request"]
        let body = request?["body"]
        let answer =
            response["body"]?.string.map { Array($0.utf8) }
            ?? response["body_base64"]?.string.flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? []
        return Exchange(
            name: "\(file.deletingLastPathComponent().lastPathComponent)/\(file.lastPathComponent)",
            path: request?["path"]?.string ?? "",
            requestBody: body?.object == nil ? nil : body,
            status: response["status"]?.integer ?? 0,
            contentType: response["content_type"]?.string ?? "",
            answer: answer
        )
    }
}
