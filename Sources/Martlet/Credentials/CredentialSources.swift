import NIOCore
import Transport

/// Where the gateway's keys get their credentials from.
struct CredentialSources {
    /// The event loops that they are fetched on.
    let workers: CredentialWorkers
    /// The process's environment.
    let environment: [String: String]
    /// The time in seconds since 1970-01-01T00:00:00Z.
    var clock: @Sendable () -> Int64 = { Int64(UnixTime.seconds()) }

    /// What opens a provider with a key, fetched over its connections as needed.
    ///
    /// - Parameters:
    ///   - upstream: Where the key's requests go.
    ///   - listUpstream: Where requests for the list of models go.
    ///   - tls: TLS towards services that hand out credentials.
    func authentication(
        of key: ProviderKey,
        _ configuration: ProviderConfiguration,
        to upstream: Upstream,
        listingFrom listUpstream: Upstream,
        tls: () throws -> ClientTLSContext
    ) throws -> KeyAuthentication {
        if key.credentials == .secret { return .prepared }
        let environment = environment
        let surroundings = CredentialSurroundings(
            exchange: UpstreamCredentialExchange(workers: workers, tls: try tls(), proxy: upstream.proxy),
            readFile: { try CredentialFileReader.read($0) },
            environment: { environment[$0] },
            now: clock
        )
        do throws(CredentialProblem) {
            switch key.credentials {
            case .secret: return .prepared
            case .google(let credentials): return .token(try google(credentials, surroundings))
            case .azure(let credentials): return .token(try azure(credentials, surroundings))
            case .aws(let credentials):
                let place = AWSSigningPlace(
                    region: key.pathValues["region"] ?? "us-east-1",
                    host: upstream.authority,
                    listHost: listUpstream.authority,
                    extraHeaders: configuration.extraHeaders
                )
                return try aws(credentials, place, surroundings)
            }
        } catch {
            return .broken(error)
        }
    }

    private func google(
        _ key: GoogleKeyCredentials,
        _ surroundings: CredentialSurroundings
    ) throws(CredentialProblem) -> RefreshingCredential<AccessToken> {
        let own = try key.json.map { json throws(CredentialProblem) in
            try GoogleCredential(parsing: Array(json.utf8), name: "The key's credentials")
        }
        return RefreshingCredential(clock: clock) {
            if let own {
                return try await own.token(surroundings).map {
                    AccessToken(secret: $0, quotaProjectID: own.quotaProjectID)
                }
            }
            let project = try GoogleDefaultCredential.find(surroundings).quotaProjectID
            return try await GoogleDefaultCredential.token(surroundings).map {
                AccessToken(secret: $0, quotaProjectID: project)
            }
        }
    }

    private func azure(
        _ key: AzureKeyCredentials,
        _ surroundings: CredentialSurroundings
    ) throws(CredentialProblem) -> RefreshingCredential<AccessToken> {
        let scope = key.scopes.isEmpty ? nil : key.scopes.joined(separator: " ")
        if let tenant = key.tenantID, let client = key.clientID, let secret = key.clientSecret {
            let credential = try AzureClientSecret(
                tenant: tenant,
                clientID: client,
                secret: CredentialSecret(secret),
                authority: AzureAuthority(host: surroundings.variable("AZURE_AUTHORITY_HOST")),
                scope: scope
            )
            return RefreshingCredential(clock: clock) {
                try await credential.token(surroundings).map { AccessToken(secret: $0) }
            }
        }
        var own = surroundings
        let named = ["AZURE_CLIENT_ID": key.clientID, "AZURE_TENANT_ID": key.tenantID].compactMapValues(\.self)
        own.environment = { named[$0] ?? surroundings.environment($0) }
        let chosen = own
        return RefreshingCredential(clock: clock) {
            try await AzureDefaultCredential.token(scope: scope, chosen).map { AccessToken(secret: $0) }
        }
    }

    private func aws(
        _ key: AWSKeyCredentials,
        _ place: AWSSigningPlace,
        _ surroundings: CredentialSurroundings
    ) throws(CredentialProblem) -> KeyAuthentication {
        let environment = AWSEnvironment(environment, readFile: surroundings.readFile)
        let fixed = try key.accessKeyID.map { id throws(CredentialProblem) in
            try AWSCredentials(
                accessKeyID: id,
                secretAccessKey: key.secretAccessKey ?? "",
                sessionToken: key.sessionToken
            )
        }
        if let fixed, key.roleARN == nil { return .signature(fixed, place) }
        var source: any AWSCredentialSource
        if let fixed {
            source = AWSFixedCredentials(value: fixed)
        } else {
            source = AWSDefaultCredentials(environment: environment, region: place.region)
        }
        if let role = key.roleARN {
            source = AWSAssumedRole(
                role: AWSRole(name: role, sessionName: key.sessionName),
                externalID: key.externalID,
                assumer: source,
                service: try AWSTokenService(region: place.region, endpoint: environment["AWS_ENDPOINT_URL_STS"])
            )
        }
        let (exchange, clock, chosen) = (surroundings.exchange, clock, source)
        return .refreshedSignature(
            RefreshingCredential(clock: clock) { try await chosen.credentials(over: exchange, now: clock()) },
            place
        )
    }
}
