import Synchronization

@testable import Martlet

/// Services that answer as a script says, and note what they were asked.
final class ScriptedExchange: CredentialExchange {
    private struct State {
        var answers: [Result<CredentialResponse, any Error>]
        var requests: [CredentialRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Result<CredentialResponse, any Error>]) {
        state = Mutex(State(answers: answers))
    }

    /// Answers with these statuses and bodies, in order.
    convenience init(_ answers: (status: Int, body: String)...) {
        self.init(answers.map { .success(CredentialResponse(status: $0.status, body: Array($0.body.utf8))) })
    }

    var requests: [CredentialRequest] { state.withLock { $0.requests } }

    func send(_ request: CredentialRequest) async throws -> CredentialResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw CredentialProblem(message: "The script has ended.") }
        return try answer.get()
    }
}

/// An error that tells too much.
struct TalkativeError: Error, CustomStringConvertible {
    let description: String
}

extension CredentialSurroundings {
    /// Surroundings of a script, of which nothing is real.
    init(
        _ exchange: ScriptedExchange,
        files: [String: String] = [:],
        unreadable: Set<String> = [],
        environment: [String: String] = [:],
        now: Int64 = 1_000_000
    ) {
        self.init(
            exchange: exchange,
            readFile: { path in
                if unreadable.contains(path) { throw TalkativeError(description: "content of \(path)") }
                return files[path].map { Array($0.utf8) }
            },
            environment: { environment[$0] },
            now: { now }
        )
    }
}

extension CredentialRequest {
    /// The body as text.
    var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field.
    func field(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The members of a form, escapes resolved.
    var form: [String: String] {
        var fields: [String: String] = [:]
        for pair in bodyText.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            fields[Self.unescaped(parts[0])] = Self.unescaped(parts[1])
        }
        return fields
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The message of the problem that the body throws; nil when it throws none.
func problem(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let problem as CredentialProblem {
        return problem.message
    } catch {
        return "another error: \(error)"
    }
}
