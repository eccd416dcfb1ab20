import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Sends a request with what opens its provider, and waits for the answer's head. A token that the provider refuses
    /// is replaced once, since tokens can be revoked, and end earlier than they say.
    ///
    /// - Parameter sink: The request's way back, through which it may end meanwhile; what it calls then is set here.
    /// - Throws: ``AttemptFailure`` or `UpstreamError`.
    func ask(
        _ outgoing: OutgoingRequest,
        through sink: AttemptSink
    ) async throws -> (Exchange, HTTPResponseHead) {
        let key = outgoing.key
        var grant = try await grant(of: key, outgoing.provider, through: sink)
        var exchange = try exchange(outgoing, grant, through: sink)
        var head = try await exchange.start()
        if key.authentication.drop(grant, status: head.status, now: Int64(UnixTime.seconds())) {
            exchange.cancel(.callerGone)
            grant = try await self.grant(of: key, outgoing.provider, through: sink)
            exchange = try self.exchange(outgoing, grant, through: sink)
            head = try await exchange.start()
        }
        return (exchange, head)
    }

    private func exchange(
        _ outgoing: OutgoingRequest,
        _ grant: KeyAuthentication.Grant,
        through sink: AttemptSink
    ) throws(UpstreamError) -> Exchange {
        let upstream = outgoing.key.upstream
        let usual = outgoing.provider.timeouts(for: outgoing.model)
        let times = outgoing.call.timeouts.times(usual, elapsed: .now() - outgoing.call.start)
        let exchange = client.exchange(
            outgoing.encoded(grant, signers),
            with: upstream,
            timeouts: times,
            isRepeatable: outgoing.isRepeatable
        )
        if let reason = sink.cancellationReason { throw .cancelled(reason) }
        sink.onCancel = { exchange.cancel($0) }
        return exchange
    }

    /// What opens a provider with a key: at once, unless it has to be fetched first.
    ///
    /// - Parameter sink: The request's way back, through which it may end meanwhile.
    /// - Throws: ``AttemptFailure`` when there are no credentials, which another key may have.
    func grant(
        of key: Provider.Key,
        _ provider: Provider,
        through sink: any AnswerSink
    ) async throws -> KeyAuthentication.Grant {
        let now = Int64(UnixTime.seconds())
        let authentication = key.authentication
        if let grant = authentication.grant(now: now) { return grant }
        if let reason = sink.cancellationReason { throw AttemptFailure(.cancelled(reason), provider.name) }
        let task = Task.detached { try await authentication.fetchedGrant(now: now) }
        sink.onCancel = { _ in task.cancel() }
        defer { sink.onCancel = nil }
        do {
            return try await task.value
        } catch let problem as CredentialProblem {
            throw AttemptFailure(problem, key: key.configuration.name, provider.name)
        } catch {
            throw AttemptFailure(.cancelled(sink.cancellationReason ?? .callerGone), provider.name)
        }
    }
}

extension AttemptFailure {
    fileprivate init(_ error: UpstreamError, _ provider: String) {
        self.init(error, provider: provider, hasContent: false)
    }

    fileprivate init(_ problem: CredentialProblem, key: String, _ provider: String) {
        let owner = "key \(key) of provider \(provider)"
        if problem.isTemporary {
            self.init(
                GatewayError(
                    .credentialsUnavailable,
                    "The credentials for \(owner) cannot be fetched at present: \(problem.message)"
                ),
                .credentialsUnavailable
            )
            // Who asks sooner is told the same failure without another fetch; see `RefreshState`.
            retryAfter = Interval(seconds: 1)
        } else {
            self.init(
                GatewayError(.credentialsExhausted, "There are no credentials for \(owner): \(problem.message)"),
                .keyRefused
            )
        }
    }
}
