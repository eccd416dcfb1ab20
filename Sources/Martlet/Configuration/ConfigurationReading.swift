import JSON

/// The state of reading one file: what its strings may refer to, and what was found wrong so far.
struct ConfigurationReading {
    /// Positions are looked up by scanning the file again; beyond this number nobody reads on.
    private static let maximumLocatedCount = 200

    private struct Finding {
        let place: ConfigurationPlace
        let problem: ConfigurationProblem
    }

    /// The environment that `env.` refers to.
    let environment: [String: String]
    private let fileName: String
    private var findings: [Finding] = []

    init(fileName: String, environment: [String: String]) {
        self.fileName = fileName
        self.environment = environment
    }

    /// How many problems were noted so far.
    var problemCount: Int { findings.count }

    /// How many of them are errors.
    var errorCount: Int { findings.count { $0.problem.severity == .error } }

    /// Notes something that makes the configuration useless.
    mutating func error(_ place: ConfigurationPlace, _ message: String, fix: String? = nil) {
        note(.error, place, message, fix)
    }

    /// Notes something that the author should know.
    mutating func warn(_ place: ConfigurationPlace, _ message: String, fix: String? = nil) {
        note(.warning, place, message, fix)
    }

    private mutating func note(
        _ severity: ConfigurationProblem.Severity,
        _ place: ConfigurationPlace,
        _ message: String,
        _ fix: String?
    ) {
        let problem = ConfigurationProblem(severity, fileName: fileName, path: place.path, message: message, fix: fix)
        findings.append(Finding(place: place, problem: problem))
    }

    /// Everything noted, in the order of the file, with lines and columns.
    func problems(in bytes: Span<UInt8>) -> [ConfigurationProblem] {
        var located: [(offset: Int, problem: ConfigurationProblem)] = []
        for (index, finding) in findings.enumerated() {
            var problem = finding.problem
            guard index < Self.maximumLocatedCount, let location = finding.place.steps.locate(in: bytes) else {
                located.append((.max, problem))
                continue
            }
            let offset = finding.place.isName ? location.name ?? location.value : location.value
            let position = JSONText.position(of: offset, in: bytes)
            problem.line = position.line
            problem.column = position.column
            located.append((offset, problem))
        }
        // The order of noting decides where offsets are equal, since the sort is stable.
        return located.sorted { $0.offset < $1.offset }.map(\.problem)
    }

    /// The members of an object; nil, and an error, for another kind. Names given twice are errors.
    mutating func object(_ node: ConfigurationNode) -> ConfigurationObject? {
        guard case .object(let object) = node.value else {
            error(node.place, "must be an object, not \(ShownText.kind(of: node.value))", fix: "write it in braces")
            return nil
        }
        var names: Set<String> = []
        var members: [(name: String, node: ConfigurationNode)] = []
        for (index, member) in object.members.enumerated() {
            guard let name = member.name.value else {
                error(node.place.element(index).name, "has a name that is not valid Unicode", fix: "rename it")
                continue
            }
            let place = node.place.member(name, at: index)
            if names.insert(name).inserted {
                members.append((name, ConfigurationNode(value: member.value, place: place)))
            } else {
                error(place.name, "is given more than once", fix: "keep one of them")
            }
        }
        return ConfigurationObject(place: node.place, members: members)
    }

    /// Checks the names in an object: unknown ones are errors, those without effect warnings.
    mutating func check(_ object: ConfigurationObject, against names: ConfigurationMembers) {
        for (name, node) in object.members where !names.applied.contains(name) {
            if names.unapplied.contains(name) {
                if !node.isVoid { warnUnapplied(node.place) }
                continue
            }
            let hint = names.hints[name] ?? NameSuggestion.nearest(to: name, in: names.applied + names.unapplied)
            let fix = hint.map { "did you mean \($0)?" } ?? "remove it, or see docs/configuration.md for the names"
            error(node.place.name, "is not known here", fix: fix)
        }
    }

    /// Says that a field of Bifrost's has no effect.
    mutating func warnUnapplied(_ place: ConfigurationPlace) {
        warn(place.name, "is not applied by this version of Martlet")
    }
}
