/// What the process was told about AWS: environment variables and files.
struct AWSEnvironment: Sendable, HidesSecrets {
    private let variables: [String: String]
    private let readFile: AWSFileReader

    init(_ variables: [String: String], readFile: @escaping AWSFileReader) {
        self.variables = variables
        self.readFile = readFile
    }

    /// The value of a variable that is set and not empty.
    subscript(name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a variable is set to `true`, in any case.
    func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

    /// The region that requests go to where nothing else names one.
    var region: String? { self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] }

    /// The key of `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; nil without the first.
    ///
    /// - Throws: When there is an id without its secret, or when a value cannot be a key.
    func credentials() throws(CredentialProblem) -> AWSCredentials? {
        guard let accessKeyID = self["AWS_ACCESS_KEY_ID"] else { return nil }
        do {
            return try AWSCredentials(
                accessKeyID: accessKeyID,
                secretAccessKey: self["AWS_SECRET_ACCESS_KEY"] ?? "",
                sessionToken: self["AWS_SESSION_TOKEN"]
            )
        } catch {
            throw CredentialProblem("The key in the environment variables of AWS", error)
        }
    }

    /// The text of a file; nil when there is none at that path.
    ///
    /// - Throws: When it cannot be read or is no text. What the reader says is left out: it may quote the file.
    func file(_ path: String) throws(CredentialProblem) -> String? {
        let bytes: [UInt8]?
        do {
            bytes = try readFile(path)
        } catch {
            throw CredentialProblem(message: "The file \(ShownText.quoted(path)) cannot be read.")
        }
        guard let bytes else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialProblem(message: "The file \(ShownText.quoted(path)) is no text.")
        }
        return text
    }

    /// The token that a file holds, without white space around it.
    ///
    /// - Throws: When there is no such file, or none of a token in it.
    func token(inFile path: String) throws(CredentialProblem) -> String {
        guard let text = try file(path) else {
            throw CredentialProblem(message: "There is no token file \(ShownText.quoted(path)).")
        }
        let token = AWSText.trimmed(text)
        guard !token.isEmpty, AWSText.isVisible(token) else {
            throw CredentialProblem(message: "The file \(ShownText.quoted(path)) holds no token.")
        }
        return token
    }

    /// The path of one of the shared files: a variable's value, where a tilde stands for the home directory, or a file
    /// there.
    func path(in variable: String, orHome name: String) -> String? {
        guard let path = self[variable] else { return self["HOME"].map { "\($0)/\(name)" } }
        guard path.hasPrefix("~/"), let home = self["HOME"] else { return path }
        return home + path.dropFirst()
    }
}
