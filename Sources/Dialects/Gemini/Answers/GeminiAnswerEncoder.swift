import JSON

/// Writes a whole answer for a caller.
enum GeminiAnswerEncoder {
    static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var report = LossReport(target: .gemini, rules: Gemini.lossRules)
        var candidates: [JSONValue] = []
        for (index, choice) in answer.choices.enumerated() {
            candidates.append(candidate(choice, index, &report))
        }
        var body = JSONObject()
        body.append("candidates", .array(candidates))
        if let usage = answer.usage {
            body.append("usageMetadata", GeminiUsage.value(usage))
        }
        body.append("modelVersion", .string(answer.start.model ?? context.model))
        body.append("responseId", .string(answer.start.id ?? context.requestID))
        return EncodedAnswer(body: .object(body), losses: report.losses)
    }

    private static func candidate(_ choice: Answer.Choice, _ index: Int, _ report: inout LossReport) -> JSONValue {
        var writer = GeminiPartWriter()
        var citations = GeminiCitationWriter()
        var text = ""
        for part in choice.parts {
            writer.append(part.content)
            if case .text(let content) = part.content {
                let start = text.utf8.count
                text += content.text
                for annotation in content.annotations {
                    citations.add(annotation, text: text, openStart: start)
                }
            }
        }
        writer.close()
        for element in writer.losses { report.note(element, at: "candidates[\(index)]") }
        var content = JSONObject()
        if !writer.parts.isEmpty { content.append("parts", .array(writer.parts)) }
        content.append("role", "model")
        var candidate: JSONObject = ["content": .object(content)]
        let (word, isExact) = GeminiFinishReason.word(choice.finish)
        if !isExact { report.note(.finishReason, at: "candidates[\(index)].finishReason") }
        candidate.append("finishReason", .string(word))
        candidate.append("index", .number(index))
        citations.append(to: &candidate)
        if !choice.logProbabilities.isEmpty {
            candidate.append("logprobsResult", GeminiLogProbabilities.value(choice.logProbabilities))
        }
        return .object(candidate)
    }
}
