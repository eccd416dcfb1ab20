import Foundation

/// The recorded answers below the directory that the environment variable MARTLET_FIXTURES names.
struct RecordedStreams {
    static let isAvailable = directory != nil

    static let note = "MARTLET_FIXTURES names no directory of recorded answers"

    /// Each recorded stream of server-sent events with its file's name.
    static func serverSentEvents() throws -> [(name: String, bytes: [UInt8])] {
        try recordings(contentType: "text/event-stream").compactMap { name, response in
            response.body.map { (name, Array($0.utf8)) }
        }
    }

    /// Each recorded AWS event stream with its file's name.
    static func eventStreams() throws -> [(name: String, bytes: [UInt8])] {
        try recordings(contentType: "application/vnd.amazon.eventstream").compactMap { name, response in
            response.base64Body.flatMap { Data(base64Encoded: $0) }.map { (name, Array($0)) }
        }
    }

    private static let directory: URL? = {
        guard let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"], !path.isEmpty else { return nil }
        return URL(fileURLWithPath: path, isDirectory: true)
    }()

    private struct Recording: Decodable {
        var response: Response?
    }

    private struct Response: Decodable {
        var contentType: String?
        var body: String?
        var base64Body: String?

        enum CodingKeys: String, CodingKey {
            case contentType = "content_type"
            case body
            case base64Body = "body_base64"
        }
    }

    private static func recordings(contentType: String) throws -> [(String, Response)] {
        guard let directory, let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        else { return [] }
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }.compactMap { file in
            let recording = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
            guard let response = recording.response, response.contentType?.hasPrefix(contentType) == true else {
                return nil
            }
            return (file.lastPathComponent, response)
        }
    }
}
