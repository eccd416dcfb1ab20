/// The credentials of a profile in AWS's shared files.
struct AWSProfileCredentials: AWSCredentialSource {
    /// The profile's name.
    let name: String
    let environment: AWSEnvironment
    /// Whose Security Token Service is asked where nothing else names a region.
    var region: String?

    /// The files are read each time: other programs refresh what is in them.
    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        guard let source = try source() else {
            throw CredentialProblem(
                message: "AWS's shared files have no credentials for the profile \(ShownText.quoted(name))."
            )
        }
        return try await source.credentials(over: exchange, now: now)
    }

    /// What the profile says of its credentials; nil when it says nothing or does not exist.
    ///
    /// - Throws: When what it says cannot be done.
    func source() throws(CredentialProblem) -> (any AWSCredentialSource)? {
        let profiles = AWSProfiles(
            config: try text("AWS_CONFIG_FILE", ".aws/config"),
            credentials: try text("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")
        )
        return try source(of: name, in: profiles, assumers: [])
    }

    private func text(_ variable: String, _ name: String) throws(CredentialProblem) -> String {
        guard let path = environment.path(in: variable, orHome: name) else { return "" }
        return try environment.file(path) ?? ""
    }

    /// - Parameter assumers: The profiles whose roles are assumed with this one's credentials.
    private func source(
        of name: String,
        in profiles: AWSProfiles,
        assumers: [String]
    ) throws(CredentialProblem) -> (any AWSCredentialSource)? {
        guard let settings = profiles[name] else { return nil }
        // The key of a profile that assumes another's role ends the chain, even where it has a role itself.
        if !assumers.isEmpty, let key = try key(of: name, settings) { return key }
        if let role = try role(of: name, settings) {
            let service = try service(settings)
            if let tokenFile = settings["web_identity_token_file"] {
                return AWSWebIdentityRole(
                    role: role,
                    tokenFile: tokenFile,
                    environment: environment,
                    service: service
                )
            }
            guard settings["mfa_serial"] == nil else {
                throw problem(name, "its role wants a code of a second factor, which a server has not")
            }
            return AWSAssumedRole(
                role: role,
                externalID: settings["external_id"],
                assumer: try assumer(of: name, settings, in: profiles, assumers: assumers + [name]),
                service: service
            )
        }
        if let key = try key(of: name, settings) { return key }
        if let setting = Self.unknown.first(where: { settings[$0] != nil }) {
            throw problem(name, "\(setting) is no way in which credentials are got here")
        }
        return nil
    }

    private func assumer(
        of name: String,
        _ settings: AWSProfiles.Settings,
        in profiles: AWSProfiles,
        assumers: [String]
    ) throws(CredentialProblem) -> any AWSCredentialSource {
        if let other = settings["source_profile"] {
            if other == name {
                guard let key = try key(of: name, settings) else {
                    throw problem(name, "it is its own source_profile, but has no key")
                }
                return key
            }
            guard !assumers.contains(other) else { throw problem(name, "its source_profile leads back to it") }
            guard let source = try source(of: other, in: profiles, assumers: assumers) else {
                throw problem(name, "its source_profile \(ShownText.quoted(other)) has no credentials")
            }
            return source
        }
        let source: (any AWSCredentialSource)? =
            switch settings["credential_source"] {
            case "Environment": try environment.credentials().map(AWSFixedCredentials.init)
            case "EcsContainer": try AWSContainerCredentials(environment)
            case "Ec2InstanceMetadata": try AWSInstanceCredentials(environment)
            case nil: throw problem(name, "it has a role_arn, but neither source_profile nor credential_source")
            case let other?: throw problem(name, "its credential_source \(ShownText.quoted(other)) is unknown")
            }
        guard let source else { throw problem(name, "its credential_source has no credentials") }
        return source
    }

    private func key(
        of name: String,
        _ settings: AWSProfiles.Settings
    ) throws(CredentialProblem) -> AWSFixedCredentials? {
        guard let accessKeyID = settings["aws_access_key_id"] else { return nil }
        do {
            return AWSFixedCredentials(
                value: try AWSCredentials(
                    accessKeyID: accessKeyID,
                    secretAccessKey: settings["aws_secret_access_key"] ?? "",
                    sessionToken: settings["aws_session_token"]
                )
            )
        } catch {
            throw CredentialProblem("The key of the profile \(ShownText.quoted(name))", error)
        }
    }

    private func role(of name: String, _ settings: AWSProfiles.Settings) throws(CredentialProblem) -> AWSRole? {
        guard let arn = settings["role_arn"], !arn.isEmpty else { return nil }
        var role = AWSRole(name: arn, sessionName: settings["role_session_name"])
        if let text = settings["duration_seconds"] {
            guard let duration = Int(text), (900...43_200).contains(duration) else {
                throw problem(name, "its duration_seconds is no number from 900 to 43200")
            }
            role.duration = duration
        }
        return role
    }

    private func service(_ settings: AWSProfiles.Settings) throws(CredentialProblem) -> AWSTokenService {
        try AWSTokenService(
            region: environment.region ?? settings["region"] ?? region,
            endpoint: environment["AWS_ENDPOINT_URL_STS"]
        )
    }

    private func problem(_ name: String, _ text: String) -> CredentialProblem {
        CredentialProblem(message: "The profile \(ShownText.quoted(name)) cannot be used: \(text).")
    }

    /// Ways that want a browser or another program.
    private static let unknown = [
        "credential_process", "login_session", "sso_session", "sso_start_url", "sso_account_id",
    ]
}
