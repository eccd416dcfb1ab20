/// What a mock provider has served so far.
package struct MockStatistics: Sendable, Equatable, CustomStringConvertible {
    /// Requests begun.
    package var requests = 0
    /// Answers that are no streams, tool calls included.
    package var answers = 0
    /// Streams, tool calls included.
    package var streams = 0
    /// Events with text or arguments that streams sent.
    package var chunks = 0
    /// Lists of models.
    package var modelLists = 0
    /// Answers of ``MockScript/replies``.
    package var replies = 0
    /// Requests that were wrong in themselves: unknown path, bad JSON, no model, wrong key.
    package var refusals = 0
    /// Requests that failed because script, model or header field said so.
    package var failures: [MockScript.FailureKind: Int] = [:]
    /// Requests whose caller left before the answer's end.
    package var cancelled = 0
    /// Requests under way.
    package var active = 0
    /// Connections open.
    package var connections = 0

    package init() {}

    /// All of it on one line; kinds of failures that did not occur are left out.
    package var description: String {
        let failures = MockScript.FailureKind.allCases.compactMap { kind in
            self.failures[kind].map { " \(kind.rawValue)=\($0)" }
        }
        return "requests=\(requests) answers=\(answers) streams=\(streams) chunks=\(chunks) models=\(modelLists) "
            + "replies=\(replies) refused=\(refusals)\(failures.joined()) cancelled=\(cancelled) active=\(active) "
            + "connections=\(connections)"
    }
}
