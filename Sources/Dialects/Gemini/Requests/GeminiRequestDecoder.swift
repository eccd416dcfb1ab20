import JSON

/// Reads a caller's request.
///
/// Format: Gemini API reference, "Method: models.generateContent".
enum GeminiRequestDecoder {
    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        var reader = try GeminiReader(body, path: "")
        let named = try reader.string("model")
        guard let model = call.model ?? named.map(plainModelName) else {
            throw FormatProblem("must be named by the request's address", at: "model")
        }
        var conversation = Conversation(source: .gemini, model: model)
        let isStream = try reader.boolean("stream")
        conversation.isStream = call.isStream ?? isStream ?? false

        var contents = GeminiContentDecoder()
        if let instructions = reader.value("systemInstruction") {
            let path = reader.path(of: "systemInstruction")
            conversation.turns.append(try contents.instructions(of: instructions, path: path))
        }
        guard let turns = reader.value("contents") else {
            throw FormatProblem("is missing", at: "contents")
        }
        conversation.turns += try contents.turns(of: turns, path: reader.path(of: "contents"))
        conversation.unread += contents.unread

        try readTools(&reader, into: &conversation)
        if var settings = try reader.reader("generationConfig") {
            try GeminiSettingsDecoder.read(&settings, into: &conversation)
        }
        try readAccounting(&reader, into: &conversation)
        conversation.unread += reader.unread
        return conversation
    }

    /// The model behind `models/` or a longer path of Vertex AI.
    private static func plainModelName(_ name: String) -> String {
        name.split(separator: "/").last.map(String.init) ?? name
    }

    private static func readTools(
        _ reader: inout GeminiReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        var tools = GeminiToolDecoder()
        if let value = reader.value("tools") {
            conversation.tools = try tools.tools(of: value, path: reader.path(of: "tools"))
        }
        if var settings = try reader.reader("toolConfig") {
            try tools.readChoice(&settings, into: &conversation)
        }
        conversation.unread += tools.unread
    }

    private static func readAccounting(
        _ reader: inout GeminiReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        conversation.metadata = try reader.object("labels")
        conversation.serviceTier = try reader.string("serviceTier")
        for (name, element) in [
            ("safetySettings", ConversationElement.safetySettings), ("modelArmorConfig", .safetySettings),
            ("cachedContent", .storedState), ("store", .storage),
        ] where reader.value(name) != nil {
            conversation.unread.append(UnreadMember(path: reader.path(of: name), element: element))
        }
    }
}
