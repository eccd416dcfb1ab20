import NIOCore
import Synchronization
import Testing
import Transport

@testable import Dialects
@testable import Martlet

@Suite("Fetching media", .timeLimit(.minutes(2)))
struct MediaFetcherTests {
    /// Resolves names as a test says: each question takes the next answer, the last one for ever.
    final class StandInResolver: HostResolver {
        private let answers: Mutex<[[String]]>
        private let asked = Mutex<[String]>([])

        init(_ answers: [String]...) {
            self.answers = Mutex(answers)
        }

        var questions: [String] { asked.withLock { $0 } }

        func addresses(
            of host: String,
            port: Int,
            until deadline: NIODeadline,
            on eventLoop: any EventLoop
        ) async throws(UpstreamError) -> [SocketAddress] {
            asked.withLock { $0.append(host) }
            let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
            let addresses = (answer ?? []).compactMap { try? SocketAddress(ipAddress: $0, port: port) }
            guard !addresses.isEmpty else { throw .unknownHost(host) }
            return addresses
        }
    }

    static let pictures = ["image/png", "image/jpeg", "image/gif"]

    private func need(_ url: String, _ types: [String] = pictures, at path: String = "messages[0]") -> MediaNeed {
        MediaNeed(url: url, mediaTypes: types, path: path, place: .init(turn: 0, part: 0))
    }

    /// A fetcher that may ask 127.0.0.1, unless `change` forbids it.
    private func fetcher(
        _ server: RunningPictureServer,
        _ resolver: any HostResolver = StandInResolver(),
        _ change: (inout MediaFetchingRules) -> Void = { _ in }
    ) -> MediaFetcher {
        var rules = MediaFetchingRules()
        rules.exemptAddresses = Set([IPAddress("127.0.0.1")].compactMap { $0 })
        change(&rules)
        return MediaFetcher(worker: server.group.workers[0], rules: rules, tls: nil, resolver: resolver)
    }

    private func failure(_ fetcher: MediaFetcher, _ needs: MediaNeed...) async -> MediaFetchFailure? {
        do {
            _ = try await fetcher.fetch(needs)
            return nil
        } catch {
            return error as? MediaFetchFailure
        }
    }

    // MARK: Success

    @Test(arguments: [
        ("/p.png", ["/p.png"]),
        ("/typed", ["/typed"]),
        ("/mislabelled", ["/mislabelled"]),
        ("/p.png?a=b#c", ["/p.png?a=b"]),
        ("/relative", ["/relative", "/folder/p.png"]),
        ("/to?/to?/to?/p.png", ["/to?/to?/to?/p.png", "/to?/to?/p.png", "/to?/p.png", "/p.png"]),
    ])
    func bringsBytes(_ target: String, _ asked: [String]) async throws {
        try await RunningPictureServer.with { server async throws in
            let media = try await fetcher(server).fetch([need(server.url(target))])
            let expected = MediaFetcher.Medium(
                base64: Base64.encoded(PictureServer.png),
                byteCount: PictureServer.png.count,
                mediaType: "image/png"
            )
            #expect(media == [expected])
            #expect(server.log.requests.map { $0.prefix { $0 != "\n" } } == asked.map { $0[...] })
        }
    }

    @Test func sendsNothingOfTheCallerAndNoCookies() async throws {
        try await RunningPictureServer.with { server async throws in
            _ = try await fetcher(server).fetch([need(server.url("/relative"))])
            let last = try #require(server.log.requests.last)
            #expect(
                last.split(separator: "\n").dropFirst() == [
                    "host: 127.0.0.1:\(server.port)", "user-agent: martlet/\(MartletVersion.current)",
                    "accept: image/png, image/jpeg, image/gif", "accept-encoding: identity", "connection: close",
                ]
            )
        }
    }

    @Test func keepsOrderAndFetchesTheSameOnce() async throws {
        try await RunningPictureServer.with { server async throws in
            let picture = need(server.url("/p.png"))
            let document = need(server.url("/p.pdf"), ["application/pdf"])
            let media = try await fetcher(server).fetch([picture, document, picture, picture])
            #expect(media.map(\.mediaType) == ["image/png", "application/pdf", "image/png", "image/png"])
            #expect(server.log.requests.count == 2)
        }
    }

    @Test func keepsNoConnectionAndNoDeadline() async throws {
        try await RunningPictureServer.with { server async throws in
            _ = try await fetcher(server).fetch([need(server.url("/relative"))])
            let worker = server.group.workers[0]
            // The server's own connections have a deadline each until they are closed.
            while await worker.run({ $0.deadlines.count }) > 0 { await Task.yield() }
        }
    }

    // MARK: Which servers are asked

    @Test func asksTheAddressThatWasChecked() async throws {
        try await RunningPictureServer.with { server async throws in
            // Whoever asked twice would be sent elsewhere.
            let resolver = StandInResolver(["127.0.0.1"], ["127.0.0.2"])
            _ = try await fetcher(server, resolver).fetch([need(server.url("/p.png", host: "pictures.example"))])
            #expect(resolver.questions == ["pictures.example"])
            #expect(server.log.requests.first?.contains("host: pictures.example:\(server.port)\n") == true)
        }
    }

    @Test func checksTheNameAgainAfterARedirection() async throws {
        try await RunningPictureServer.with { server async throws in
            let resolver = StandInResolver(["127.0.0.1"], ["10.0.0.1"])
            let failure = await failure(
                fetcher(server, resolver),
                need(server.url("/relative", host: "pictures.example"), at: "messages[3]")
            )
            #expect(failure == MediaFetchFailure(path: "messages[3]", problem: .noPublicAddress))
            #expect(resolver.questions == ["pictures.example", "pictures.example"])
            #expect(server.log.requests.count == 1)
        }
    }

    @Test(arguments: [
        [], ["127.0.0.1"], ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["fd00:ec2::254"],
        ["169.254.169.254"],
    ])
    func refusesNamesWithAnyOtherAddress(_ addresses: [String]) async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server, StandInResolver(addresses)) { $0.exemptAddresses = [] }
            let failure = await failure(fetcher, need(server.url("/p.png", host: "pictures.example")))
            #expect(failure?.problem == .noPublicAddress)
            #expect(server.log.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", MediaFetchProblem.noPublicAddress), ("[::1]", .noPublicAddress),
        ("[::ffff:127.0.0.1]", .noPublicAddress), ("[::ffff:7f00:1]", .noPublicAddress), ("0.0.0.0", .noPublicAddress),
        ("localhost", .noPublicAddress), ("a.localhost", .noPublicAddress), ("2130706433", .malformedAddress),
        ("0x7f.1", .malformedAddress), ("127.1", .malformedAddress), ("0177.0.0.1", .malformedAddress),
    ])
    func neverAsksThisHost(_ host: String, _ problem: MediaFetchProblem) async throws {
        try await RunningPictureServer.with { server async throws in
            // The system's resolver would find this host by each of these.
            let fetcher = fetcher(server, SystemResolver()) { $0.exemptAddresses = [] }
            let failure = await failure(fetcher, need(server.url("/p.png", host: host)))
            #expect(failure?.problem == problem)
            #expect(server.log.requests.isEmpty)
        }
    }

    @Test func neverFollowsToAnotherAddress() async throws {
        try await RunningPictureServer.with { server async throws in
            try await RunningPictureServer.with(host: "127.0.0.2", on: server.group) { inner async throws in
                for location in [
                    inner.url("/p.png", host: "127.0.0.2"), inner.url("/p.png", host: "[::ffff:127.0.0.2]"),
                ] {
                    let failure = await failure(fetcher(server), need(server.url("/to?\(location)")))
                    #expect(failure?.problem == .noPublicAddress)
                }
                #expect(server.log.requests.count == 2)
                #expect(inner.log.requests.isEmpty)
            }
        }
    }

    @Test func triesFurtherAddresses() async throws {
        try await RunningPictureServer.with { server async throws in
            // Nothing listens on the first.
            let fetcher = fetcher(server, StandInResolver(["127.0.0.3", "127.0.0.1"])) {
                $0.exemptAddresses.formUnion([IPAddress("127.0.0.3")].compactMap { $0 })
            }
            let media = try await fetcher.fetch([need(server.url("/p.png", host: "pictures.example"))])
            #expect(media.count == 1)
        }
    }

    // MARK: What is refused

    @Test(arguments: [
        ("/page", MediaFetchProblem.wrongType(taken: pictures)),
        ("/bitmap", .wrongType(taken: pictures)),
        ("/untyped", .wrongType(taken: pictures)),
        ("/lying", .wrongType(taken: pictures)),
        ("/p.pdf", .wrongType(taken: pictures)),
        ("/missing", .status(404)),
        ("/partial", .status(206)),
        ("/broken", .brokenAnswer),
        ("/loop", .redirectedTooOften(limit: 3)),
        ("/to?/to?/to?/to?/p.png", .redirectedTooOften(limit: 3)),
        ("/nowhere", .redirectedNowhere),
        ("/to?ftp://a.example/p.png", .notHTTP),
        ("/to?file:///etc/passwd", .notHTTP),
        ("/to?http://u:p@127.0.0.1/p.png", .credentials),
        ("/to?https://127.0.0.1/p.png", .insecure),
        ("/large", .tooLarge(limit: 1024)),
    ])
    func refuses(_ target: String, _ problem: MediaFetchProblem) async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server) { $0.maximumByteCount = 1024 }
            let failure = await failure(fetcher, need(server.url(target), at: "messages[1].content[2]"))
            #expect(failure == MediaFetchFailure(path: "messages[1].content[2]", problem: problem))
            #expect(failure?.problem.explanation.contains("secret") == false)
        }
    }

    @Test(arguments: ["abc", "ftp://127.0.0.1/p.png", "file:///etc/passwd"])
    func refusesOtherSchemes(_ url: String) async throws {
        try await RunningPictureServer.with { server async throws in
            #expect(await failure(fetcher(server), need(url))?.problem == .notHTTP)
        }
    }

    @Test func refusesTooMany() async throws {
        try await RunningPictureServer.with { server async throws in
            let needs = (0..<3).map { need(server.url("/p.png?\($0)"), at: "messages[\($0)]") }
            let failure = await failure(fetcher(server) { $0.maximumCount = 2 }, needs[0], needs[1], needs[2])
            #expect(failure == MediaFetchFailure(path: "messages[2]", problem: .tooMany(limit: 2)))
            #expect(server.log.requests.isEmpty)
        }
    }

    @Test func refusesTooMuchTogether() async throws {
        try await RunningPictureServer.with { server async throws in
            let limit = 2 * PictureServer.png.count - 1
            let fetcher = fetcher(server) { $0.maximumTotalByteCount = limit }
            let failure = await failure(fetcher, need(server.url("/p.png?1")), need(server.url("/p.png?2")))
            #expect(failure?.problem == .tooLargeTogether(limit: limit))
        }
    }

    @Test func refusesWhenNobodyListens() async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server, StandInResolver(["127.0.0.3"])) {
                $0.exemptAddresses = Set([IPAddress("127.0.0.3")].compactMap { $0 })
            }
            let failure = await failure(fetcher, need(server.url("/p.png", host: "pictures.example")))
            #expect(failure?.problem == .unreachable)
        }
    }

    // MARK: Ends

    @Test func givesUpInTime() async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server) { $0.timeout = 0.1 }
            let failure = await failure(fetcher, need(server.url("/silent")))
            #expect(failure?.problem == .tooSlow(limit: 0.1))
            for await _ in server.log.abandoned { break }
        }
    }

    @Test func endsWithTheRequest() async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server) { $0.timeout = 3600 }
            let needs = (0..<3).map { need(server.url("/silent?\($0)")) }
            let task = Task { try await fetcher.fetch(needs) }
            var begun = server.log.begun.makeAsyncIterator()
            for _ in 0..<3 { await begun.next() }
            task.cancel()
            await #expect(throws: MediaFetchFailure(path: "messages[0]", problem: .cancelled)) { try await task.value }
            var abandoned = server.log.abandoned.makeAsyncIterator()
            for _ in 0..<3 { await abandoned.next() }
        }
    }

    @Test func oneFailureEndsTheOthers() async throws {
        try await RunningPictureServer.with { server async throws in
            let fetcher = fetcher(server) { $0.timeout = 3600 }
            let failure = await failure(fetcher, need(server.url("/silent")), need("abc", at: "messages[7]"))
            #expect(failure == MediaFetchFailure(path: "messages[7]", problem: .notHTTP))
        }
    }
}
