import Foundation
import NIOSSL

@testable import Transport

/// A self-signed certificate for "localhost", made by the openssl command once per run.
struct Certificates: Sendable {
    let certificatePEM: String
    let certificateFile: String
    let keyFile: String

    static let shared = Result { try Certificates() }

    private init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "transport-tests-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        certificateFile = directory.appending(path: "certificate.pem").path()
        keyFile = directory.appending(path: "key.pem").path()
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
    }

    static func serverContext() throws -> NIOSSLContext {
        let certificates = try shared.get()
        return try ServerTLS.context(certificateFile: certificates.certificateFile, keyFile: certificates.keyFile)
    }

    /// A context that trusts the certificate.
    static func clientContext() throws -> NIOSSLContext {
        var contexts = ClientTLSContexts()
        return try contexts.context(for: ClientTLSSettings(additionalTrustPEM: try shared.get().certificatePEM))
    }
}
