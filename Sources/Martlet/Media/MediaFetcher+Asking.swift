import Dialects
import NIOCore
import Transport

extension MediaFetcher {
    /// What a server has for an address.
    enum Reply {
        /// The medium, and what it is.
        case content(ByteBuffer, mediaType: String)
        /// Another address, which may be relative.
        case redirection(String)
    }

    /// Servers with several addresses are given so many chances.
    private static let maximumAddressCount = 4

    /// Asks the first of the server's addresses that takes the connection.
    ///
    /// - Throws: ``MediaFetchProblem`` or `UpstreamError`.
    func ask(
        _ address: MediaAddress,
        for need: MediaNeed,
        until deadline: NIODeadline,
        on worker: isolated Worker
    ) async throws -> Reply {
        for place in try await checkedPlaces(of: address, until: deadline, on: worker) {
            do {
                return try await load(address, need, at: place, until: deadline, on: worker)
            } catch UpstreamError.connectFailed {
                continue
            }
        }
        throw MediaFetchProblem.unreachable
    }

    /// Where the server is. A single address that may not be asked forbids all: a name that means both the Internet and
    /// this network is made to deceive.
    private func checkedPlaces(
        of address: MediaAddress,
        until deadline: NIODeadline,
        on worker: isolated Worker
    ) async throws -> ArraySlice<SocketAddress> {
        let places: [SocketAddress]
        if address.literal != nil {
            places = [try SocketAddress(ipAddress: address.host, port: address.port)]
        } else if address.isLocalName {
            throw MediaFetchProblem.noPublicAddress
        } else {
            places = try await resolver.addresses(
                of: address.host,
                port: address.port,
                until: deadline,
                on: worker.eventLoop
            )
        }
        let areAllowed = places.allSatisfy { $0.ipAddress.flatMap { IPAddress($0) }.map(rules.allows) ?? false }
        guard areAllowed else { throw MediaFetchProblem.noPublicAddress }
        return places.prefix(Self.maximumAddressCount)
    }

    private func load(
        _ address: MediaAddress,
        _ need: MediaNeed,
        at place: SocketAddress,
        until deadline: NIODeadline,
        on worker: isolated Worker
    ) async throws -> Reply {
        guard let upstream = upstream(of: address, at: place, until: deadline) else { throw MediaFetchProblem.insecure }
        let exchange = worker.client.singleExchange(request(address, need, to: upstream), with: upstream)
        let eventLoop = worker.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: eventLoop)
        // Closes the connection also where the rest of an answer is of no interest.
        defer { exchange.cancel(.callerGone) }
        return try await withTaskCancellationHandler {
            // The closure runs on the worker because it holds it.
            try await read(exchange, need, on: worker)
        } onCancel: {
            eventLoop.execute { bound.value.cancel(.callerGone) }
        }
    }

    private func upstream(of address: MediaAddress, at place: SocketAddress, until deadline: NIODeadline) -> Upstream? {
        if address.isSecure, tls == nil { return nil }
        // All of it within the time that is left, which is never less than a millisecond for the sake of timers.
        let rest = max(deadline - .now(), .milliseconds(1))
        var timeouts = Upstream.Timeouts()
        timeouts.connect = rest
        timeouts.firstByte = rest
        timeouts.idle = rest
        timeouts.total = rest
        var limits = Upstream.PoolLimits()
        limits.maximumIdleCount = 0
        return Upstream(
            host: address.host,
            port: address.port,
            address: place,
            tls: address.isSecure ? tls : nil,
            timeouts: timeouts,
            poolLimits: limits
        )
    }

    /// Nothing of the caller's request and nothing of a former answer goes out: no credentials, no cookies, no referrer.
    private func request(_ address: MediaAddress, _ need: MediaNeed, to upstream: Upstream) -> ByteBuffer {
        var request = ByteBuffer()
        request.writeRequestLine(.get, target: address.target)
        request.writeField("Host", upstream.authority)
        request.writeField("User-Agent", "martlet/\(MartletVersion.current)")
        request.writeField("Accept", need.mediaTypes.joined(separator: ", "))
        request.writeField("Accept-Encoding", "identity")
        request.writeField("Connection", "close")
        request.writeHeadEnd()
        return request
    }

    private func read(_ exchange: Exchange, _ need: MediaNeed, on worker: isolated Worker) async throws -> Reply {
        let head = try await exchange.start()
        switch head.status {
        case 200: break
        case 301, 302, 303, 307, 308:
            guard let location = head.fields.string("location") else { throw MediaFetchProblem.redirectedNowhere }
            return .redirection(location)
        default: throw MediaFetchProblem.status(head.status)
        }
        let said = head.fields.string("content-type").flatMap { $0.split(separator: ";").first }
        let type = said?.lowercased().filter { $0 != " " && $0 != "\t" }
        guard let type, need.mediaTypes.contains(type) else {
            throw MediaFetchProblem.wrongType(taken: need.mediaTypes)
        }
        let body = try await exchange.body(limit: rules.maximumByteCount)
        guard let mediaType = MediaSignature.mediaType(of: body.readableBytesView), need.mediaTypes.contains(mediaType)
        else { throw MediaFetchProblem.wrongType(taken: need.mediaTypes) }
        return .content(body, mediaType: mediaType)
    }
}

extension MediaFetchProblem {
    /// What the transport's failure means here.
    init(_ error: UpstreamError, _ rules: MediaFetchingRules) {
        switch error {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: self = .tooSlow(limit: rules.timeout)
        case .answerTooLarge(let limit): self = .tooLarge(limit: limit)
        // Whether an internal name exists is nobody's business, so both are told alike.
        case .unknownHost: self = .noPublicAddress
        case .connectFailed, .outOfDescriptors, .proxyFailed: self = .unreachable
        case .tlsFailed: self = .insecure
        case .closedBeforeAnswer, .truncatedAnswer, .malformedAnswer: self = .brokenAnswer
        case .cancelled: self = .cancelled
        }
    }
}
