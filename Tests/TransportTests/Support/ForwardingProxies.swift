import NIOCore

@testable import Transport

/// Carries bytes both ways until both sides have closed.
func forward(_ left: Wire, _ right: Wire) async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for (source, target) in [(left, right), (right, left)] {
            tasks.addTask {
                while let bytes = try await source.readSome() { try await target.send(bytes) }
                await target.close()
            }
        }
        try await tasks.waitForAll()
    }
}

/// A proxy spoken to with CONNECT. Every name leads to this machine.
///
/// - Parameter credentials: The value of `Proxy-Authorization` that it asks for.
func connectProxy(credentials: String? = nil, asked: Event<String> = Event()) -> ScriptedPeer.Script {
    { wire, _ in
        let head = try await wire.read(through: "\r\n\r\n")
        let lines = head.split(separator: "\r\n").map(String.init)
        let authority = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        asked.happen(authority)
        if let credentials, !lines.contains("Proxy-Authorization: \(credentials)") {
            try await wire.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        }
        let port = authority.split(separator: ":").last.flatMap { Int($0) } ?? 0
        let target = try await Wire.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port))
        try await wire.send("HTTP/1.1 200 Connection established\r\n\r\n")
        try await forward(wire, target)
    }
}

/// A proxy of SOCKS version 5. Every name leads to this machine.
///
/// - Parameter credentials: User name and password that it asks for.
func socksProxy(credentials: (String, String)? = nil, asked: Event<String> = Event()) -> ScriptedPeer.Script {
    { wire, _ in
        func text() async throws -> String {
            let count = try await wire.read(count: 1).readableBytesView.first ?? 0
            return String(buffer: try await wire.read(count: Int(count)))
        }
        _ = try await wire.read(count: 1)
        let methods = try await text()
        if let credentials {
            guard methods.utf8.contains(2) else {
                try await wire.send(ByteBuffer(bytes: [5, 255]))
                return
            }
            try await wire.send(ByteBuffer(bytes: [5, 2]))
            _ = try await wire.read(count: 1)
            let given = (try await text(), try await text())
            try await wire.send(ByteBuffer(bytes: [1, given == credentials ? 0 : 1]))
            guard given == credentials else { return }
        } else {
            try await wire.send(ByteBuffer(bytes: [5, 0]))
        }
        guard try await wire.read(count: 4) == ByteBuffer(bytes: [5, 1, 0, 3]) else { return }
        let name = try await text()
        var portBytes = try await wire.read(count: 2)
        let port = Int(portBytes.readInteger(as: UInt16.self) ?? 0)
        asked.happen("\(name):\(port)")
        let target = try await Wire.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port))
        try await wire.send(ByteBuffer(bytes: [5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
        try await forward(wire, target)
    }
}
