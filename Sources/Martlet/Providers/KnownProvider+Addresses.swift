extension KnownProvider {
    /// An address without what the provider's paths add anyway, or with what they leave out; nil where it is right.
    ///
    /// Common forms are `…/v1`, as the software kits have it, Gemini's without its version, and Gemini's with the part
    /// that answers in OpenAI's format.
    func corrected(_ address: BaseURL) -> BaseURL? {
        guard kind == .gemini else { return address.withoutVersion(before: chatCompletionsPath) }
        if address.path.isEmpty { return BaseURL("\(address)/v1beta") }
        return address.path.hasSuffix("/openai") ? BaseURL(String(address.description.dropLast(7))) : nil
    }
}

extension BaseURL {
    /// The address without `/v1` at its end where `path` begins with it; nil where there is nothing to remove.
    func withoutVersion(before path: String) -> BaseURL? {
        guard self.path.hasSuffix("/v1"), path.hasPrefix("/v1/") else { return nil }
        return BaseURL(String(description.dropLast(3)))
    }
}
