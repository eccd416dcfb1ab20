/// The request method (RFC 9110 section 9); methods are case-sensitive.
package enum HTTPMethod: Sendable, Equatable {
    case get, head, post, put, delete, options, patch, connect, trace
    /// A method this codec does not name, as sent.
    case other(String)

    /// The method as it stands in a request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other(let name): name
        }
    }
}

extension HTTPMethod {
    /// The method in a range of a head; nil for one without a case of its own.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        switch range.count {
        case 3 where bytes.equalsExactly("GET", in: range): self = .get
        case 3 where bytes.equalsExactly("PUT", in: range): self = .put
        case 4 where bytes.equalsExactly("POST", in: range): self = .post
        case 4 where bytes.equalsExactly("HEAD", in: range): self = .head
        case 5 where bytes.equalsExactly("PATCH", in: range): self = .patch
        case 5 where bytes.equalsExactly("TRACE", in: range): self = .trace
        case 6 where bytes.equalsExactly("DELETE", in: range): self = .delete
        case 7 where bytes.equalsExactly("OPTIONS", in: range): self = .options
        case 7 where bytes.equalsExactly("CONNECT", in: range): self = .connect
        default: return nil
        }
    }
}
