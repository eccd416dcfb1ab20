/// What is known of a model by its name.
enum CohereModel {
    /// Whether the model may have thoughts: all but those that came before the first one that has. Models that have
    /// none refuse the setting.
    ///
    /// Source: Cohere documentation, "Models" and "Reasoning Capabilities".
    static func mayThink(_ model: String) -> Bool {
        let name = model.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name == "command" { return false }
        return !thoughtless.contains { name.hasPrefix($0) }
    }

    private static let thoughtless = [
        "command-r", "command-light", "command-nightly", "command-a-03-2025", "command-a-vision",
        "command-a-translate", "c4ai-", "aya-",
    ]

    /// Tokens for thoughts that are about what an effort in words spends.
    static func budget(of effort: String) -> Int {
        switch effort {
        case "minimal": 1024
        case "low": 2048
        case "high": 16384
        case "xhigh", "max": 31000
        default: 8192
        }
    }
}
