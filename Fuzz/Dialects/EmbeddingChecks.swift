import Dialects
import JSON

private let formats: [EmbeddingFormat] = [.openAI, .geminiSingle, .geminiBatch, .titan, .cohere, .bedrockCohere]

/// A request for embeddings that can be read is written in each form as JSON, whole or in the parts that the form
/// takes; so is an answer for callers of each form.
func checkEmbedding(_ body: [UInt8], choices: UInt8) {
    for source in formats {
        if let request = try? EmbeddingRequest(of: body.span, source) {
            for target in formats { checkParts(of: request, for: target, body) }
        }
        guard let answer = EmbeddingAnswer(of: body.span, source) else { continue }
        for caller in formats {
            var request = EmbeddingRequest(source: caller, inputs: answer.vectors.map { _ in .text("a") })
            request.wantsBase64 = choices & 1 == 0
            request.vectorTypes = choices & 2 == 0 ? [] : ["base64", "int8", "float"]
            let written = answer.body(for: request, model: "model", inputTokens: 1, requestID: "0123456789abcdef")
            checkSize(written, of: body)
            checkJSON(written)
        }
    }
}

private func checkParts(of request: EmbeddingRequest, for target: EmbeddingFormat, _ body: [UInt8]) {
    let parts = request.split(for: target)
    expect(parts.flatMap(\.inputs) == request.inputs, "parts of a request are not the whole")
    for part in parts {
        guard let (written, _) = try? part.encoded(for: target, model: "model") else { continue }
        checkSize(written, of: body)
        checkJSON(written)
    }
    let answers = parts.map { part in EmbeddingAnswer(vectors: part.inputs.map { _ in [1] }, inputTokens: 1) }
    let merged = EmbeddingAnswer(merging: answers, of: parts)
    expect(merged?.vectors.count == request.inputs.count, "merged answers are not the whole")
}
