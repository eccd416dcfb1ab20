import Testing

@testable import Martlet

@Suite("Addresses of media")
struct MediaAddressTests {
    private func problem(_ text: String) -> MediaFetchProblem? {
        do {
            _ = try MediaAddress(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("http://a.example", false, "a.example", 80, "/"),
        ("HTTPS://A.Example/P.png", true, "a.example", 443, "/P.png"),
        ("https://a.example:8443/a/b?c=d/e#f", true, "a.example", 8443, "/a/b?c=d/e"),
        ("https://a.example?q", true, "a.example", 443, "/?q"),
        ("https://a.example#f", true, "a.example", 443, "/"),
        ("http://8.8.8.8:81/x", false, "8.8.8.8", 81, "/x"),
        ("http://[2001:DB8::1]:81/x", false, "2001:db8::1", 81, "/x"),
        ("http://a_b-c.example./x", false, "a_b-c.example.", 80, "/x"),
        ("http://1.2.3.example/x@y:z", false, "1.2.3.example", 80, "/x@y:z"),
    ])
    func areRead(_ text: String, isSecure: Bool, host: String, port: Int, target: String) throws {
        let address = try MediaAddress(text)
        #expect(address.isSecure == isSecure)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.target == target)
    }

    @Test(arguments: [
        "abc", "", "ftp://a.example/p", "file:///etc/passwd", "gopher://a.example", "data:,x", "//a.example/p", "/p",
        "javascript:alert(1)", "httpx://a.example", " http://a.example", "unix:/run/docker.sock",
    ])
    func mustBeHTTP(_ text: String) {
        #expect(problem(text) == .notHTTP)
    }

    @Test(arguments: [
        "http://user@a.example/", "http://user:secret@a.example/", "https://8.8.8.8@127.0.0.1/", "http://@a.example/",
    ])
    func mustHoldNoCredentials(_ text: String) {
        #expect(problem(text) == .credentials)
    }

    @Test(arguments: [
        "http:", "http:/", "http:a.example", "http:///p", "http://", "http://:80/", "http://a.example:/",
        "http://a.example:0/", "http://a.example:65536/", "http://a.example:x/", "http://a b.example/",
        "http://a.example/a b", "http://a.example/\r\nX: y", "http://a.example/\u{7F}", "http://a.example\\@b.example/",
        "http://a..example/", "http://.example/", "http://ä.example/", "http://a.example/ä", "http://%31.example/",
        "http://[::1", "http://[a.example]/", "http://[fe80::1%25eth0]/", "http://[127.0.0.1]/", "http://a:b:c/",
        "http://a%00.example/",
    ])
    func mustBeWellFormed(_ text: String) {
        #expect(problem(text) == .malformedAddress)
    }

    /// Spellings of 127.0.0.1 and its like that some programs take for numbers.
    @Test(arguments: [
        "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "0X7F.1", "127.1", "127.0.1", "017700000001", "0",
        "127.0.0.01", "010.0.0.1", "127.0.0.1.", "0x", "1.2.3.4.5", "256.0.0.1", "a.0x7f", "a.1", "00.0.0.0",
    ])
    func mustNotHideNumbers(_ host: String) {
        #expect(problem("http://\(host)/") == .malformedAddress)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST.", true), ("a.localhost", true), ("metadata.google.internal", true),
        ("printer.local", true), ("router.home.arpa", true), ("localhost.example", false), ("arpa.example", false),
    ])
    func knowLocalNames(_ host: String, _ isLocal: Bool) throws {
        #expect(try MediaAddress("http://\(host)/").isLocalName == isLocal)
    }

    @Test(arguments: [
        ("https://b.example/z", "https://b.example/z"),
        ("HTTP://b.example", "http://b.example/"),
        ("//b.example:81/z", "http://b.example:81/z"),
        ("/z?y#x", "http://a.example:8080/z?y"),
        ("z", "http://a.example:8080/p/q/z"),
        ("../z", "http://a.example:8080/p/z"),
        ("../../../z", "http://a.example:8080/z"),
        ("./z/./y/..", "http://a.example:8080/p/q/z/"),
        ("?y", "http://a.example:8080/p/q/r?y"),
        ("", "http://a.example:8080/p/q/r?s"),
        ("z?a:b/../c", "http://a.example:8080/p/q/z?a:b/../c"),
    ])
    func resolveLocations(_ location: String, _ expected: String) throws {
        #expect(try MediaAddress("http://a.example:8080/p/q/r?s").following(location) == MediaAddress(expected))
    }

    @Test(arguments: [
        ("ftp://b.example/", MediaFetchProblem.notHTTP),
        ("file:///etc/passwd", .notHTTP),
        ("//u:p@b.example/", .credentials),
        ("http://0x7f.1/", .malformedAddress),
        ("//2130706433/", .malformedAddress),
        ("/a b", .malformedAddress),
        ("/\u{1}", .malformedAddress),
    ])
    func refuseLocations(_ location: String, _ problem: MediaFetchProblem) throws {
        let address = try MediaAddress("http://a.example/")
        #expect(throws: problem) { try address.following(location) }
    }

    @Test(arguments: [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "image/png"),
        ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"),
        (Array("GIF89a".utf8), "image/gif"),
        (Array("GIF87a".utf8), "image/gif"),
        (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), "image/webp"),
        (Array("%PDF-1.7".utf8), "application/pdf"),
        (Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVE".utf8), nil),
        (Array("RIFF".utf8), nil),
        (Array("<svg/>".utf8), nil),
        (Array("GIF88a".utf8), nil),
        ([0x89, 0x50], nil),
        ([], nil),
    ])
    func contentIsKnownByItsFirstBytes(_ bytes: [UInt8], _ type: String?) {
        #expect(MediaSignature.mediaType(of: bytes) == type)
    }
}
