import JSON

/// A service that hands out credentials to those who run where it can be reached.
struct AWSMetadataService: Sendable {
    /// What it is called at the beginning of a sentence.
    let name: String

    /// Carries a request to it.
    ///
    /// - Throws: ``CredentialProblem`` when there is no answer, or `CancellationError`.
    func answer(
        to request: CredentialRequest,
        over exchange: any CredentialExchange
    ) async throws -> CredentialResponse {
        do {
            return try await exchange.send(request)
        } catch let error as CancellationError {
            throw error
        } catch let problem as CredentialProblem {
            throw CredentialProblem("\(name) cannot be reached", problem)
        } catch {
            throw CredentialProblem(message: "\(name) cannot be reached.", isTemporary: true)
        }
    }

    /// What it says by a status other than 200.
    func refusal(_ response: CredentialResponse, code: String? = nil) -> CredentialProblem {
        let suffix = code.flatMap(Self.shown).map { " (\($0))" } ?? ""
        return CredentialProblem(
            message: "\(name) answered with status \(response.status)\(suffix).",
            isTemporary: response.isServiceFailure || code.map(Self.isFailure) ?? false
        )
    }

    /// The credentials in an answer of JSON (AWS: "Container credential provider", "Retrieve security credentials from
    /// instance metadata").
    func credentials(
        in response: CredentialResponse
    ) throws(CredentialProblem) -> ExpiringCredential<AWSCredentials> {
        let limits = JSONLimits(maximumDepth: 16, maximumByteCount: 1 << 20)
        let answer = try? JSONValue(parsing: response.body.span, limits: limits)
        let code = answer?["Code"]?.string ?? answer?["code"]?.string
        guard response.status == 200 else { throw refusal(response, code: code) }
        guard let answer, answer.object != nil else {
            throw CredentialProblem(message: "\(name) answered with something that is no JSON object.")
        }
        if let code, code != "Success" {
            let shown = Self.shown(code).map { ": \($0)" } ?? ""
            throw CredentialProblem(message: "\(name) has no credentials\(shown).")
        }
        return try credentials(
            accessKeyID: answer["AccessKeyId"]?.string,
            secretAccessKey: answer["SecretAccessKey"]?.string,
            sessionToken: answer["Token"]?.string,
            expiration: answer["Expiration"].flatMap { $0 == .null ? nil : $0.string ?? "" }
        )
    }

    /// Credentials of the parts of an answer.
    ///
    /// - Parameter expiration: Nil when they do not end.
    func credentials(
        accessKeyID: String?,
        secretAccessKey: String?,
        sessionToken: String?,
        expiration: String?
    ) throws(CredentialProblem) -> ExpiringCredential<AWSCredentials> {
        let value: AWSCredentials
        do {
            value = try AWSCredentials(
                accessKeyID: accessKeyID ?? "",
                secretAccessKey: secretAccessKey ?? "",
                sessionToken: sessionToken
            )
        } catch {
            throw CredentialProblem("The answer of \(name.lowercasedArticle) cannot be used", error)
        }
        guard let expiration else { return ExpiringCredential(value: value, expiry: nil) }
        guard let expiry = AWSTime.second(of: expiration) else {
            throw CredentialProblem(message: "\(name) answered with credentials whose end is malformed.")
        }
        return ExpiringCredential(value: value, expiry: expiry)
    }

    /// - Throws: When the credentials ended before they came.
    func checked(
        _ credential: ExpiringCredential<AWSCredentials>,
        now: Int64
    ) throws(CredentialProblem) -> ExpiringCredential<AWSCredentials> {
        if let expiry = credential.expiry, expiry <= now {
            throw CredentialProblem(
                message: "\(name) answered with credentials that have expired; compare the clocks."
            )
        }
        return credential
    }

    /// Whether an error that comes with status 400 is the service's: too many requests, or an identity provider that it
    /// does not reach (AWS: "AssumeRoleWithWebIdentity", "Error retries in AWS SDKs").
    private static func isFailure(_ code: String) -> Bool {
        code.hasPrefix("Throttl") || ["RequestLimitExceeded", "IDPCommunicationError"].contains(code)
    }

    /// An error's code, where it looks like one and not like a text that might quote something.
    private static func shown(_ code: String) -> String? {
        !code.isEmpty && code.utf8.count <= 64 && AWSText.isWord(code, and: "._-") ? code : nil
    }
}

extension String {
    /// With a small letter at its beginning, for the middle of a sentence.
    fileprivate var lowercasedArticle: String { hasPrefix("The ") ? "the " + dropFirst(4) : self }
}
