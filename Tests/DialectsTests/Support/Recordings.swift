import Foundation

/// Recorded exchanges of the providers that speak OpenAI's chat format, below the directory that the environment
/// variable MARTLET_FIXTURES names.
enum Recordings {
    struct Exchange {
        var name: String
        /// The request's body as compact JSON; nil where none was recorded.
        var request: [UInt8]?
        var status: Int
        var contentType: String
        var answer: [UInt8]

        var isStream: Bool { contentType.hasPrefix("text/event-stream") }

        /// The data of the stream's events. The recordings have one `data` line for each event and nothing else.
        var events: [[UInt8]] {
            String(decoding: answer, as: UTF8.self).split(separator: "\n").compactMap { line in
                line.hasPrefix("data: ") ? Array(line.dropFirst(6).utf8) : nil
            }
        }
    }

    static let isAvailable = directory != nil
    static let note = "MARTLET_FIXTURES names no directory with recorded exchanges"

    static func load() throws -> [Exchange] {
        guard let directory else { return [] }
        return try ["openai-chat", "azure-chat", "groq-chat"].flatMap { folder in
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
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        guard let recording = value as? [String: Any], let response = recording["response"] as? [String: Any] else {
            return nil
        }
        let request = (recording["request"] as? [String: Any])?["body"] as? [String: Any]
        return Exchange(
            name: "\(file.deletingLastPathComponent().lastPathComponent)/\(file.lastPathComponent)",
            request: try request.map { Array(try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys)) },
            status: response["status"] as? Int ?? 0,
            contentType: response["content_type"] as? String ?? "",
            answer: Array((response["body"] as? String ?? "").utf8)
        )
    }
}
