import Testing

@testable import Martlet

@Suite("Proxies of the environment")
struct ProxyEnvironmentTests {
    @Test(
        arguments: [
            ("https://h", ["HTTPS_PROXY": "a"], "a"), ("https://h", ["https_proxy": "a"], "a"),
            ("https://h", ["HTTPS_PROXY": "a", "https_proxy": "b"], "a"), ("https://h", ["HTTP_PROXY": "a"], nil),
            ("http://h", ["HTTP_PROXY": "a"], "a"), ("http://h", ["http_proxy": "a", "HTTPS_PROXY": "b"], "a"),
            ("https://h", ["ALL_PROXY": "a", "HTTPS_PROXY": ""], "a"), ("http://h", ["all_proxy": "a"], "a"),
            ("http://localhost:1", ["ALL_PROXY": "a"], nil), ("http://127.1.2.3", ["ALL_PROXY": "a"], nil),
            ("http://[::1]:1", ["ALL_PROXY": "a"], nil), ("https://h", [:], nil),
        ] as [(String, [String: String], String?)]
    )
    func areChosen(address: String, environment: [String: String], host: String?) throws {
        let choice = ProxyEnvironment(environment).choice(for: try #require(BaseURL(address)))
        let expected = host.map { ProxyConfiguration(scheme: .http, host: $0, port: 80) }
        #expect(choice == expected.map(ProxyEnvironment.Choice.proxy) ?? .direct)
    }

    @Test(arguments: [
        ("*", "https://h", true), ("example.com", "https://example.com", true),
        ("EXAMPLE.com", "https://Example.COM", true),
        ("example.com", "https://api.example.com", true), ("example.com", "https://badexample.com", false),
        (".example.com", "https://api.example.com", true), (".example.com", "https://example.com", false),
        ("*.example.com", "https://a.example.com", true), ("*.example.com", "https://example.com", false),
        ("a, b c", "https://b", true), ("a,b c", "https://c", true), ("a,,", "https://d", false),
        ("h:443", "https://h", true), ("h:8080", "https://h", false), ("h:8080", "http://h:8080", true),
        ("10.0.0.1", "http://10.0.0.1:9", true), ("10.0.0.1:9", "http://10.0.0.1:9", true),
        ("10.0.0.1:8", "http://10.0.0.1:9", false), ("10.0.0.0/8", "http://10.200.1.1", true),
        ("10.0.0.0/8", "http://11.0.0.1", false), ("192.168.4.0/22", "http://192.168.7.255", true),
        ("192.168.4.0/22", "http://192.168.8.0", false), ("0.0.0.0/0", "http://9.9.9.9", true),
        ("10.0.0.0/33", "http://10.0.0.1", false), ("10.0.0.0/-1", "http://10.0.0.1", false), ("/", "http://h", false),
        ("fd00::/8", "http://[fd12::1]", true), ("fd00::/8", "http://10.0.0.1", false),
        ("2001:db8:0:0::1", "http://[2001:DB8::1]", true), ("[2001:db8::1]:80", "http://[2001:db8::1]", true),
        ("[2001:db8::1]:81", "http://[2001:db8::1]", false), (":", "http://h", false), ("[", "http://h", false),
    ])
    func areExcepted(list: String, address: String, isExcepted: Bool) throws {
        let address = try #require(BaseURL(address))
        for name in ["NO_PROXY", "no_proxy"] {
            let choice = ProxyEnvironment(["ALL_PROXY": "p", name: list]).choice(for: address)
            #expect((choice == .direct) == isExcepted)
        }
    }

    @Test(
        arguments: [
            ("p", .http, "p", 80, nil, nil), ("p:3128", .http, "p", 3128, nil, nil),
            ("http://p/", .http, "p", 80, nil, nil),
            ("https://p", .https, "p", 443, nil, nil), ("SOCKS5://p", .socks5, "p", 1080, nil, nil),
            ("socks5h://p:1", .socks5, "p", 1, nil, nil), ("http://u:a%40b%3A@p:1", .http, "p", 1, "u", "a@b:"),
            ("u@p", .http, "p", 80, "u", nil), ("http://u:x:y@[::1]:2", .http, "::1", 2, "u", "x:y"),
        ] as [(String, ProxyConfiguration.Scheme, String, Int, String?, String?)]
    )
    func haveAddresses(
        text: String,
        scheme: ProxyConfiguration.Scheme,
        host: String,
        port: Int,
        username: String?,
        password: String?
    ) {
        var expected = ProxyConfiguration(scheme: scheme, host: host, port: port)
        (expected.username, expected.password) = (username, password)
        #expect(ProxyConfiguration(address: text, defaultScheme: .http) == expected)
    }

    @Test(arguments: [
        "", "http://", "ftp://p", "p:0", "p:65536", "p:x", "http://p/path", "p?q", "p q", "u:%4@p", "u%GG@p", "%FF@p",
        "[p",
        "é", "://p", "p\n",
    ])
    func haveNoOtherAddresses(text: String) throws {
        #expect(ProxyConfiguration(address: text, defaultScheme: .http) == nil)
        guard !text.isEmpty else { return }
        let choice = ProxyEnvironment(["HTTPS_PROXY": text]).choice(for: try #require(BaseURL("https://h")))
        #expect(choice == .invalid(variable: "HTTPS_PROXY"))
    }

    @Test(
        arguments: [
            ("1.2.3.4", [1, 2, 3, 4]), ("::", [UInt8](repeating: 0, count: 16)),
            ("1::", [0, 1] + [UInt8](repeating: 0, count: 14)),
            ("::ffff:1.2.3.4", [UInt8](repeating: 0, count: 10) + [255, 255, 1, 2, 3, 4]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("1.2.3", nil), ("1.2.3.256", nil), ("1.2.3.", nil), ("1:2", nil), ("1::2::3", nil), (":::", nil),
            ("1:2:3:4:5:6:7:8:9", nil), ("12345::", nil), ("g::", nil), ("+1::", nil), ("fe80::1%eth0", nil), ("", nil),
            (":1:2:3:4:5:6:7", nil),
        ] as [(String, [UInt8]?)]
    )
    func compareAddresses(text: String, bytes: [UInt8]?) {
        #expect(IPAddress(text)?.bytes == bytes)
    }
}
