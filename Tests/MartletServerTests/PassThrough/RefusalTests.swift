import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Requests that are refused", .timeLimit(.minutes(2)))
struct RefusalTests {
    @Test(arguments: [
        "/v1", "/v1/", "/v1/chat/completions/", "/v1/text", "/V1/models", "/v1/chat//completions", "/%2e", "//",
    ])
    func unknownPaths(_ path: String) async throws {
        try await withGateway { gateway async throws in
            for method in ["GET", "POST", "BREW"] {
                let answer = try await gateway.get(path, method: method)
                #expect(answer.status == 404)
                let error = try answer.error()
                #expect(error.code == "not_found")
                #expect(error.type == "invalid_request_error")
                #expect(error.message.contains(path))
            }
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("GET", "/v1/chat/completions", "POST"), ("PUT", "/openai/v1/chat/completions", "POST"),
            ("DELETE", "/openai/chat/completions", "POST"), ("OPTIONS", "/v1/chat/completions", "POST"),
            ("BREW", "/v1/chat/completions", "POST"), ("POST", "/v1/models", "GET, HEAD"),
            ("POST", "/health", "GET, HEAD"), ("DELETE", "/metrics", "GET, HEAD"),
        ]
    )
    func otherMethods(_ method: String, _ path: String, _ allow: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.get(path, method: method, fields: "X-Request-ID: mine\r\n")
            #expect(answer.status == 405)
            #expect(answer.head.fields.string("allow") == allow)
            #expect(answer.head.fields.string("x-request-id") == "mine")
            #expect(try answer.error().code == "method_not_allowed")
        }
    }

    @Test func otherMethodsWithoutABody() async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.get("/v1/chat/completions", method: "HEAD")
            #expect(answer.status == 405)
            #expect(answer.head.fields.string("allow") == "POST")
        }
    }

    @Test(
        arguments: [
            ("", nil, "too early"), ("{", nil, "too early"), ("[]", nil, "must be a JSON object"),
            ("{}", "model", "has no \"model\""), (#"{"model":""}"#, "model", "has no \"model\""),
            (#"{"model":7}"#, "model", "must be a string"),
            (#"{"model":"m","stream":"yes"}"#, "stream", "true or false"),
            (#"{"model":"m","stream_options":[]}"#, "stream_options", "an object"),
            (#"{"model":"m","model":"m"}"#, "model", "more than once"),
            ("{\"model\":\"m\"}\u{0}", nil, "not valid JSON"),
        ] as [(String, String?, String)]
    )
    func badBodies(_ body: String, _ parameter: String?, _ part: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(body)
            #expect(answer.status == 400)
            let error = try answer.error()
            #expect(error.type == "invalid_request_error")
            #expect(error.code == "invalid_request")
            #expect(error.param == parameter)
            #expect(error.message.contains(part))
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(arguments: [("gzip", 400), ("br", 400), ("x, y", 400), ("identity", 200), ("IDENTITY", 200)])
    func contentCodings(_ coding: String, _ status: Int) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(chat(), fields: "Content-Encoding: \(coding)\r\n")
            #expect(answer.status == status)
            if status == 400 {
                #expect(try answer.error().message.contains("compressed"))
            }
        }
    }

    @Test func bodiesBeyondTheLimit() async throws {
        let settings = GatewaySettings { $0.gateway = { $0.maximumRequestByteCount = 1000 } }
        try await withGateway(settings) { gateway async throws in
            let fitting = chat("mock/gpt", isStreamed: false, #","x":"\#(String(repeating: "x", count: 900))""#)
            #expect(fitting.utf8.count <= 1000)
            #expect(try await gateway.post(fitting).status == 200)
            let answer = try await gateway.post(String(repeating: "x", count: 1001))
            #expect(answer.status == 413)
            #expect(try OpenAIError(answer.text).error.code == "request_too_large")
            #expect(!answer.head.keepAlive)
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/2.0\r\n\r\n", 505), ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
            ("POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nContent-Length: x\r\n\r\n", 400),
        ]
    )
    func whatIsNoRequest(_ bytes: String, _ status: Int) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.caller().ask(bytes)
            #expect(answer.status == status)
            let error = try OpenAIError(answer.text)
            #expect(error.requestID?.isEmpty == false)
            #expect(!answer.head.keepAlive)
        }
    }

    @Test func noProviderForTheModel() async throws {
        let settings = GatewaySettings { $0.gateway = { $0.providers = [] } }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == 404)
            let error = try answer.error()
            #expect(error.code == "model_not_found")
            #expect(error.param == "model")
        }
    }
}
