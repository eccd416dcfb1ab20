import JSON

/// The members of a JSON file that holds or describes a credential. No message quotes any of their values.
struct CredentialFile {
    /// What the file is called at the beginning of a sentence.
    let name: String
    private let members: JSONObject
    /// The path to the members in the file, with a dot behind each name.
    private let path: String

    /// - Parameter name: What the file is called at the beginning of a sentence.
    init(parsing bytes: [UInt8], name: String) throws(CredentialProblem) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes.span, limits: JSONLimits(maximumDepth: 32))
        } catch {
            throw CredentialProblem(message: "\(name) is no JSON: \(error.reason.explanation).")
        }
        guard let object = value.object else { throw CredentialProblem(message: "\(name) is no JSON object.") }
        self.init(name: name, members: object, path: "")
    }

    private init(name: String, members: JSONObject, path: String) {
        self.name = name
        self.members = members
        self.path = path
    }

    /// A text that has to be there.
    func text(_ member: String) throws(CredentialProblem) -> String {
        guard let text = try optionalText(member) else { throw problem(member, "is missing") }
        return text
    }

    /// A text; nil when it is missing or empty.
    func optionalText(_ member: String) throws(CredentialProblem) -> String? {
        guard let value = members[member], value != .null else { return nil }
        guard let text = value.string else { throw problem(member, "is no text") }
        return text.isEmpty ? nil : text
    }

    /// Texts; none when the member is missing.
    func texts(_ member: String) throws(CredentialProblem) -> [String] {
        guard let value = members[member], value != .null else { return [] }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else { throw problem(member, "is no list of texts") }
        return texts
    }

    /// A whole number from 1 up; nil when it is missing.
    func optionalCount(_ member: String) throws(CredentialProblem) -> Int? {
        guard let value = members[member], value != .null else { return nil }
        guard let count = value.integer, count > 0 else { throw problem(member, "is no whole number above 0") }
        return count
    }

    /// An object within; nil when it is missing.
    func optionalObject(_ member: String) throws(CredentialProblem) -> CredentialFile? {
        guard let value = members[member], value != .null else { return nil }
        guard let object = value.object else { throw problem(member, "is no object") }
        return CredentialFile(name: name, members: object, path: "\(path)\(member).")
    }

    /// An object within that has to be there.
    func object(_ member: String) throws(CredentialProblem) -> CredentialFile {
        guard let object = try optionalObject(member) else { throw problem(member, "is missing") }
        return object
    }

    /// All members, which have to be texts.
    func allTexts() throws(CredentialProblem) -> [(name: String, value: String)] {
        var texts: [(name: String, value: String)] = []
        for member in members.members {
            guard let name = member.name.value else { continue }
            guard let value = member.value.string else { throw problem(name, "is no text") }
            texts.append((name, value))
        }
        return texts
    }

    /// Whether there is such a member, whatever it is.
    func has(_ member: String) -> Bool {
        members[member].map { $0 != .null } ?? false
    }

    /// What is wrong with a member.
    func problem(_ member: String, _ explanation: String) -> CredentialProblem {
        CredentialProblem(message: "\(name): \"\(ShownText.escaped(path + member))\" \(explanation).")
    }
}
