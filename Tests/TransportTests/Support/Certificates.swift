import Foundation
import NIOSSL

@testable import Transport

/// A self-signed certificate for "localhost", made by the openssl command once per run. Its files are gone as soon as
/// they have been read.
struct Certificates: Sendable {
    let certificatePEM: String
    private let serverContext: NIOSSLContext

    static let shared = Result { try Certificates() }

    private init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "transport-tests-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let certificateFile = directory.appending(path: "certificate.pem").path()
        let keyFile = directory.appending(path: "key.pem").path()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-keyout", keyFile, "-out", certificateFile, "-days", "2", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=DNS:localhost"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        certificatePEM = try String(contentsOfFile: certificateFile, encoding: .utf8)
        serverContext = try ServerTLS.context(certificateFile: certificateFile, keyFile: keyFile)
    }

    static func serverContext() throws -> NIOSSLContext {
        try shared.get().serverContext
    }

    /// A context that trusts the certificate.
    static func clientContext() throws -> NIOSSLContext {
        var contexts = ClientTLSContexts()
        return try contexts.context(for: ClientTLSSettings(additionalTrustPEM: try shared.get().certificatePEM))
    }
}
