/// The profiles of AWS's two shared files (AWS: "Using shared config and credentials files to globally configure AWS
/// SDKs and tools").
struct AWSProfiles: Sendable, HidesSecrets {
    /// The settings of one profile, by their names in small letters.
    typealias Settings = [String: String]

    private var profiles: [String: Settings]

    /// Lines that are neither section, setting nor comment are passed over, as are sections of other kinds. Where both
    /// files tell the same setting of the same profile, that of the credentials counts.
    ///
    /// - Parameters:
    ///   - config: The text of the file `config`, where profiles but the default are called `[profile name]`.
    ///   - credentials: The text of the file `credentials`, where they are called `[name]`.
    init(config: String, credentials: String) {
        profiles = [:]
        var isPrefixed: Set<String> = []
        for section in Self.sections(of: config) {
            guard let (name, hasPrefix) = Self.profileName(section.name) else { continue }
            // A default profile that is called one goes before one that is not.
            guard hasPrefix || !isPrefixed.contains(name) else { continue }
            if hasPrefix, isPrefixed.insert(name).inserted { profiles[name] = [:] }
            profiles[name, default: [:]].merge(section.settings) { $1 }
        }
        for section in Self.sections(of: credentials) {
            profiles[section.name, default: [:]].merge(section.settings) { $1 }
        }
    }

    /// The settings of the profile called `name`; nil when there is none.
    subscript(name: String) -> Settings? { profiles[name] }

    /// The profile that a section of `config` tells of; nil when it tells of something else.
    private static func profileName(_ section: String) -> (name: String, hasPrefix: Bool)? {
        if section == "default" { return (section, false) }
        let prefix = "profile"
        guard section.hasPrefix(prefix), let next = section.dropFirst(prefix.count).utf8.first, isSpace(next) else {
            return nil
        }
        let name = AWSText.trimmed(String(section.dropFirst(prefix.count)))
        return (unquoted(name), true)
    }

    private static func unquoted(_ name: String) -> String {
        guard name.utf8.count >= 2, let first = name.first, first == "\"" || first == "'", name.last == first else {
            return name
        }
        return String(name.dropFirst().dropLast())
    }

    private static func sections(of text: String) -> [(name: String, settings: Settings)] {
        var sections: [(name: String, settings: Settings)] = []
        // How far the last setting was indented. Lines further in belong to it and are none of ours.
        var indentation: Int?
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = Substring(line)
            let content = AWSText.trimmed(String(line))
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[" {
                indentation = nil
                if let end = content.firstIndex(of: "]") {
                    let name = AWSText.trimmed(String(content[..<end].dropFirst()))
                    sections.append((name, [:]))
                }
                continue
            }
            let indent = line.utf8.prefix(while: isSpace).count
            if let indentation, indent > indentation { continue }
            guard !sections.isEmpty, let (name, value) = setting(content) else { continue }
            indentation = indent
            sections[sections.count - 1].settings[name] = value
        }
        return sections
    }

    private static func setting(_ line: String) -> (name: String, value: String)? {
        guard let mark = line.firstIndex(of: "=") else { return nil }
        let name = AWSText.trimmed(String(line[..<mark])).lowercased()
        guard !name.isEmpty else { return nil }
        var value = line[line.index(after: mark)...].utf8
        // A comment begins with its sign behind white space.
        var wasSpace = false
        for index in value.indices {
            let byte = value[index]
            if wasSpace, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
                value = value[..<index]
                break
            }
            wasSpace = isSpace(byte)
        }
        return (name, AWSText.trimmed(String(Substring(value))))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
