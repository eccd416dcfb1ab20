import NIOCore
import Testing

@testable import Transport

@Suite("Workers", .timeLimit(.minutes(2)))
struct WorkerGroupTests {
    @Test(arguments: [
        ("Cpus_allowed:\tff\n", 8),
        ("Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2),
        ("Cpus_allowed:\tffffffff,ffffffff\n", 64),
        ("Cpus_allowed:\t00000000,00000001", 1),
        ("Cpus_allowed:\ta5\n", 4),
        ("Cpus_allowed:\t0\n", nil),
        ("Cpus_allowed:\n", nil),
        ("Cpus_allowed_list:\t0-7\n", nil),
        ("Mems_allowed:\tff\n", nil),
        ("", nil),
    ])
    func countsAllowedProcessors(status: String, expected: Int?) {
        #expect(WorkerGroup.allowedProcessorCount(status: status) == expected)
    }

    @Test func thereIsAProcessor() {
        #expect(WorkerGroup.availableProcessorCount >= 1)
    }

    @Test func eachLoopHasItsWorker() async throws {
        try await withWorkers(count: 3) { group async throws in
            #expect(group.workers.map(\.index) == [0, 1, 2])
            for worker in group.workers {
                #expect(group.worker(on: worker.eventLoop) === worker)
                #expect(await worker.run { $0.eventLoop.inEventLoop })
            }
            try await withWorkers { other async throws in
                #expect(group.worker(on: other.workers[0].eventLoop) == nil)
            }
        }
    }
}
