import NIOCore
import Testing
import Transport
import WireTestSupport

@testable import MartletServer

@Suite("The chat page", .timeLimit(.minutes(2)))
struct ChatPageTests {
    static let files = [
        ("/", "text/html; charset=utf-8"), ("/chat.html", "text/html; charset=utf-8"),
        ("/chat.css", "text/css; charset=utf-8"), ("/chat.js", "text/javascript; charset=utf-8"),
        ("/chat-elements.js", "text/javascript; charset=utf-8"), ("/chat-events.js", "text/javascript; charset=utf-8"),
        ("/chat-formats.js", "text/javascript; charset=utf-8"), ("/chat-inline.js", "text/javascript; charset=utf-8"),
        ("/chat-markdown.js", "text/javascript; charset=utf-8"), ("/chat-models.js", "text/javascript; charset=utf-8"),
        ("/chat-turns.js", "text/javascript; charset=utf-8"), ("/chat.svg", "image/svg+xml"),
    ]

    @Test(arguments: files)
    func filesHaveTheirTypeAndArePoliced(_ path: String, _ mediaType: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.get(path)
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            #expect(answer.body.readableBytes > 0)
            let fields = answer.head.fields
            #expect(fields.string("content-type") == mediaType)
            #expect(fields.string("x-content-type-options") == "nosniff")
            #expect(fields.string("referrer-policy") == "no-referrer")
            #expect(fields.string("cache-control") == "no-cache")
            let policy = try #require(fields.string("content-security-policy"))
            #expect(policy.hasPrefix("default-src 'none'; "))
            #expect(!policy.contains("unsafe") && !policy.contains("http"))
            #expect(try #require(fields.string("etag")).hasPrefix("\""))
        }
    }

    @Test func thePageNamesOnlyFilesThatAreThere() throws {
        let page = try #require(WebFiles.embedded[ByteBuffer(string: "/")])
        let text = String(buffer: page.body)
        let names = ["src=\"", "href=\""].flatMap { text.split(separator: $0).dropFirst() }.compactMap {
            $0.split(separator: "\"").first
        }
        #expect(names.count >= 3)
        for name in names {
            #expect(WebFiles.embedded[ByteBuffer(substring: name)] != nil, "\(name)")
        }
    }

    @Test(arguments: files.map(\.0))
    func nothingIsFetchedFromElsewhere(_ path: String) throws {
        let file = try #require(WebFiles.embedded[ByteBuffer(string: path)])
        let text = String(buffer: file.body).replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!text.contains(/https?:\/\/\w/))
        #expect(!text.contains(/(src|href|from|import)\s*[=(]?\s*["']\/\//))
    }

    @Test func anUnchangedFileIsNotSentAgain() async throws {
        try await withGateway { gateway async throws in
            let caller = try await gateway.caller()
            let first = try await caller.ask("GET /chat.css HTTP/1.1\r\nHost: g\r\n\r\n")
            let tag = try #require(first.head.fields.string("etag"))
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let answer = try await caller.ask(
                    "GET /chat.css HTTP/1.1\r\nHost: g\r\nIf-None-Match: \(known)\r\n\r\n"
                )
                #expect(answer.status == 304)
                #expect(answer.body.readableBytes == 0)
                #expect(answer.head.fields.string("etag") == tag)
                #expect(!answer.head.fields.contains("content-length"))
            }
            let answer = try await caller.ask("GET /chat.css HTTP/1.1\r\nHost: g\r\nIf-None-Match: \"old\"\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.text == first.text)
            try await caller.close()
        }
    }

    @Test func everyByteCountsForTheTag() {
        let text = [UInt8](repeating: 0x61, count: 19)
        var tags: Set<String> = [WebFile(name: "a", body: ByteBuffer(bytes: text), origin: .embedded).entityTag]
        for index in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << UInt8(bit)
                tags.insert(WebFile(name: "a", body: ByteBuffer(bytes: changed), origin: .embedded).entityTag)
            }
        }
        #expect(tags.count == 1 + 19 * 8)
    }

    @Test func aHeadHasTheFieldsAlone() async throws {
        try await withGateway { gateway async throws in
            let whole = try await gateway.get("/")
            let answer = try await gateway.get("/", method: "HEAD")
            #expect(answer.status == 200)
            #expect(answer.body.readableBytes == 0)
            #expect(answer.head.fields.string("content-length") == "\(whole.body.readableBytes)")
            #expect(answer.head.fields.string("etag") == whole.head.fields.string("etag"))
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
    func otherMethods(_ method: String) async throws {
        try await withGateway { gateway async throws in
            for path in ["/", "/chat.js"] {
                let answer = try await gateway.get(path, method: method)
                #expect(answer.status == 405)
                #expect(answer.head.fields.string("allow") == "GET, HEAD")
                #expect(try answer.error().code == "method_not_allowed")
            }
        }
    }

    @Test(arguments: ["*", ""])
    func targetsWithoutAPathLeadNowhere(_ path: String) {
        #expect(WebFiles.embedded[ByteBuffer(string: path)] == nil)
    }

    @Test func pagesWriteNoLogLine() async throws {
        try await withGateway(GatewaySettings { $0.logs = true }) { gateway async throws in
            #expect(try await gateway.get("/").status == 200)
            #expect(try await gateway.get("/", method: "POST").status == 405)
            let lines = try await gateway.logLines()
            #expect(lines.count == 1)
            #expect(try object(#require(lines.first))["route"] as? String == "/")
        }
    }
}
