/// Why a medium was not fetched. None tells what a server said, or which names a network has.
enum MediaFetchProblem: Error, Equatable {
    /// The address is none of `http` or `https`.
    case notHTTP
    /// The address breaks the syntax of RFC 3986.
    case malformedAddress
    /// There is a user name or password in the address.
    case credentials
    /// The host has no address, or one that is not public.
    case noPublicAddress
    /// The server could not be reached.
    case unreachable
    /// There was no secure connection to be had.
    case insecure
    /// The server's answer was none of HTTP, or broke off.
    case brokenAnswer
    /// The server answered with another status than 200.
    case status(Int)
    /// The server redirected more often than this.
    case redirectedTooOften(limit: Int)
    /// The server redirected to no address.
    case redirectedNowhere
    /// The content is, or says it is, of none of these types.
    case wrongType(taken: [String])
    /// The content is larger than so many bytes.
    case tooLarge(limit: Int)
    /// All media together are larger than so many bytes.
    case tooLargeTogether(limit: Int)
    /// There are more media than this.
    case tooMany(limit: Int)
    /// It took longer than so many seconds.
    case tooSlow(limit: Double)
    /// The request ended.
    case cancelled

    /// What happened, for a person, as the end of a sentence.
    var explanation: String {
        switch self {
        case .notHTTP: "it is no http or https address"
        case .malformedAddress: "its address is malformed"
        case .credentials: "its address holds a user name or password"
        case .noPublicAddress: "its host has no public address"
        case .unreachable: "its server cannot be reached"
        case .insecure: "its server offers no secure connection"
        case .brokenAnswer: "its server's answer is malformed or broke off"
        case .status(let status): "its server answered with status \(status)"
        case .redirectedTooOften(let limit): "its server redirected more than \(limit) times"
        case .redirectedNowhere: "its server redirected to no address"
        case .wrongType(let taken): "it is none of \(taken.joined(separator: ", "))"
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .tooLargeTogether(let limit): "all fetched content together is larger than \(limit) bytes"
        case .tooMany(let limit): "a request may have \(limit) such addresses"
        case .tooSlow(let limit): "it did not come within \(limit) seconds"
        case .cancelled: "the request ended"
        }
    }
}

/// Which medium of a request was not fetched, and why.
struct MediaFetchFailure: Error, Equatable {
    /// Where it is in the caller's body.
    var path: String
    /// Why.
    var problem: MediaFetchProblem
}
