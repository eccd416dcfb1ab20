import Foundation
import JSON
import Testing

@testable import Dialects

@Suite("Recorded chats", .enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct RecordingTests {
    /// What another parser takes for the figures.
    private func usage(_ json: [UInt8]) throws -> TokenUsage? {
        let value = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
        guard let usage = value?["usage"] as? [String: Any] else { return nil }
        func count(_ name: String, of object: [String: Any]?) -> Int { object?[name] as? Int ?? 0 }
        return TokenUsage(
            input: count("prompt_tokens", of: usage),
            output: count("completion_tokens", of: usage),
            cachedInput: count("cached_tokens", of: usage["prompt_tokens_details"] as? [String: Any]),
            reasoning: count("reasoning_tokens", of: usage["completion_tokens_details"] as? [String: Any])
        )
    }

    @Test func requests() throws {
        var count = 0
        for exchange in try Recordings.load() {
            guard let body = exchange.request else { continue }
            let tree = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
            guard let model = tree["model"] as? String else {
                #expect(throws: CallerRequest.Problem.missingModel) { try CallerRequest(body.span) }
                continue
            }
            let request = try CallerRequest(body.span)
            #expect(request.model == model)
            #expect(request.isStream == (tree["stream"] as? Bool ?? false))
            // Without a prefix the provider gets what the caller sent, down to the last byte.
            let result = request.splice(of: body.span, model: model, asksForUsage: false).applied(to: body.span)
            #expect(result == body, "\(exchange.name)")
            count += 1
        }
        #expect(count > 50)
    }

    @Test func answers() throws {
        var count = 0
        for exchange in try Recordings.load() where !exchange.isStream && exchange.status == 200 {
            let expected = try usage(exchange.answer)
            #expect(TokenUsage.ofOpenAIAnswer(exchange.answer.span) == expected, "\(exchange.name)")
            count += expected == nil ? 0 : 1
        }
        #expect(count > 30)
    }

    @Test func streams() throws {
        var count = 0
        for exchange in try Recordings.load() where exchange.isStream {
            let events = exchange.events
            let chunks = events.map { OpenAIChatChunk($0.span) }
            #expect(chunks.last?.kind == .done, "\(exchange.name)")
            #expect(chunks.filter { $0.kind == .done }.count == 1, "\(exchange.name)")
            #expect(chunks.contains { $0.isFinished }, "\(exchange.name)")
            #expect(chunks.contains { $0.hasDelta }, "\(exchange.name)")
            #expect(!chunks.contains { $0.kind == .error || $0.kind == .other }, "\(exchange.name)")
            for (event, chunk) in zip(events, chunks) where chunk.kind != .done {
                #expect(chunk.usage == (try usage(event)), "\(exchange.name)")
            }
            count += 1
        }
        #expect(count > 40)
    }
}
