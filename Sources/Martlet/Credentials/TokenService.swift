import JSON

/// Reads what a service that hands out access tokens answers (RFC 6749, section 5).
struct TokenService: Sendable {
    /// A token that names no end is taken to live so long, in seconds: a wrong guess does little harm.
    static let assumedLife: Int64 = 300
    /// No token is believed to live longer, in seconds.
    static let longestLife: Int64 = 7 * 86_400

    /// What the service is called at the beginning of a sentence.
    let name: String
    /// What the request holds that must not be repeated.
    var secrets: [CredentialSecret] = []

    /// The token in an answer.
    ///
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    func token(
        in response: CredentialResponse,
        at now: Int64
    ) throws(CredentialProblem) -> ExpiringCredential<CredentialSecret> {
        let answer = try object(in: response)
        let token = try secret("access_token", in: answer)
        return ExpiringCredential(value: token, expiry: try expiry(answer, now))
    }

    /// The object that a successful answer is.
    func object(in response: CredentialResponse) throws(CredentialProblem) -> JSONObject {
        guard response.status == 200 else { throw refusal(response) }
        guard let object = Self.object(response.body) else {
            throw CredentialProblem(message: "\(name) answered with something that is no JSON object.")
        }
        return object
    }

    /// A token of an answer, fit for a header field.
    func secret(_ member: String, in answer: JSONObject) throws(CredentialProblem) -> CredentialSecret {
        guard let text = answer[member]?.string, Self.isToken(text) else {
            throw CredentialProblem(message: "\(name) answered without a usable \"\(member)\".")
        }
        return CredentialSecret(text)
    }

    /// The end of a token that ends at `expiry`.
    func checked(expiry: Int64, _ now: Int64) throws(CredentialProblem) -> Int64 {
        guard expiry > now else {
            throw CredentialProblem(message: "\(name) answered with a token that has expired; compare the clocks.")
        }
        let (longest, overflow) = now.addingReportingOverflow(Self.longestLife)
        return overflow ? expiry : min(expiry, longest)
    }

    /// Why a service refused.
    func refusal(_ response: CredentialResponse) -> CredentialProblem {
        var message = "\(name) answered with status \(response.status)"
        let mask = SecretMask(secrets)
        for text in Self.reasons(response.body) {
            message += ": " + ShownText.escaped(mask.masked(String(text.prefix(400))))
        }
        return CredentialProblem(
            message: message.hasSuffix(".") ? message : message + ".",
            isTemporary: response.isServiceFailure
        )
    }

    /// Whether a text is one of visible ASCII characters, so that it can stand in a header field.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// `expires_in` comes first, as it does not depend on what the clocks say. Members may be numbers or texts.
    private func expiry(_ answer: JSONObject, _ now: Int64) throws(CredentialProblem) -> Int64 {
        if let value = answer["expires_in"], value != .null, let life = Self.seconds(value) {
            guard life > 0 else { return try checked(expiry: now, now) }
            return now.addingReportingOverflow(min(life, Self.longestLife)).partialValue
        }
        if let value = answer["expires_on"], value != .null {
            let end = Self.seconds(value) ?? value.string.flatMap(Timestamp.seconds)
            if let end { return try checked(expiry: end, now) }
        }
        let isNamed = [answer["expires_in"], answer["expires_on"]].contains { $0 != nil && $0 != .null }
        guard !isNamed else {
            throw CredentialProblem(message: "\(name) answered with a token whose end is malformed.")
        }
        return now.addingReportingOverflow(Self.assumedLife).partialValue
    }

    /// A number, or a text of digits, as whole seconds; what is too large becomes the largest.
    private static func seconds(_ value: JSONValue) -> Int64? {
        if let integer = value.integer { return Int64(integer) }
        let number: Double?
        if let text = value.string {
            let isNumber = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }
            number = isNumber ? Double(text) : nil
        } else {
            number = value.double
        }
        guard let number, number.isFinite else { return nil }
        return Int64(exactly: number.rounded(.down)) ?? (number < 0 ? .min : .max)
    }

    private static func object(_ body: [UInt8]) -> JSONObject? {
        (try? JSONValue(parsing: body.span, limits: JSONLimits(maximumDepth: 32)))?.object
    }

    /// The texts that explain a refusal: those of RFC 6749, section 5.2, of Google's APIs, and of Azure's App Service.
    private static func reasons(_ body: [UInt8]) -> [String] {
        guard let answer = object(body) else { return [] }
        let error = answer["error"]
        return [
            error?.string, error?["status"]?.string, error?["message"]?.string, answer["error_description"]?.string,
            answer["message"]?.string,
        ].compactMap { $0 }.filter { !$0.isEmpty }
    }
}
