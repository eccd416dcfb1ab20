import Testing

@testable import Martlet

@Suite("Base addresses")
struct BaseURLTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var host: String
        var port: Int
        var path = ""
        var isSecure = false
        var description: String

        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(
            text: "https://api.openai.com",
            host: "api.openai.com",
            port: 443,
            isSecure: true,
            description: "https://api.openai.com"
        ),
        Case(
            text: "HTTPS://api.openai.com/",
            host: "api.openai.com",
            port: 443,
            isSecure: true,
            description: "https://api.openai.com"
        ),
        Case(text: "http://h", host: "h", port: 80, description: "http://h"),
        Case(text: "http://h:80", host: "h", port: 80, description: "http://h"),
        Case(text: "http://h:443", host: "h", port: 443, description: "http://h:443"),
        Case(text: "https://h:80/a", host: "h", port: 80, path: "/a", isSecure: true, description: "https://h:80/a"),
        Case(text: "http://h:8080/a/b///", host: "h", port: 8080, path: "/a/b", description: "http://h:8080/a/b"),
        Case(text: "http://h/%20", host: "h", port: 80, path: "/%20", description: "http://h/%20"),
        Case(text: "http://127.0.0.1:1", host: "127.0.0.1", port: 1, description: "http://127.0.0.1:1"),
        Case(text: "http://[::1]", host: "::1", port: 80, description: "http://[::1]"),
        Case(
            text: "http://[::1]:65535/v1",
            host: "::1",
            port: 65535,
            path: "/v1",
            description: "http://[::1]:65535/v1"
        ),
        Case(text: "http://h:0080", host: "h", port: 80, description: "http://h"),
    ])
    func accepted(_ expected: Case) throws {
        let url = try #require(BaseURL(expected.text))
        #expect(url.host == expected.host)
        #expect(url.port == expected.port)
        #expect(url.path == expected.path)
        #expect(url.isSecure == expected.isSecure)
        #expect(url.description == expected.description)
        #expect(BaseURL(url.description) == url)
    }

    @Test(arguments: [
        "", "h", "//h", "ftp://h", "http:/h", "http://", "http:///p", "https://:443", "http://h:", "http://h:0",
        "http://h:65536", "http://h:-1", "http://h:+1", "http://h:x", "http://h:1:2", "http://u@h", "http://u:p@h",
        "http://h?q", "http://h#f", "http://h/?", "http://h /", " http://h", "http://h\n", "http://h\r\nX: y",
        "http://h\\p", "http://é", "http://h/é", "http://[::1", "http://[]", "http://[::1]x", "http://[::1]:",
        "http://h:99999999999999999999", "http://h:٣", "http://h\u{0}",
    ])
    func refused(_ text: String) {
        #expect(BaseURL(text) == nil)
    }
}
