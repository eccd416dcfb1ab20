import Testing

@testable import Martlet

@Suite("Where credentials are asked for")
struct CredentialAddressTests {
    @Test(
        arguments: [
            "https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token",
            "https://token.internal.example:8443/token", "http://127.0.0.1:8080/token", "http://localhost/token",
            "http://[::1]:1/token", "https://example.com/accounts/a@b.example.com:token", "https://example.com",
            "HTTPS://oauth2.googleapis.com/token",
        ]
    )
    func secretsGoEncryptedOrNowhere(_ text: String) throws {
        #expect(try CredentialAddress.secured(text, origin: "It") == text)
    }

    @Test(
        arguments: [
            ("http://oauth2.googleapis.com/token", "but secrets are sent by https only."),
            ("http://127.0.0.2/", "but secrets are sent by https only."),
            ("http://localhost.example.com/", "but secrets are sent by https only."),
            ("ftp://example.com/", "which is no http or https address."),
            ("oauth2.googleapis.com/token", "which is no http or https address."),
            ("https://", "which is no http or https address."),
            ("https://example.com/token?a=b", "which is no http or https address."),
            ("https://example.com/\\", "which is no http or https address."),
            ("https://example.com#x", "which is no http or https address."),
            ("https://name:word@example.com/", "which is no http or https address."),
            ("https://example.com/\r\nX: y", "which is no http or https address."),
        ]
    )
    func otherAddressesAreRefused(_ text: String, _ explanation: String) async {
        let message = await problem { _ = try CredentialAddress.secured(text, origin: "It") }
        #expect(message?.hasSuffix(explanation) == true)
        #expect(message?.contains("word") != true)
    }

    @Test(arguments: ["http://169.254.169.254/token?a=b&c=%20", "https://example.com", "http://127.0.0.1:1/x"])
    func tokensMayBeReadFromSurroundings(_ text: String) throws {
        #expect(try CredentialAddress.local(text, origin: "It") == text)
    }

    @Test(arguments: [
        "file:///etc/passwd", "http://h/#x", "http://h/?a b", "http://h/?\n", "http://a:b@h/", "http:///x", "",
    ])
    func otherPlacesAreRefused(_ text: String) {
        #expect(throws: CredentialProblem.self) { try CredentialAddress.local(text, origin: "It") }
    }
}

@Suite("Times of RFC 3339")
struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-08-19T14:38:21Z", 1_787_150_301),
            ("2026-08-19t14:38:21.123456789z", 1_787_150_301), ("2026-08-19T16:38:21+02:00", 1_787_150_301),
            ("2026-08-19T09:08:21-05:30", 1_787_150_301), ("2000-02-29T23:59:59Z", 951_868_799),
            ("1969-12-31T23:59:59Z", -1), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ]
    )
    func times(_ text: String, _ seconds: Int64) {
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test(
        arguments: [
            "", "now", "2026-08-19", "2026-08-19T14:38:21", "2026-08-19 14:38:21Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00+0200",
            "2026-01-01T00:00:00ZZ", "20260-1-01T00:00:00Z", "2026-01-01T00:00:00.5", "２026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.00000000000000000000000000Z",
        ]
    )
    func otherTextsAreNoTimes(_ text: String) {
        #expect(Timestamp.seconds(text) == nil)
    }
}
