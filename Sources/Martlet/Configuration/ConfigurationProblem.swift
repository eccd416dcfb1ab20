/// Something in a configuration that is wrong or has no effect, with its place and the way out.
///
/// Never holds a secret: values of keys, passwords, header fields and environment variables are not shown.
public struct ConfigurationProblem: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// The configuration can be used, though perhaps not as its author thinks.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// The file that it is in; nil where the settings come from elsewhere.
    public var fileName: String?
    /// The field, as in `providers.openai.keys[0].value`, or the name of an environment variable; `$` for the whole
    /// file.
    public var path: String
    /// The line in the file, counted from 1; nil where it is not known.
    public var line: Int?
    /// The column in the line in Unicode scalars, counted from 1; nil where it is not known.
    public var column: Int?
    /// What is wrong, as a clause about the field.
    public var message: String
    /// What to do about it, as a clause; nil where the message says it all.
    public var fix: String?

    /// A problem with the field at `path`.
    public init(
        _ severity: Severity,
        fileName: String? = nil,
        path: String,
        line: Int? = nil,
        column: Int? = nil,
        message: String,
        fix: String? = nil
    ) {
        self.severity = severity
        self.fileName = fileName
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.fix = fix
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// One line in the manner of compilers: `file:line:column: path: message; fix`, with `warning: ` before the path
    /// of a warning.
    public var description: String {
        var text = ""
        if let fileName {
            text += ShownText.escaped(fileName)
            if let line { text += ":\(line)" }
            if line != nil, let column { text += ":\(column)" }
            text += ": "
        }
        if severity == .warning { text += "warning: " }
        text += "\(path): \(message)"
        if let fix { text += "; \(fix)" }
        return text
    }
}
