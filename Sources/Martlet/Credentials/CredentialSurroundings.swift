/// What fetching a credential needs of the world outside.
struct CredentialSurroundings: Sendable {
    /// Carries requests.
    var exchange: any CredentialExchange
    /// The bytes of a file; nil when there is none at that path.
    var readFile: @Sendable (_ path: String) throws -> [UInt8]?
    /// The value of an environment variable; nil when it is not set.
    var environment: @Sendable (_ name: String) -> String?
    /// Seconds since 1970-01-01T00:00:00Z.
    var now: @Sendable () -> Int64

    /// The value of an environment variable that is set and not empty.
    func variable(_ name: String) -> String? {
        environment(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The bytes of a file.
    ///
    /// - Returns: Nil when there is none at that path.
    /// - Throws: ``CredentialProblem`` when it cannot be read. What the reader says is left out: it may quote the file.
    func file(_ path: String) throws(CredentialProblem) -> [UInt8]? {
        do {
            return try readFile(path)
        } catch {
            throw CredentialProblem(message: "The file \(ShownText.quoted(path)) cannot be read.")
        }
    }

    /// The text of a file that holds a token, without white space around it.
    func tokenFile(_ path: String) throws(CredentialProblem) -> String {
        guard let bytes = try file(path) else {
            throw CredentialProblem(message: "There is no token file \(ShownText.quoted(path)).")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialProblem(message: "The token file \(ShownText.quoted(path)) is no text.")
        }
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Carries a request to a service.
    ///
    /// - Throws: ``CredentialProblem`` when there is no answer, or `CancellationError`.
    func answer(to request: CredentialRequest, of service: TokenService) async throws -> CredentialResponse {
        do {
            return try await exchange.send(request)
        } catch let error as CancellationError {
            throw error
        } catch let problem as CredentialProblem {
            throw CredentialProblem("\(service.name) cannot be reached", problem)
        } catch {
            throw CredentialProblem(message: "\(service.name) cannot be reached.", isTemporary: true)
        }
    }

    /// Carries a request and reads the token that the answer holds.
    func token(for request: CredentialRequest, of service: TokenService) async throws
        -> ExpiringCredential<CredentialSecret>
    {
        // The token's life counts from before it was made, so that a slow answer does not prolong it.
        let start = now()
        return try service.token(in: try await answer(to: request, of: service), at: start)
    }
}
