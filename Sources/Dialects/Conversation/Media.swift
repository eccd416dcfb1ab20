/// A picture, document, recording or film.
package struct Media: Sendable, Equatable {
    /// Where its bytes are.
    package enum Source: Sendable, Equatable {
        /// Here, in base64 as the caller spelled it (RFC 4648, section 4).
        case data(base64: String)
        /// Here, as plain text.
        case text(String)
        /// At an address: `https:`, `gs:`, `s3:`.
        case url(String)
        /// With the provider, under this id.
        case file(id: String)
    }

    /// Where its bytes are.
    package var source: Source
    /// For example `image/png`; nil when not said.
    package var mediaType: String?
    /// The file's name, or the document's title.
    package var name: String?
    /// How closely a picture is looked at: `auto`, `low` or `high`.
    package var detail: String?
    /// What the document is about, for the model.
    package var context: String?
    /// Whether the answer may cite it.
    package var wantsCitations: Bool?

    package init(_ source: Source, mediaType: String? = nil, name: String? = nil, detail: String? = nil) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
    }

    /// Reads an address that may be a `data:` URI (RFC 2397): base64 becomes ``Source/data(base64:)`` with its media
    /// type, everything else stays an address.
    package init(url: String, detail: String? = nil) {
        self.init(.url(url), detail: detail)
        guard url.utf8.starts(with: "data:".utf8), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            return
        }
        let head = url[..<comma].dropFirst(5)
        var words = head.split(separator: ";", omittingEmptySubsequences: false)
        guard words.count > 1, words.removeLast().lowercased() == "base64" else { return }
        source = .data(base64: String(url[comma...].dropFirst()))
        mediaType = words.first.flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// The medium as a `data:` URI or address; nil for text and files.
    ///
    /// - Parameter mediaType: What it is taken for when nothing was said.
    package func url(assuming mediaType: String) -> String? {
        switch source {
        case .data(let base64): "data:\(self.mediaType ?? mediaType);base64,\(base64)"
        case .url(let url): url
        case .text, .file: nil
        }
    }
}
