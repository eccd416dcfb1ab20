/// How a request's log line looks.
public enum LogStyle: String, Sendable, CaseIterable {
    /// One JSON object a line, for programs.
    case json
    /// One line for a person at a terminal.
    case pretty
}
