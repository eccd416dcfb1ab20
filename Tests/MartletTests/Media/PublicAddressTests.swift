import Testing

@testable import Martlet

@Suite("Addresses of the public Internet")
struct PublicAddressTests {
    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
        "192.88.98.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.114.0",
        "223.255.255.255", "168.63.129.15", "168.63.129.17",
        "2606:4700:4700::1111", "2a00:1450:4001:830::200e", "2001:4860:4860::8888", "2001:200::1", "3ffe:ffff::1",
        "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:808:808::f7f7:f7f7",
        "2606:4700::200:5efe:808:808",
    ])
    func are(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200", "100.127.255.255",
        "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.170.2", "172.16.0.0",
        "172.31.255.255", "192.0.0.0", "192.0.0.192", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.1",
        "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    ])
    func excludeVersion4(_ text: String) throws {
        #expect(try !#require(IPAddress(text)).isPublic)
    }

    @Test(arguments: [
        "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fdff::1", "ff02::1", "ff0e::1",
        "100::1", "2001:db8::1", "3fff::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:3f:ffff::1", "5f00::1",
        "64:ff9b:1::808:808", "4000::1", "e000::1",
    ])
    func excludeVersion6(_ text: String) throws {
        #expect(try !#require(IPAddress(text)).isPublic)
    }

    /// Every form in which IPv6 carries an address of version 4.
    @Test(arguments: [
        "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::127.0.0.1", "::a9fe:a9fe",
        "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::192.168.0.1", "2002:7f00:1::1",
        "2002:a00:1::", "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::f7f7:f7f7", "2001:0:808:808::80ff:fffe",
        "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a9fe:a9fe",
    ])
    func excludeWhatCarriesOthers(_ text: String) throws {
        #expect(try !#require(IPAddress(text)).isPublic)
    }

    @Test func areAllowedWithExemptOnes() throws {
        var rules = MediaFetchingRules()
        let loopback = try #require(IPAddress("127.0.0.1"))
        #expect(!rules.allows(loopback))
        rules.exemptAddresses = [loopback]
        #expect(rules.allows(loopback))
        #expect(try !rules.allows(#require(IPAddress("127.0.0.2"))))
        #expect(try rules.allows(#require(IPAddress("8.8.8.8"))))
    }
}
