package import NIOCore
import Transport

/// The part of a gateway that lives on one event loop: what is neither shared nor locked.
package final class GatewayShare {
    package let gateway: Gateway
    let eventLoop: any EventLoop
    let client: UpstreamClient
    /// Keeps tasks on the loop.
    let taskExecutor: any TaskExecutor
    let telemetry: TelemetryShare
    /// Fetches media for providers that take bytes only; nil where that is not allowed or nobody needs it.
    let mediaFetcher: MediaFetcher?
    /// Sign requests to providers that want it.
    let signers = AWSSigners()
    var random = RandomSource()

    private let upstreams: [Upstream]
    private var runningCount = 0
    private var isRetired = false

    init(
        gateway: Gateway,
        eventLoop: any EventLoop,
        client: UpstreamClient,
        taskExecutor: any TaskExecutor,
        mediaFetcher: MediaFetcher?
    ) {
        self.gateway = gateway
        self.taskExecutor = taskExecutor
        self.eventLoop = eventLoop
        self.client = client
        self.mediaFetcher = mediaFetcher
        telemetry = gateway.telemetry.share(on: eventLoop)
        upstreams = gateway.upstreams
        for upstream in upstreams {
            client.retain(upstream)
        }
    }

    // MARK: The end of its life

    /// A request begins that may go to a provider; ``requestDidLeave()`` follows.
    package func requestDidEnter() {
        runningCount += 1
    }

    /// A request has ended in every respect.
    package func requestDidLeave() {
        runningCount -= 1
        releaseIfUnused()
    }

    /// Another share gets all further requests. With the end of the last one that runs here, the connections are given
    /// up that nobody else uses.
    package func retire() {
        guard !isRetired else { return }
        isRetired = true
        releaseIfUnused()
    }

    private func releaseIfUnused() {
        guard isRetired, runningCount == 0 else { return }
        for upstream in upstreams {
            client.release(upstream)
        }
    }

    // MARK: Tasks

    /// Begins something on this loop beside the request that it is for.
    func startTask<Value: Sendable>(_ body: @escaping () async -> Value) -> Task<Value, Never> {
        // The task prefers this loop's executor and calls nothing that is isolated elsewhere, so all that it touches
        // stays on the one loop that owns it.
        nonisolated(unsafe) let body = body
        return Task(executorPreference: taskExecutor) { await body() }
    }

    // MARK: Requests

    /// The header fields that routing rules look at, by their names in lower case.
    package var ruleFields: [String] { gateway.router.neededFacts.headers }

    /// A new id for a request whose caller chose none.
    package func makeRequestID() -> String {
        RequestID.make(at: UnixTime.seconds(), using: &random)
    }

    /// Counts and logs a request that ended before it became one of the gateway's, such as one to an unknown path.
    package func recordRejection(
        _ error: GatewayError,
        status: Int,
        route: StaticString,
        requestID: String,
        start: NIODeadline
    ) {
        var record = RequestRecord(requestID: requestID, route: route, start: start)
        record.status = status
        record.error = error
        record.duration = .now() - start
        telemetry.requestDidBegin()
        telemetry.requestDidEnd(record, isLogged: gateway.configuration.logsRequests)
    }
}
