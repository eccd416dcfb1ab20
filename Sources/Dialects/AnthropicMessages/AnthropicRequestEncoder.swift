import JSON

/// Writes a request for a provider.
///
/// Settings stand before what is said and tools before turns, so that a conversation that only grew has the same
/// beginning. The losses of settings have an empty path: settings have none of their own in the conversation.
enum AnthropicRequestEncoder {
    static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoding = AnthropicEncoding(model: AnthropicModel(options.usualModel), source: conversation.source)
        encoding.report.note(conversation.unread)
        let tools = AnthropicToolEncoder.tools(conversation, &encoding)
        var (system, rest) = instructions(conversation.turns, &encoding)
        let format = outputFormat(conversation.outputFormat, &system, &encoding)
        var messages = AnthropicTurnArranger.messages(rest, &encoding)
        let thinking = AnthropicThinking(conversation, options, messages, &encoding)
        AnthropicTurnArranger.finish(&messages, isThinking: thinking.isOn, &encoding)

        var body: JSONObject = ["model": .string(options.model), "max_tokens": .number(thinking.maximumTokens)]
        if conversation.isStream { body.append("stream", true) }
        AnthropicSamplingEncoder.append(conversation, isThinking: thinking.isOn, to: &body, &encoding)
        if let value = thinking.value { body.append("thinking", value) }
        var output = JSONObject()
        if let effort = thinking.effort { output.append("effort", .string(effort)) }
        if let format { output.append("format", format) }
        if !output.isEmpty { body.append("output_config", .object(output)) }
        if let choice = AnthropicToolEncoder.choice(conversation, tools, isThinking: thinking.isOn, &encoding) {
            body.append("tool_choice", choice)
        }
        for (name, value) in tools.members { body.append(name, value) }
        if !tools.values.isEmpty { body.append("tools", .array(tools.values)) }
        if !system.isEmpty { body.append("system", .array(system)) }
        body.append("messages", .array(messages.map(\.value)))
        return EncodedRequest(body: body, losses: encoding.report.losses, toolNames: encoding.toolNames)
    }

    /// The instructions at the beginning, and the turns behind them.
    private static func instructions(
        _ turns: [Turn],
        _ encoding: inout AnthropicEncoding
    ) -> ([JSONValue], ArraySlice<Turn>) {
        let end = turns.firstIndex { !$0.role.isInstructionToClaude } ?? turns.endIndex
        var blocks: [JSONValue] = []
        for turn in turns[..<end] {
            blocks += AnthropicBlockEncoder.instructionBlocks(turn, &encoding)
        }
        return (blocks, turns[end...])
    }

    private static func outputFormat(
        _ format: OutputFormat?,
        _ system: inout [JSONValue],
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        switch format {
        case nil, .text:
            return nil
        case .json:
            encoding.report.note(.jsonMode, at: "")
            system.append(["type": "text", "text": "Answer with one JSON object and nothing else."])
            return nil
        case .schema(let schema):
            if schema.name != nil || schema.description != nil { encoding.report.note(.outputSchemaName, at: "") }
            if schema.isStrict == false { encoding.report.note(.strictOutputSchema, at: "") }
            if encoding.model.hasStructuredOutput, let taken = AnthropicSchema.output(schema) {
                if taken.isChanged { encoding.report.note(.schemaKeyword, at: "") }
                return ["type": "json_schema", "schema": taken.schema]
            }
            encoding.report.note(.outputSchema, at: "")
            let text = String(decoding: JSONWriter().write(schema.schema), as: UTF8.self)
            let instruction = "Answer with JSON of this schema and nothing else, without a code fence:\n\(text)"
            system.append(["type": "text", "text": .string(instruction)])
            return nil
        }
    }
}

/// What all parts of the encoder share.
struct AnthropicEncoding {
    let model: AnthropicModel
    let source: WireFormat
    var report = LossReport(target: .anthropicMessages, rules: AnthropicMessages.lossRules)
    var toolNames = ToolNameMap(AnthropicMessages.toolNameRule)
    private var markerCount = 0

    init(model: AnthropicModel, source: WireFormat) {
        self.model = model
        self.source = source
    }

    /// More are refused (Anthropic documentation, "Prompt caching").
    private static let maximumMarkerCount = 4

    /// The name of a tool at the provider.
    mutating func toolName(_ name: String, at path: String) -> String {
        let encoded = toolNames.encoded(name)
        if encoded != name { report.note(.toolName, at: path) }
        return encoded
    }

    /// Adds the marker that the hint asks for.
    mutating func mark(_ block: inout JSONObject, _ hint: CacheHint?, at path: String) {
        guard let hint else { return }
        guard markerCount < Self.maximumMarkerCount else {
            report.note(.cacheHint, at: path)
            return
        }
        markerCount += 1
        var marker: JSONObject = ["type": "ephemeral"]
        switch hint.timeToLive {
        case nil: break
        case "5m", "1h": marker.append("ttl", .string(hint.timeToLive ?? ""))
        default: report.note(.cacheTimeToLive, at: path)
        }
        block.append("cache_control", .object(marker))
    }
}

extension Role {
    /// Whether the application speaks.
    var isInstructionToClaude: Bool { self == .system || self == .developer }
}
