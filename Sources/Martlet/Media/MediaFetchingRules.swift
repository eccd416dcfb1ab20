/// Limits on what the gateway fetches for a request whose provider takes media as bytes only.
package struct MediaFetchingRules: Sendable, Equatable {
    /// Media fetched for one request; the same address counts once.
    package var maximumCount = 20
    /// Largest medium, in bytes.
    package var maximumByteCount = 20 << 20
    /// Largest sum of all media of a request, in bytes.
    package var maximumTotalByteCount = 100 << 20
    /// Time for all media of a request, looking up names and following redirections included, in seconds.
    package var timeout = 10.0
    /// Redirections followed for one medium.
    package var maximumRedirectCount = 3
    /// Addresses that are asked although they are not public. For tests alone: a caller could read through them.
    package var exemptAddresses: Set<IPAddress> = []

    package init() {}

    /// Whether a server at the address may be asked.
    func allows(_ address: IPAddress) -> Bool {
        address.isPublic || exemptAddresses.contains(address)
    }
}
