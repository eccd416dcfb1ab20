import JSON

/// Writes lengths and probabilities, the answer's form, labels and the class of service.
struct BedrockSettingsEncoder {
    let model: BedrockModel
    var report: LossReport

    // MARK: Lengths and probabilities

    mutating func inference(_ sampling: Sampling, _ reasoning: BedrockReasoningEncoder) -> JSONObject {
        var config = JSONObject()
        if let most = sampling.maximumTokens {
            if most < 1 || reasoning.isNovaAtMost {
                report.note(.maximumTokens, at: "")
            } else {
                config.append("maxTokens", .number(most))
            }
        }
        let isFixed = reasoning.isClaudeThinking || reasoning.isNovaAtMost || model.family.isClaude(from: 47)
        if let temperature = sampling.temperature.map({ clamped($0, .temperature) }) {
            if isFixed, temperature.double != 1 || reasoning.isNovaAtMost {
                report.note(.temperature, at: "")
            } else if !isFixed {
                config.append("temperature", .number(temperature))
            }
        }
        if let topP = sampling.topP.map({ clamped($0, .topP) }) {
            // Claude 4.1 and later take one of the two.
            if isFixed || (model.family.isClaude(from: 41) && config["temperature"] != nil) {
                if topP.double != 1 { report.note(.topP, at: "") }
            } else {
                config.append("topP", .number(topP))
            }
        }
        let stops = stopSequences(sampling.stopSequences)
        if !stops.isEmpty { config.append("stopSequences", .array(stops)) }
        noteUnsayable(sampling)
        return config
    }

    private mutating func clamped(_ number: JSONNumber, _ element: ConversationElement) -> JSONNumber {
        guard let value = number.double else {
            report.note(element, at: "")
            return 1
        }
        guard !(0...1).contains(value) else { return number }
        report.note(element, at: "")
        return value < 0 ? 0 : 1
    }

    private mutating func stopSequences(_ sequences: [String]) -> [JSONValue] {
        var kept = sequences.filter { !$0.allSatisfy(\.isWhitespace) }
        kept = Array(kept.prefix(model.isNova ? 4 : 2500))
        if kept.count != sequences.count {
            report.note(.stopSequences, at: "")
        }
        return kept.map { .string($0) }
    }

    private mutating func noteUnsayable(_ sampling: Sampling) {
        if sampling.seed != nil { report.note(.seed, at: "") }
        if let penalty = sampling.frequencyPenalty, penalty.double != 0 { report.note(.frequencyPenalty, at: "") }
        if let penalty = sampling.presencePenalty, penalty.double != 0 { report.note(.presencePenalty, at: "") }
        if let count = sampling.choiceCount, count != 1 { report.note(.choiceCount, at: "") }
        if sampling.wantsLogProbabilities == true || sampling.topLogProbabilities ?? 0 > 0 {
            report.note(.logProbabilities, at: "")
        }
    }

    /// Adds the number of candidates where the model has a member for it.
    mutating func addTopK(_ topK: JSONNumber?, to fields: inout JSONObject, _ reasoning: BedrockReasoningEncoder) {
        guard let topK else { return }
        let isFixed = reasoning.isClaudeThinking || reasoning.isNovaAtMost || model.family.isClaude(from: 47)
        guard !isFixed, let count = topK.double, count >= 1, count <= 500 else {
            report.note(.topK, at: "")
            return
        }
        switch model.family {
        case .claude, .mistral: fields.append("top_k", .number(topK))
        case .nova: fields.append("inferenceConfig", ["topK": .number(topK)])
        case .gptOSS, .deepSeek, .other, .unknown: report.note(.topK, at: "")
        }
    }

    // MARK: The answer's form

    mutating func output(_ format: OutputFormat?) -> JSONObject? {
        switch format {
        case nil, .text: return nil
        case .json:
            report.note(.jsonMode, at: "")
            return nil
        case .schema(let schema):
            guard model.takesOutputSchema else {
                report.note(.outputSchema, at: "")
                return nil
            }
            if schema.isStrict == false {
                report.note(.strictOutputSchema, at: "")
            }
            let text = String(decoding: JSONWriter().write(schema.schema), as: UTF8.self)
            var definition: JSONObject = ["schema": .string(text)]
            if let name = schema.name { definition.append("name", .string(name)) }
            if let description = schema.description { definition.append("description", .string(description)) }
            return ["textFormat": ["type": "json_schema", "structure": ["jsonSchema": .object(definition)]]]
        }
    }

    // MARK: Accounting

    /// Format: API reference, "Converse", `requestMetadata`.
    mutating func metadata(_ labels: JSONObject?) -> JSONObject? {
        guard let labels else { return nil }
        var kept = JSONObject()
        for label in labels.members {
            let name = label.name.repairedValue
            guard kept.count < 16, kept[name] == nil, let text = label.value.string, !name.isEmpty,
                Self.isLabel(name), Self.isLabel(text)
            else {
                report.note(.metadata, at: "")
                continue
            }
            kept.append(name, .string(text))
        }
        return kept.isEmpty ? nil : kept
    }

    private static func isLabel(_ text: String) -> Bool {
        text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                let letter = byte | 0x20
                return (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
                    || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
                    || " :_@$#=/+,-.".utf8.contains(byte)
            }
    }

    mutating func serviceTier(_ tier: String?) -> JSONObject? {
        switch tier {
        case nil, "auto": return nil
        case "default", "priority", "flex", "reserved": return ["type": .string(tier ?? "default")]
        case "standard", "standard_only": return ["type": "default"]
        default:
            report.note(.serviceTier, at: "")
            return nil
        }
    }
}

extension BedrockModel.Family {
    /// Whether it is surely this Claude or a later one.
    func isClaude(from version: Int) -> Bool {
        if case .claude(let found) = self { found >= version } else { false }
    }
}
