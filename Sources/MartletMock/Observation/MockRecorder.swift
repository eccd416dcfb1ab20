import NIOConcurrencyHelpers
package import Transport

/// An observer that keeps what it hears, in order, for one reader.
package final class MockRecorder: MockObserver {
    /// What happened.
    package enum Event: Sendable {
        case began(MockRequestIdentity, HTTPRequest)
        case ended(MockRequestIdentity, wasCancelled: Bool)
    }

    /// Everything from the beginning on; waits for what has not happened yet. Reading it from two tasks is an error.
    package let events: AsyncStream<Event>

    private let continuation: AsyncStream<Event>.Continuation
    private let received = NIOLockedValueBox<[HTTPRequest]>([])

    package init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// The requests so far.
    package var requests: [HTTPRequest] { received.withLockedValue { $0 } }

    package func requestDidBegin(_ identity: MockRequestIdentity, _ request: HTTPRequest) {
        received.withLockedValue { $0.append(request) }
        continuation.yield(.began(identity, request))
    }

    package func requestDidEnd(_ identity: MockRequestIdentity, wasCancelled: Bool) {
        continuation.yield(.ended(identity, wasCancelled: wasCancelled))
    }

    /// Waits until `count` further requests have ended, and returns how many of them were cancelled.
    package func ends(_ count: Int) async -> Int {
        var ended = 0
        var cancelled = 0
        guard count > 0 else { return 0 }
        for await event in events {
            guard case .ended(_, let wasCancelled) = event else { continue }
            ended += 1
            if wasCancelled { cancelled += 1 }
            if ended == count { break }
        }
        return cancelled
    }

    /// Waits until `count` further requests have begun, and returns them; ends that come first are passed over.
    package func beginnings(_ count: Int) async -> [HTTPRequest] {
        var requests: [HTTPRequest] = []
        guard count > 0 else { return [] }
        for await event in events {
            guard case .began(_, let request) = event else { continue }
            requests.append(request)
            if requests.count == count { break }
        }
        return requests
    }
}
