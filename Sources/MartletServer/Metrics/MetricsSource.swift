package import Martlet
import NIOConcurrencyHelpers
import NIOCore
package import Transport

/// Everything that `/metrics` shows, put together when it is asked for.
package final class MetricsSource: Sendable {
    private let current: NIOLockedValueBox<Gateway>
    private let workers: [Worker]
    private let budget = NIOLockedValueBox<ConnectionBudget?>(nil)

    package init(gateway: Gateway, workers: [Worker]) {
        current = NIOLockedValueBox(gateway)
        self.workers = workers
    }

    /// The gateway that new requests get.
    var gateway: Gateway { current.withLockedValue { $0 } }

    /// Shows another gateway from now on.
    func watch(_ gateway: Gateway) {
        current.withLockedValue { $0 = gateway }
    }

    /// Names the front door whose connections are counted.
    package func watch(_ listener: Listener) {
        budget.withLockedValue { $0 = listener.budget }
    }

    func text() async -> ByteBuffer {
        var text = PrometheusText()
        let gateway = self.gateway
        gateway.writeMetrics(to: &text)
        text.writeHealth(gateway.providers.map(\.figures))
        if let figures = gateway.promptAffinityFigures { text.writePromptAffinity(figures) }
        await writePools(to: &text)
        if let connections = budget.withLockedValue({ $0?.count }) {
            text.metric("martlet_connections", "gauge", "Connections of callers.")
            text.row("martlet_connections", connections)
        }
        let process = ProcessFigures.read()
        if let count = process.residentByteCount {
            text.metric("process_resident_memory_bytes", "gauge", "Memory held.")
            text.row("process_resident_memory_bytes", count)
        }
        if let count = process.descriptorCount {
            text.metric("process_open_fds", "gauge", "Open file descriptors.")
            text.row("process_open_fds", count)
        }
        text.metric("martlet_build_info", "gauge", "The version that runs.")
        text.row("martlet_build_info", 1, [("version", MartletVersion.current)])
        return text.buffer
    }

    private func writePools(to text: inout PrometheusText) async {
        var pools: [(provider: String, figures: PoolFigures)] = []
        for provider in gateway.providers {
            var sum = PoolFigures()
            for worker in workers {
                sum = sum + (await worker.run { $0.client.figures(of: provider.upstream) })
            }
            pools.append((provider.name, sum))
        }
        text.metric("martlet_upstream_connections", "gauge", "Connections to providers.")
        for pool in pools {
            let states = [
                ("busy", pool.figures.openCount - pool.figures.idleCount), ("idle", pool.figures.idleCount),
                ("connecting", pool.figures.connectingCount),
            ]
            for (state, count) in states {
                text.row("martlet_upstream_connections", count, [("provider", pool.provider), ("state", state)])
            }
        }
        text.metric("martlet_upstream_waiting_requests", "gauge", "Requests waiting for a connection to a provider.")
        for pool in pools {
            text.row("martlet_upstream_waiting_requests", pool.figures.waitingCount, [("provider", pool.provider)])
        }
    }
}
