/// Where the token comes from that is exchanged for one of Google: a file, or an address that the host's surroundings
/// serve.
struct GoogleSubjectToken: Sendable {
    private enum Place: Sendable {
        case file(String)
        /// Keys may stand in the address's query as well as in fields.
        case address(CredentialSecret, headers: [(name: String, value: CredentialSecret)])
    }

    private let place: Place
    /// The member that holds the token where it comes in JSON; nil where it comes alone.
    private let member: String?

    init(_ source: CredentialFile) throws(CredentialProblem) {
        for (member, what) in [
            ("environment_id", "AWS"), ("executable", "executables"), ("certificate", "certificates"),
        ] where source.has(member) {
            throw source.problem(member, "is not supported: tokens come from a file or a URL, not from \(what)")
        }
        let file = try source.optionalText("file")
        let address = try source.optionalText("url")
        switch (file, address) {
        case (let file?, nil): place = .file(file)
        case (nil, let address?):
            place = .address(
                CredentialSecret(
                    try CredentialAddress.local(address, origin: "\(source.name): \"credential_source.url\"")
                ),
                headers: try Self.headers(source)
            )
        case (nil, nil): throw source.problem("file", "and \"url\" are missing")
        case (_?, _?): throw source.problem("file", "and \"url\" exclude each other")
        }
        member = try Self.member(source)
    }

    private static func headers(_ source: CredentialFile) throws(CredentialProblem) -> [(
        name: String, value: CredentialSecret
    )] {
        let headers = try source.optionalObject("headers")?.allTexts() ?? []
        for (name, value) in headers {
            guard TokenService.isToken(name), value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw source.problem("headers", "holds what cannot stand in a header field")
            }
        }
        return headers.map { ($0.name, CredentialSecret($0.value)) }
    }

    private static func member(_ source: CredentialFile) throws(CredentialProblem) -> String? {
        guard let format = try source.optionalObject("format") else { return nil }
        switch try format.optionalText("type") {
        case nil, "text": return nil
        case "json": return try format.text("subject_token_field_name")
        case let type?: throw format.problem("type", "is \(ShownText.quoted(type)), but has to be text or json")
        }
    }

    /// Gets the token.
    func token(_ surroundings: CredentialSurroundings) async throws -> CredentialSecret {
        switch place {
        case .file(let path):
            return try token(in: try surroundings.tokenFile(path), origin: "The token file \(ShownText.quoted(path))")
        case .address(let address, let headers):
            let service = TokenService(
                name: "The service of the token at \(ShownText.address(address.value))",
                secrets: headers.map(\.value)
            )
            let request = CredentialRequest.getting(address.value, headers: headers.map { ($0.name, $0.value.value) })
            let response = try await surroundings.answer(to: request, of: service)
            guard response.status == 200 else { throw service.refusal(response) }
            return try token(in: String(decoding: response.body, as: UTF8.self), origin: service.name)
        }
    }

    /// The token in what was read.
    private func token(in text: String, origin: String) throws(CredentialProblem) -> CredentialSecret {
        var token = text
        if let member {
            token = try CredentialFile(parsing: Array(text.utf8), name: origin).text(member)
        }
        guard !token.isEmpty else { throw CredentialProblem(message: "\(origin) holds no token.") }
        return CredentialSecret(token)
    }
}
