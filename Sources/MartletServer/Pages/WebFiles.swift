import CWebPages
import NIOCore

/// The files for browsers, all in memory and found by their exact path: no path of a request ever reaches a file system.
package struct WebFiles: Sendable {
    /// The files that a page may be at `/` by; the first that is there is.
    private static let pageNames = ["index.html", "chat.html"]

    /// By the segments of their path.
    private var files: [[String]: WebFile] = [:]

    /// The chat page in the program itself.
    package static let embedded: WebFiles = {
        var result = WebFiles()
        for index in 0..<CWebPageCount() {
            let page = CWebPageAt(index)
            // The header promises that so many bytes are there, for as long as the program runs.
            let body = ByteBuffer(bytes: UnsafeBufferPointer(start: page.bytes, count: page.byteCount))
            let name = String(cString: page.name)
            result.files[[name]] = WebFile(name: name, body: body, origin: .embedded)
        }
        result.setPage(from: result.files)
        return result
    }()

    /// These files, and in the place of those with the same names, and of the page at `/`, the directory's.
    package func overridden(by directory: WebDirectory) -> WebFiles {
        let added = directory.files.map { path, body in
            (path, WebFile(name: path.last ?? "", body: body, origin: .directory))
        }
        var result = self
        result.files.merge(added) { $1 }
        result.setPage(from: Dictionary(added) { $1 })
        return result
    }

    /// The file at a path of a request; nil where there is none.
    subscript(path: ByteBuffer) -> WebFile? {
        // Other forms of a target have no path, and lead nowhere.
        guard path.readableBytesView.first == UInt8(ascii: "/") else { return nil }
        // An encoded slash stays within its segment, which is then no file's name.
        return files[PathSegments(path.readableBytesUInt8Span).names]
    }

    private mutating func setPage(from candidates: [[String]: WebFile]) {
        if let page = Self.pageNames.lazy.compactMap({ candidates[[$0]] }).first {
            files[[""]] = page
        }
    }
}
