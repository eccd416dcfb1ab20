import Synchronization
import Testing

@testable import Martlet

@Suite("What opens a provider")
struct KeyAuthenticationTests {
    private func state(expiry: Int64? = 1000) -> RefreshState<String> {
        var state = RefreshState<String>()
        _ = state.request(at: 0)
        _ = state.finish(.success(ExpiringCredential(value: "first", expiry: expiry)), at: 0, random: 0)
        return state
    }

    @Test func aRefusedCredentialIsDroppedOnceAMinute() {
        var state = state()
        #expect(state.drop(at: 10) { $0 == "first" })
        guard case .wait(startsFetch: true) = state.request(at: 10) else {
            Issue.record("the dropped credential is used")
            return
        }
        #expect(state.drop(at: 10) { $0 == "first" }, "it is being replaced already")
        _ = state.finish(.success(ExpiringCredential(value: "second", expiry: 1000)), at: 11, random: 0)
        #expect(state.drop(at: 11) { $0 == "first" }, "it was replaced meanwhile")
        #expect(!state.drop(at: 69) { $0 == "second" })
        #expect(state.look(at: 69).value == "second")
        #expect(state.drop(at: 70) { $0 == "second" })
    }

    @Test func aDropForgetsAnOldFailure() {
        var state = state(expiry: 100)
        _ = state.request(at: 95)
        _ = state.finish(.failure(TalkativeError(description: "no")), at: 95, random: 0)
        #expect(state.drop(at: 96) { _ in true })
        #expect(state.look(at: 96) == (nil, true))
    }

    @Test func tokensAreUsedAtOnceWhileTheyLive() async throws {
        let credential = RefreshingCredential<AccessToken>(clock: { 0 }, random: { 0 }) {
            ExpiringCredential(value: AccessToken(secret: CredentialSecret("t")), expiry: 1000)
        }
        let authentication = KeyAuthentication.token(credential)
        #expect(authentication.grant(now: 0) == nil)
        _ = try await authentication.fetchedGrant(now: 0)
        guard case .token(let token)? = authentication.grant(now: 0) else {
            Issue.record("there is no token")
            return
        }
        #expect(token.secret.value == "t")
        #expect(authentication.grant(now: 950) == nil, "it is to be fetched again")
        #expect(!authentication.drop(.token(token), status: 403, now: 0))
        #expect(authentication.drop(.token(token), status: 401, now: 0))
    }

    /// The next token is fetched before the old one ends, while requests go on with the old one.
    @Test func nobodyWaitsForTheNextToken() async throws {
        let time = Mutex<Int64>(0)
        let (fetches, fetchBegins) = AsyncStream<Void>.makeStream()
        let (gate, gateOpens) = AsyncStream<Void>.makeStream()
        let count = Mutex(0)
        let credential = RefreshingCredential<AccessToken>(clock: { time.withLock(\.self) }, random: { 0 }) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            fetchBegins.yield()
            if number > 1 { for await _ in gate { break } }
            let token = AccessToken(secret: CredentialSecret("t\(number)"))
            return ExpiringCredential(value: token, expiry: time.withLock(\.self) + 1000)
        }
        let authentication = KeyAuthentication.token(credential)
        func token(at now: Int64) async throws -> String {
            time.withLock { $0 = now }
            let grant: KeyAuthentication.Grant
            if let held = authentication.grant(now: now) {
                grant = held
            } else {
                grant = try await authentication.fetchedGrant(now: now)
            }
            guard case .token(let token) = grant else { return "" }
            return token.secret.value
        }
        var begins = fetches.makeAsyncIterator()
        #expect(try await token(at: 0) == "t1")
        await begins.next()
        #expect(try await token(at: 899) == "t1")
        // From here on the second one is fetched, and does not come.
        #expect(try await token(at: 900) == "t1")
        await begins.next()
        #expect(try await token(at: 950) == "t1")
        gateOpens.yield()
        while authentication.grant(now: 1000) == nil { await Task.yield() }
        #expect(try await token(at: 1000) == "t2")
        #expect(count.withLock(\.self) == 2)
    }

    @Test func lastingKeysAreNeverDropped() throws {
        let credentials = try AWSCredentials(accessKeyID: "A", secretAccessKey: "s")
        let place = AWSSigningPlace(region: "us-east-1", host: "h", listHost: "l", extraHeaders: [])
        let authentication = KeyAuthentication.signature(credentials, place)
        #expect(!authentication.drop(.signature(credentials, place), status: 403, now: 0))
        #expect(authentication.grant(now: 0) != nil)
    }

    @Test func signersKeepTheirWorkForAKey() throws {
        let signers = AWSSigners()
        let credentials = try AWSCredentials(accessKeyID: "A", secretAccessKey: "s")
        let extra = [HeaderField(name: "X-Amz-Tag", value: "1"), HeaderField(name: "X-Other", value: "2")]
        let place = AWSSigningPlace(region: "us-east-1", host: "h", listHost: "l", extraHeaders: extra)
        func authorization(content: [UInt8]?, at second: Int64) -> String {
            let signature = signers.sign(target: "/a", content: content?.span, credentials, place, at: second)
            return String(decoding: signature.authorization, as: UTF8.self)
        }
        let first = authorization(content: [1], at: 0)
        #expect(first.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-tag,"))
        #expect(authorization(content: [1], at: 0) == first)
        #expect(authorization(content: [2], at: 0) != first)
        #expect(authorization(content: nil, at: 0).contains("SignedHeaders=host;x-amz-date;x-amz-tag,"))
        #expect(authorization(content: [1], at: 86_400) != first)
    }
}
