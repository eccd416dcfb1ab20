import JSON

/// Anthropic's format as Vertex AI takes it (Google Cloud, "Claude on Vertex AI", part on differences): the version
/// stands in the body, and the model in the address alone.
package enum AnthropicHosting {
    /// The version that Vertex AI knows.
    package static let vertexVersion = "vertex-2023-10-16"

    /// The body of a request as the host takes it. A version of the caller's own stays.
    ///
    /// - Parameter keepsModel: Whether the body names the model: for counting tokens it does.
    package static func body(of bytes: Span<UInt8>, keepsModel: Bool) -> [UInt8] {
        var members: [JSONMember] = []
        var splice = JSONSplice()
        do {
            try JSONScanner.scanObject(bytes) { member throws(JSONError) in members.append(member) }
            let hasVersion = members.contains { $0.isNamed("anthropic_version", in: bytes) && $0.kind == .string }
            let version = JSONSplice.NewMember(name: "anthropic_version", value: JSONText.quoted(vertexVersion))
            try splice.editMembers(
                members,
                of: JSONText.trimmedRange(bytes),
                adding: hasVersion ? [] : [version]
            ) { member in
                if member.isNamed("model", in: bytes) { return !keepsModel }
                return !hasVersion && member.isNamed("anthropic_version", in: bytes)
            }
        } catch {
            // The body was scanned or written by the gateway before, and the edits concern different members.
            assertionFailure("a body that cannot be edited")
        }
        return splice.applied(to: bytes)
    }
}
