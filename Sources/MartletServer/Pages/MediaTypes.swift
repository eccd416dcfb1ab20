/// What browsers are told about the contents of a file.
enum MediaTypes {
    /// The type by the name's extension; bytes without a meaning where it is not known.
    static func type(ofFile name: String) -> StaticString {
        guard let dot = name.lastIndex(of: ".") else { return unknown }
        return switch name[name.index(after: dot)...].lowercased() {
        case "html", "htm": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "json", "map": "application/json"
        case "webmanifest": "application/manifest+json"
        case "txt": "text/plain; charset=utf-8"
        case "md": "text/markdown; charset=utf-8"
        case "xml": "application/xml"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "avif": "image/avif"
        case "ico": "image/vnd.microsoft.icon"
        case "woff": "font/woff"
        case "woff2": "font/woff2"
        case "ttf": "font/ttf"
        case "pdf": "application/pdf"
        case "wasm": "application/wasm"
        default: unknown
        }
    }

    private static let unknown: StaticString = "application/octet-stream"
}
