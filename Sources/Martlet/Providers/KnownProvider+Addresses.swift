extension KnownProvider {
    /// An address without what the provider's paths add anyway, or with what they leave out; nil where it is right.
    ///
    /// Two forms are common: `…/v1`, as the software kits have it, and Gemini's `…/v1beta` without the part that
    /// answers in OpenAI's format.
    func corrected(_ address: BaseURL) -> BaseURL? {
        if name == "gemini" {
            return address.path.hasSuffix("/v1beta") ? BaseURL("\(address)/openai") : nil
        }
        return address.withoutVersion(before: chatCompletionsPath)
    }
}

extension BaseURL {
    /// The address without `/v1` at its end where `path` begins with it; nil where there is nothing to remove.
    func withoutVersion(before path: String) -> BaseURL? {
        guard self.path.hasSuffix("/v1"), path.hasPrefix("/v1/") else { return nil }
        return BaseURL(String(description.dropLast(3)))
    }
}
