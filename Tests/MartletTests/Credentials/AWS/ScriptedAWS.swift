import Synchronization

@testable import Martlet

/// Services of AWS that answer as a test says, one answer for each request.
final class ScriptedAWS: CredentialExchange {
    enum Answer {
        case answer(status: Int, String)
        case failure(any Error)

        static func ok(_ body: String) -> Answer { .answer(status: 200, body) }
    }

    /// What no test expects to see in a message.
    struct Unreachable: Error {
        var details = "secret-in-an-error"
    }

    private let answers: Mutex<[Answer]>
    private let received = Mutex<[CredentialRequest]>([])

    init(_ answers: Answer...) {
        self.answers = Mutex(answers)
    }

    var requests: [CredentialRequest] { received.withLock { $0 } }

    var unusedCount: Int { answers.withLock { $0.count } }

    func send(_ request: CredentialRequest) async throws -> CredentialResponse {
        received.withLock { $0.append(request) }
        let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch answer {
        case .answer(let status, let body): return CredentialResponse(status: status, body: Array(body.utf8))
        case .failure(let error): throw error
        case nil: throw CredentialProblem(message: "Nobody expected this request.")
        }
    }

    /// The message of the problem that a source has with these answers.
    static func problem(
        _ source: any AWSCredentialSource,
        _ answers: [Answer],
        now: Int64 = ScriptedAWS.now
    ) async -> String? {
        let script = ScriptedAWS()
        script.answers.withLock { $0 = answers }
        do {
            _ = try await source.credentials(over: script, now: now)
            return nil
        } catch let problem as CredentialProblem {
            return problem.message
        } catch {
            return "\(error)"
        }
    }

    /// 2026-08-19T12:00:00Z.
    static let now: Int64 = 1_787_140_800

    static let json = """
        {"RoleArn": "arn", "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIAX", "SecretAccessKey": "shh",
        "Token": "tok", "Expiration": "2026-08-19T18:00:00Z"}
        """

    static let xml = """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleResult>
            <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>ASIAX</AccessKeyId>
              <SecretAccessKey>shh</SecretAccessKey>
              <SessionToken>tok</SessionToken>
              <Expiration>2026-08-19T13:00:00Z</Expiration>
            </Credentials>
          </AssumeRoleResult>
        </AssumeRoleResponse>
        """
}

extension CredentialRequest {
    /// The value of a header field; nil without it.
    func value(of name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The body as text.
    var formText: String { String(decoding: body, as: UTF8.self) }
}

extension AWSEnvironment {
    /// Variables and files as a test says. A file without content is one that cannot be read.
    init(_ variables: [String: String], files: [String: String?]) {
        self.init(variables) { path in
            guard let file = files[path] else { return nil }
            guard let file else { throw ScriptedAWS.Unreachable() }
            return Array(file.utf8)
        }
    }
}
