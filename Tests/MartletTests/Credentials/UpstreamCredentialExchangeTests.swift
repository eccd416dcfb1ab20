import NIOPosix
import Testing
import Transport

@testable import Martlet

@Suite("Requests for credentials over the gateway's connections", .timeLimit(.minutes(1)))
struct UpstreamCredentialExchangeTests {
    @Test(arguments: [
        (
            "https://iam.example.com/v1/a@b.iam:generate?x=1&y=@", true, "iam.example.com", 443,
            "/v1/a@b.iam:generate?x=1&y=@"
        ),
        ("http://127.0.0.1:8080?resource=a", false, "127.0.0.1", 8080, "/?resource=a"),
        ("http://169.254.170.2", false, "169.254.170.2", 80, "/"), ("http://[::1]:1/", false, "::1", 1, "/"),
        ("HTTPS://H", true, "H", 443, "/"),
    ])
    func readsAddresses(url: String, isSecure: Bool, host: String, port: Int, target: String) throws {
        let location = try #require(CredentialLocation(url))
        #expect(location.isSecure == isSecure)
        #expect(location.host == host)
        #expect(location.port == port)
        #expect(location.target == target)
        #expect(location.isOfHost == (!isSecure))
    }

    @Test(arguments: [
        "", "ftp://h", "h/p", "http://", "http://u:p@h/", "http://h/a b", "http://h/a\r\nX: y", "http://h/#f",
        "http://h:0",
        "http://h/é",
    ])
    func refusesOtherTexts(url: String) {
        #expect(CredentialLocation(url) == nil)
    }

    @Test(arguments: [("/p.png", 200), ("/missing", 404), ("/loop", 302)])
    func bringsWhateverIsAnsweredAndFollowsNothing(path: String, status: Int) async throws {
        try await RunningPictureServer.with { server async throws in
            let exchange = try await exchange(server)
            let request = CredentialRequest.getting(
                "http://127.0.0.1:\(server.port)\(path)?a=@",
                headers: [("Metadata-Flavor", "Google")]
            )
            let response = try await exchange.send(request)
            #expect(response.status == status)
            #expect(response.body == (path == "/loop" ? [] : PictureServer.png))
            let asked = server.log.requests
            #expect(asked.count == 1)
            #expect(asked.first?.hasPrefix("\(path)?a=@\n") == true)
            #expect(asked.first?.contains("metadata-flavor: Google") == true)
        }
    }

    @Test func givesUpInTime() async throws {
        try await RunningPictureServer.with { server async throws in
            let exchange = try await exchange(server)
            let request = CredentialRequest.getting(
                "http://127.0.0.1:\(server.port)/silent",
                headers: [],
                timeout: 0.01
            )
            #expect(await problem { _ = try await exchange.send(request) } == "no answer within 0 s.")
        }
    }

    @Test func tellsWhyThereIsNoAnswer() async throws {
        try await RunningPictureServer.with { server async throws in
            let exchange = try await exchange(server)
            let broken = CredentialRequest.getting("http://127.0.0.1:\(server.port)/broken", headers: [])
            #expect(await problem { _ = try await exchange.send(broken) } == "the connection ended too early.")
            let malformed = CredentialRequest.getting("metadata", headers: [])
            #expect(await problem { _ = try await exchange.send(malformed) } == "The address is malformed.")
        }
        let nowhere = UpstreamCredentialExchange(
            workers: CredentialWorkers(),
            tls: try tls(),
            proxy: nil
        )
        let request = CredentialRequest.getting("http://127.0.0.1:1/", headers: [])
        #expect(await problem { _ = try await nowhere.send(request) } == "The gateway is not running.")
    }

    @Test func noAnswerSaysNothingOfTheKey() async throws {
        try await RunningPictureServer.with { server async throws in
            let exchange = try await exchange(server)
            let surroundings = CredentialSurroundings(
                exchange: exchange,
                readFile: { _ in nil },
                environment: { $0 == "GCE_METADATA_HOST" ? "127.0.0.1:\(server.port)" : nil },
                now: { 0 }
            )
            let broken = CredentialRequest.getting("http://127.0.0.1:\(server.port)/broken", headers: [])
            let service = TokenService(name: "The service")
            let problem = await #expect(throws: CredentialProblem.self) {
                _ = try await surroundings.answer(to: broken, of: service)
            }
            #expect(problem?.message == "The service cannot be reached: the connection ended too early.")
            #expect(problem?.isTemporary == true)
            // Here there is a server, but it knows of no metadata.
            let missing = await #expect(throws: CredentialProblem.self) {
                _ = try await GoogleDefaultCredential.token(surroundings)
            }
            #expect(missing?.message.hasSuffix("Google's metadata server answered with status 404.") == true)
            #expect(missing?.isTemporary == false)
        }
    }

    private func exchange(_ server: RunningPictureServer) async throws -> UpstreamCredentialExchange {
        let workers = CredentialWorkers()
        workers.add(try #require(server.group.workers.first))
        // A proxy that does not exist: services of the host itself are asked without it.
        let proxy = Proxy(scheme: .http, host: "127.0.0.1", port: 1)
        return UpstreamCredentialExchange(workers: workers, tls: try tls(), proxy: proxy)
    }

    private func tls() throws -> ClientTLSContext {
        var contexts = ClientTLSContexts()
        return try contexts.context(for: ClientTLSSettings())
    }
}
