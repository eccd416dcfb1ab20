package import NIOSSL

/// TLS towards a server, ready for connections.
package typealias ClientTLSContext = NIOSSLContext

/// How the other side's certificate is checked.
package struct ClientTLSSettings: Sendable, Hashable {
    /// Certificates, in PEM, that are trusted besides the system's.
    package var additionalTrustPEM: String?
    /// Whether any certificate is accepted.
    package var skipsVerification: Bool

    package init(additionalTrustPEM: String? = nil, skipsVerification: Bool = false) {
        self.additionalTrustPEM = additionalTrustPEM
        self.skipsVerification = skipsVerification
    }
}

/// Makes TLS contexts, one for each way of checking: reading the system's trust store takes milliseconds and megabytes.
package struct ClientTLSContexts {
    private var contexts: [ClientTLSSettings: NIOSSLContext] = [:]

    package init() {}

    /// - Throws: `NIOSSLError` when a certificate cannot be read.
    package mutating func context(for settings: ClientTLSSettings) throws -> NIOSSLContext {
        if let context = contexts[settings] { return context }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        if let pem = settings.additionalTrustPEM {
            let certificates = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
            configuration.additionalTrustRoots = [.certificates(certificates)]
        }
        if settings.skipsVerification {
            configuration.certificateVerification = .none
        }
        let context = try NIOSSLContext(configuration: configuration)
        contexts[settings] = context
        return context
    }
}

/// TLS towards callers.
package enum ServerTLS {
    /// - Parameters:
    ///   - certificateFile: The server's certificate and those that sign it, in PEM.
    ///   - keyFile: Its private key, in PEM.
    /// - Throws: `NIOSSLError` or `IOError` when a file cannot be read or is not what it should be.
    package static func context(certificateFile: String, keyFile: String) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(key)
        )
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
