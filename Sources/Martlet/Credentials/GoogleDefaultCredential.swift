/// Application Default Credentials ("How Application Default Credentials works"): the file that
/// `GOOGLE_APPLICATION_CREDENTIALS` names, the one that gcloud wrote, the metadata server.
enum GoogleDefaultCredential {
    /// Finds the credential that the surroundings offer. Nothing is asked over the network.
    static func find(_ surroundings: CredentialSurroundings) throws(CredentialProblem) -> GoogleCredential {
        let variable = "GOOGLE_APPLICATION_CREDENTIALS"
        if let path = surroundings.variable(variable) {
            let name = "The file \(ShownText.quoted(path)) that \(variable) names"
            guard let bytes = try surroundings.file(path) else {
                throw CredentialProblem(message: "\(name) does not exist.")
            }
            return try GoogleCredential(parsing: bytes, name: name)
        }
        if let path = wellKnownPath(surroundings), let bytes = try surroundings.file(path) {
            return try GoogleCredential(parsing: bytes, name: "The file \(ShownText.quoted(path))")
        }
        return .metadataServer(try GoogleMetadataServer(host: surroundings.variable("GCE_METADATA_HOST")))
    }

    /// Finds the credential and gets a token.
    ///
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    static func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let credential = try find(surroundings)
        do {
            return try await credential.token(surroundings)
        } catch let problem as CredentialProblem {
            guard case .metadataServer = credential else { throw problem }
            throw CredentialProblem(
                message: "GOOGLE_APPLICATION_CREDENTIALS is not set and gcloud has left no file, so the metadata "
                    + "server was asked. \(problem.message)",
                isTemporary: problem.isTemporary
            )
        }
    }

    /// Where gcloud puts what `gcloud auth application-default login` brings.
    private static func wellKnownPath(_ surroundings: CredentialSurroundings) -> String? {
        let folder =
            surroundings.variable("CLOUDSDK_CONFIG")
            ?? surroundings.variable("HOME").map { "\($0)/.config/gcloud" }
        return folder.map { "\($0)/application_default_credentials.json" }
    }
}
