import JSON

/// A string of a configuration file after `env.NAME` was replaced.
struct ConfigurationString {
    /// The text itself.
    let text: String
    /// The environment variable that it comes from.
    var variable: String?

    /// For messages: the text in quotation marks, or the name of its variable, whose content might be a secret.
    func shown(_ quote: (String) -> String = ShownText.quoted) -> String {
        variable.map { "the value of \($0)" } ?? quote(text)
    }
}

/// What a string turned out to be.
enum ConfigurationStringReading {
    /// Text, perhaps empty.
    case string(ConfigurationString)
    /// A reference to a variable that is not set, or empty.
    case unset(variable: String)
    /// No string at all; the error is noted.
    case invalid
}

extension ConfigurationReading {
    private static let envMembers = ConfigurationMembers(applied: ["value", "env_var", "from_env"])

    /// A string with `env.NAME` replaced, also in Bifrost's object form `{"value", "env_var", "from_env"}`.
    ///
    /// Values of other kinds are never shown: the string may be a secret.
    mutating func resolve(_ node: ConfigurationNode) -> ConfigurationStringReading {
        switch node.value {
        case .string(let string):
            guard let text = string.value else {
                error(node.place, "is not valid Unicode", fix: "remove the \\u escape that lacks its other half")
                return .invalid
            }
            guard text.hasPrefix("env.") else { return .string(ConfigurationString(text: text)) }
            return look(up: String(text.dropFirst(4)), for: node)
        case .object:
            return resolveObject(node)
        default:
            error(
                node.place,
                "must be a string, not \(ShownText.kind(of: node.value))",
                fix: "write it in quotation marks"
            )
            return .invalid
        }
    }

    private mutating func resolveObject(_ node: ConfigurationNode) -> ConfigurationStringReading {
        guard let object = object(node) else { return .invalid }
        check(object, against: Self.envMembers)
        let isReference = boolean(object["from_env"])
        var variable: String?
        if let reference = object["env_var"] {
            guard let text = reference.value.string else {
                error(
                    reference.place,
                    "must be a string, not \(ShownText.kind(of: reference.value))",
                    fix: "write the name of the variable in quotation marks"
                )
                return .invalid
            }
            let name = text.hasPrefix("env.") ? String(text.dropFirst(4)) : text
            variable = name.isEmpty ? nil : name
        }
        if isReference ?? (variable != nil) {
            return look(up: variable ?? "", for: node)
        }
        guard let value = object["value"] else { return .string(ConfigurationString(text: "")) }
        guard case .string = value.value else {
            error(
                value.place,
                "must be a string, not \(ShownText.kind(of: value.value))",
                fix: "write it in quotation marks"
            )
            return .invalid
        }
        return resolve(value)
    }

    private mutating func look(up variable: String, for node: ConfigurationNode) -> ConfigurationStringReading {
        guard !variable.isEmpty else {
            error(node.place, "names no environment variable", fix: "write it like \"env.OPENAI_API_KEY\"")
            return .invalid
        }
        guard let value = environment[variable], !value.isEmpty else {
            return .unset(variable: ShownText.escaped(variable))
        }
        return .string(ConfigurationString(text: value, variable: ShownText.escaped(variable)))
    }

    /// A string that is not empty; nil where it is missing or empty. A variable that is not set is an error.
    mutating func string(_ node: ConfigurationNode?) -> ConfigurationString? {
        guard let node else { return nil }
        switch resolve(node) {
        case .string(let string):
            return string.text.isEmpty ? nil : string
        case .unset(let variable):
            error(node.place, "the environment variable \(variable) is not set", fix: "set it, or write the value here")
            return nil
        case .invalid:
            return nil
        }
    }

    /// A list of strings, none of them empty.
    mutating func strings(_ node: ConfigurationNode?) -> [String]? {
        guard let node, let elements = array(node) else { return nil }
        var found: [String] = []
        for element in elements {
            let countBefore = problemCount
            if let string = string(element) {
                found.append(string.text)
            } else if problemCount == countBefore {
                error(element.place, "is empty", fix: "remove it")
            }
        }
        return found
    }

    /// An object of strings, none of them empty.
    mutating func texts(_ node: ConfigurationNode?) -> [String: String]? {
        guard let node, let object = object(node) else { return nil }
        var found: [String: String] = [:]
        for (name, node) in object.members {
            let countBefore = problemCount
            if let string = string(node) {
                found[name] = string.text
            } else if problemCount == countBefore {
                error(node.place, "is empty", fix: "remove it")
            }
        }
        return found
    }

    /// The value of an environment variable that is set and not empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// PEM text with at least one certificate.
    mutating func certificates(_ node: ConfigurationNode?) -> String? {
        guard let node, let pem = string(node) else { return nil }
        if pem.text.contains("-----BEGIN CERTIFICATE-----"), pem.text.contains("-----END CERTIFICATE-----") {
            return pem.text
        }
        error(
            node.place,
            "holds no certificate in PEM format",
            fix: "paste the text of the file, from -----BEGIN CERTIFICATE----- on, with \\n for line ends"
        )
        return nil
    }
}
