import Foundation
import Testing

@Suite("Soak")
struct SoakTests {
    /// The number of requests is MARTLET_SOAK_REQUESTS of the environment.
    @Test(.timeLimit(.minutes(10)))
    func nothingIsLeftBehind() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let count = ProcessInfo.processInfo.environment["MARTLET_SOAK_REQUESTS"].flatMap(Int.init) ?? 20_000
            try await Soak.run(requestCount: count)
        }
        for line in String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("Soak: ") { print(line) }
        }
    }
}
