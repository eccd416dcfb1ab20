import Foundation
import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Recorded chats in the neutral model", .enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct ChatRecordingTests {
    private static let folders = Recordings.openAIChat + ["mistral-chat"]

    @Test func requests() throws {
        for exchange in try Recordings.load(Self.folders) {
            guard let body = exchange.requestBody else { continue }
            let conversation = try OpenAIChat.conversation(of: body, RequestCall())
            #expect(conversation.unread.isEmpty, "\(exchange.name): \(conversation.unread)")
            #expect(!conversation.turns.isEmpty)
            let encoded = chatRequest(conversation)
            #expect(encoded.losses.isEmpty, "\(exchange.name): \(encoded.losses)")
            let again = try OpenAIChat.conversation(of: .object(encoded.body), RequestCall())
            #expect(again.turns.map(\.withoutPaths) == conversation.turns.map(\.withoutPaths), "\(exchange.name)")
            #expect(again.tools.count == conversation.tools.count)
            #expect(again.toolChoice == conversation.toolChoice)
            #expect(again.sampling == conversation.sampling, "\(exchange.name)")
            #expect(again.outputFormat == conversation.outputFormat)
            #expect(again.reasoning == conversation.reasoning)
            #expect(again.serviceTier == conversation.serviceTier)
            #expect(again.isStream == conversation.isStream)
        }
    }

    @Test func answers() throws {
        var count = 0
        for exchange in try Recordings.load(Self.folders) where !exchange.isStream && exchange.status == 200 {
            let body = try JSONValue(parsing: exchange.answer.span)
            let answer = try folded(OpenAIChat.events(ofAnswer: body))
            let message = body["choices"]?[0]?["message"]
            let content = answer.choices[0].parts.compactMap { part in
                if case .text(let content) = part.content { content.text } else { nil }
            }
            #expect(content.joined() == message?["content"]?.string ?? "", "\(exchange.name)")
            let calls = (message?["tool_calls"]?.array ?? []).count + (message?["function_call"]?.object == nil ? 0 : 1)
            let read = answer.choices[0].parts.filter { if case .toolCall = $0.content { true } else { false } }
            #expect(read.count == calls, "\(exchange.name)")
            #expect(answer.start.model == body["model"]?.string)
            #expect(answer.usage?.input == body["usage"]?["prompt_tokens"]?.integer)
            #expect(answer.choices.count == body["choices"]?.array?.count)

            // A call in the older form has no id and would get one.
            guard message?["function_call"]?.object == nil else { continue }
            let again = OpenAIChat.answer(answer, chatContext())
            #expect(again.losses.isEmpty)
            #expect(try folded(OpenAIChat.events(ofAnswer: again.body)) == answer, "\(exchange.name)")
            count += 1
        }
        #expect(count > 40)
    }

    @Test func streams() throws {
        var random = SeededGenerator(seed: 1)
        for exchange in try Recordings.load(Self.folders) where exchange.isStream {
            let whole = events(of: exchange.answer, OpenAIChatStreamDecoder())
            #expect(whole.last == .end, "\(exchange.name)")
            let pieces = (0..<64).map { _ in Int.random(in: 1...200, using: &random) }
            #expect(events(of: exchange.answer, OpenAIChatStreamDecoder(), pieceLengths: pieces) == whole)
            let expected = try exchange.events.dropLast().map { event in
                try JSONValue(parsing: event.span)["choices"]?[0]?["delta"]?["content"]?.string ?? ""
            }
            let answer = try folded(whole)
            let read = answer.choices[0].parts.compactMap { part in
                if case .text(let content) = part.content { content.text } else { nil }
            }
            #expect(read.joined() == expected.joined(), "\(exchange.name)")

            let output = stream(of: whole, OpenAIChatStreamEncoder(chatContext()))
            let again = events(of: output, OpenAIChatStreamDecoder())
            #expect(try folded(again).choices == answer.choices, "\(exchange.name)")
            #expect(try folded(again).start == answer.start)
        }
    }

    @Test func everyCut() throws {
        let exchange = try #require(
            try Recordings.load(["openai-chat"]).first { $0.isStream && $0.name.contains("with-tools") }
        )
        let whole = events(of: exchange.answer, OpenAIChatStreamDecoder())
        let mark = Array("data: [DONE]".utf8)
        let text = exchange.answer
        let last = try #require(
            (0...(text.count - mark.count)).last { Array(text[$0..<($0 + mark.count)]) == mark }
        )
        let finish = try #require(String(decoding: text, as: UTF8.self).range(of: "\"finish_reason\":\"tool_calls\""))
        let finished = String(decoding: text, as: UTF8.self)[..<finish.upperBound].utf8.count
        for cut in stride(from: 1, to: text.count, by: 1) {
            #expect(events(of: text, OpenAIChatStreamDecoder(), pieceLengths: [cut, text.count]) == whole)
            // Cut off, the answer is whole only if its choice had come to its end.
            let truncated = events(of: Array(text[..<cut]), OpenAIChatStreamDecoder())
            if cut < finished {
                #expect(truncated.last != .end, "cut at \(cut)")
            } else if cut >= last + mark.count {
                #expect(truncated.last == .end, "cut at \(cut)")
            }
        }
    }

    @Test func mutations() throws {
        var random = SeededGenerator(seed: 7)
        for exchange in try Recordings.load(Self.folders + ["ollama-chat"]) {
            for _ in 0..<6 {
                if let request = exchange.request, let body = Self.mutated(request, &random) {
                    if let conversation = try? OpenAIChat.conversation(of: body, RequestCall(model: "m")) {
                        _ = chatRequest(conversation)
                    }
                }
                var answer = Array(exchange.answer.prefix(4000))
                Self.mutate(&answer, &random)
                let result = events(of: answer, OpenAIChatStreamDecoder())
                #expect(result.isEmpty || result.last == .end || result.last.map(Self.isFailure) == true)
                _ = OpenAIChat.failure(ofBody: answer.span, status: 500)
                if let body = try? JSONValue(parsing: answer.span) {
                    _ = try? OpenAIChat.events(ofAnswer: body)
                }
            }
        }
    }

    private static func isFailure(_ event: AnswerEvent) -> Bool {
        if case .failure = event { true } else { false }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let words = [
            "null", "[]", "{}", "\"\"", "1e99", "-1", "9223372036854775807", "true", "\"\\ud800\"", "[[[", "1.0",
        ]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: place)
            default:
                // A value in the place of another.
                guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) else { continue }
                let end = bytes[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
                let word = words.randomElement(using: &random) ?? ""
                bytes.replaceSubrange((colon + 1)..<(end ?? bytes.count), with: word.utf8)
            }
            if bytes.isEmpty { return }
        }
    }

    private static func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> JSONValue? {
        for _ in 0..<20 {
            var copy = bytes
            mutate(&copy, &random)
            if let value = try? JSONValue(parsing: copy.span) { return value }
        }
        return nil
    }
}
