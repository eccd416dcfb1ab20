extension IPAddress {
    /// Whether the address is one of the public Internet, and not of this host, its network, its cloud or of nobody.
    ///
    /// Sources: IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890) and of multicast.
    var isPublic: Bool {
        bytes.count == 4 ? Self.isPublicVersion4(bytes) : Self.isPublicVersion6(bytes)
    }

    private static func isPublicVersion4(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        return !reserved4.contains { $0.contains(bytes) }
    }

    /// What carries an IPv4 address is as public as that one, since a translator on the way may unpack it.
    private static func isPublicVersion6(_ bytes: [UInt8]) -> Bool {
        if lastBytesAreVersion4.contains(where: { $0.contains(bytes) }) { return isPublicVersion4(bytes[12...]) }
        guard globalUnicast.contains(bytes), !reserved6.contains(where: { $0.contains(bytes) }) else { return false }
        if sixToFour.contains(bytes) { return isPublicVersion4(bytes[2..<6]) }
        if teredo.contains(bytes) {
            // The server as it is, the client with all bits turned (RFC 4380, 4).
            return isPublicVersion4(bytes[4..<8]) && isPublicVersion4(bytes[12...].map { ~$0 })
        }
        // ISATAP (RFC 5214, 6.1).
        if bytes[8] & 0xFD == 0, bytes[9] == 0, bytes[10] == 0x5E, bytes[11] == 0xFE {
            return isPublicVersion4(bytes[12...])
        }
        return true
    }

    private static let reserved4 = [
        IPNetwork([0], 8),  // this network
        IPNetwork([10], 8),  // private
        IPNetwork([100, 64], 10),  // shared by carriers, and by clouds for their own services
        IPNetwork([127], 8),  // loopback
        IPNetwork([169, 254], 16),  // link-local, with the clouds' metadata
        IPNetwork([172, 16], 12),  // private
        IPNetwork([192, 0, 0], 24),  // protocol assignments
        IPNetwork([192, 0, 2], 24),  // documentation
        IPNetwork([192, 88, 99], 24),  // relays of 6to4
        IPNetwork([192, 168], 16),  // private
        IPNetwork([198, 18], 15),  // benchmarks
        IPNetwork([198, 51, 100], 24),  // documentation
        IPNetwork([203, 0, 113], 24),  // documentation
        IPNetwork([224], 4),  // multicast
        IPNetwork([240], 4),  // reserved, with the broadcast address
        IPNetwork([168, 63, 129, 16], 32),  // Azure's services for a virtual machine
    ]

    private static let lastBytesAreVersion4 = [
        IPNetwork([UInt8](repeating: 0, count: 12), 96),  // IPv4-compatible, with :: and ::1
        IPNetwork([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF], 96),  // IPv4-mapped
        IPNetwork([UInt8](repeating: 0, count: 8) + [0xFF, 0xFF, 0, 0], 96),  // IPv4-translated (RFC 7915)
        IPNetwork([0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8), 96),  // NAT64 (RFC 6052)
    ]

    /// Everything else is link-local, unique local, multicast or not given to anybody.
    private static let globalUnicast = IPNetwork([0x20], 3)

    private static let sixToFour = IPNetwork([0x20, 0x02], 16)

    private static let teredo = IPNetwork([0x20, 0x01, 0, 0], 32)

    private static let reserved6 = [
        IPNetwork([0x20, 0x01, 0, 2, 0, 0], 48),  // benchmarks
        IPNetwork([0x20, 0x01, 0, 0x10], 28),  // ORCHID
        IPNetwork([0x20, 0x01, 0, 0x20], 28),  // ORCHIDv2
        IPNetwork([0x20, 0x01, 0, 0x30], 28),  // drones' identities
        IPNetwork([0x20, 0x01, 0x0D, 0xB8], 32),  // documentation
        IPNetwork([0x3F, 0xFF, 0], 20),  // documentation
    ]
}
