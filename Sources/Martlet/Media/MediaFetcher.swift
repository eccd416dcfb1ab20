import Dialects
import NIOCore
import Transport

/// Fetches pictures and documents on one event loop, from public servers only.
///
/// Callers choose the addresses, so everything that is asked is what anybody on the Internet could ask: the host is
/// looked up once, all of its addresses must be public, and the connection goes to one of those that were looked at,
/// not to the name again, which may mean something else a moment later. A redirection is a new address in all of this.
struct MediaFetcher: Sendable {
    /// The loop on which everything but the encoding happens.
    let worker: Worker
    /// The limits.
    let rules: MediaFetchingRules
    /// TLS with the system's certificates; nil lets no `https` through.
    let tls: ClientTLSContext?
    /// Finds addresses.
    var resolver: any HostResolver = SystemResolver()

    /// A medium as formats take it.
    struct Medium: Sendable, Equatable {
        /// The bytes in base64 (RFC 4648, section 4).
        var base64: String
        /// How many bytes they are.
        var byteCount: Int
        /// What they are, by themselves.
        var mediaType: String
    }

    /// Fetches all at once. Ends early, and closes every connection, when its task is cancelled.
    ///
    /// - Returns: The media in the order of `needs`.
    /// - Throws: ``MediaFetchFailure``.
    func fetch(_ needs: [MediaNeed]) async throws -> [Medium] {
        let deadline = NIODeadline.now() + TimeAmount(seconds: rules.timeout)
        var distinct: [MediaNeed] = []
        for need in needs where !distinct.contains(where: { $0.means(need) }) {
            guard distinct.count < rules.maximumCount else {
                throw MediaFetchFailure(path: need.path, problem: .tooMany(limit: rules.maximumCount))
            }
            distinct.append(need)
        }
        let media = try await withThrowingTaskGroup(of: (Int, Medium).self) { group in
            for (index, need) in distinct.enumerated() {
                group.addTask { (index, try await fetch(need, until: deadline)) }
            }
            var media: [Int: Medium] = [:]
            var byteCount = 0
            for try await (index, medium) in group {
                byteCount += medium.byteCount
                guard byteCount <= rules.maximumTotalByteCount else {
                    let problem = MediaFetchProblem.tooLargeTogether(limit: rules.maximumTotalByteCount)
                    throw MediaFetchFailure(path: distinct[index].path, problem: problem)
                }
                media[index] = medium
            }
            return media
        }
        return needs.compactMap { need in
            distinct.firstIndex { $0.means(need) }.flatMap { media[$0] }
        }
    }

    private func fetch(_ need: MediaNeed, until deadline: NIODeadline) async throws -> Medium {
        do {
            let (body, mediaType) = try await worker.run { worker in
                try await follow(need, until: deadline, on: worker)
            }
            // Here no event loop waits for it.
            let base64 = Base64.encoded(Array(body.readableBytesView))
            return Medium(base64: base64, byteCount: body.readableBytes, mediaType: mediaType)
        } catch let problem as MediaFetchProblem {
            throw MediaFetchFailure(path: need.path, problem: problem)
        } catch let error as UpstreamError {
            throw MediaFetchFailure(path: need.path, problem: MediaFetchProblem(error, rules))
        }
    }

    private func follow(
        _ need: MediaNeed,
        until deadline: NIODeadline,
        on worker: isolated Worker
    ) async throws -> (body: ByteBuffer, mediaType: String) {
        var address = try MediaAddress(need.url)
        for _ in 0...max(0, rules.maximumRedirectCount) {
            switch try await ask(address, for: need, until: deadline, on: worker) {
            case .redirection(let location): address = try address.following(location)
            case .content(let body, let mediaType): return (body, mediaType)
            }
        }
        throw MediaFetchProblem.redirectedTooOften(limit: rules.maximumRedirectCount)
    }
}

extension MediaNeed {
    /// Whether both are one and the same file.
    fileprivate func means(_ other: MediaNeed) -> Bool {
        url == other.url && mediaTypes == other.mediaTypes
    }
}
