import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("OpenAI Responses: recorded exchanges", .enabled(if: Recordings.isAvailable, "\(Recordings.note)"))
struct ResponsesRecordingTests {
    @Test("Requests are read whole, and written again with the same meaning")
    func requests() throws {
        var count = 0
        for exchange in try Recordings.load(responsesFolder) {
            guard let body = exchange.requestBody else { continue }
            count += 1
            let conversation = try OpenAIResponses.conversation(of: body, RequestCall())
            let included = body["include"]?.array ?? []
            #expect(conversation.unread.map(\.path).allSatisfy { $0.hasPrefix("include[") }, "\(exchange.name)")
            #expect(conversation.unread.count <= included.count)
            let (encoded, losses) = responsesRequest(conversation)
            #expect(losses.filter { $0.element != .serverToolContent }.isEmpty, "\(exchange.name): \(losses)")
            for name in [
                "instructions", "tools", "tool_choice", "max_output_tokens", "temperature", "top_p", "service_tier",
            ] where name != "tools" || body[name] != [] {
                #expect(normalized(encoded[name]) == normalized(body[name]), "\(exchange.name) \(name)")
            }
            #expect(encoded["text"]?["format"]?["schema"] == body["text"]?["format"]?["schema"])
            #expect(encoded["reasoning"]?["effort"] == body["reasoning"]?["effort"])
            // What was written is read as the same conversation.
            let again = try OpenAIResponses.conversation(of: encoded, RequestCall())
            #expect(again.turns.map(\.role) == conversation.turns.map(\.role), "\(exchange.name)")
            #expect(contents(again) == contents(conversation), "\(exchange.name)")
            #expect(jsonText(responsesRequest(again).body) == jsonText(encoded), "\(exchange.name)")
        }
        #expect(count > 40)
    }

    private func contents(_ conversation: Conversation) -> [PartContent] {
        conversation.turns.flatMap(\.parts).map { part in
            guard case .toolResult(var result) = part.content else { return part.content }
            result.parts = result.parts.map { Part($0.content) }
            return .toolResult(result)
        }
    }

    @Test("Answers and streams come to their end with figures and content")
    func answers() throws {
        for exchange in try Recordings.load(responsesFolder) where exchange.status == 200 {
            let events =
                exchange.isStream
                ? responsesEvents(ofStream: exchange.answer)
                : try responsesEvents(JSONValue(parsing: exchange.answer.span))
            #expect(events.last == .end, "\(exchange.name)")
            let answer = try folded(events)
            #expect(answer.start.id?.hasPrefix("resp_") == true)
            #expect(answer.start.model?.isEmpty == false && answer.start.created ?? 0 > 1_700_000_000)
            #expect(answer.usage?.total ?? 0 > 0)
            #expect(answer.choices.count == 1)
        }
    }

    @Test("A stream means what its last event says as a whole answer")
    func streamsAgreeWithTheirLastEvent() throws {
        var count = 0
        for exchange in try Recordings.load(responsesFolder) where exchange.isStream {
            let whole = try folded(responsesEvents(lastResponse(exchange)))
            var streamed = try folded(responsesEvents(ofStream: exchange.answer))
            streamed.start.serviceTier = whole.start.serviceTier
            #expect(streamed == whole, "\(exchange.name)")
            count += 1
        }
        #expect(count > 15)
    }

    private func lastResponse(_ exchange: Recordings.Exchange) throws -> JSONValue {
        let data = try #require(exchange.events.last)
        let event = try JSONValue(parsing: data.span)
        return try #require(event["response"])
    }

    @Test("Answers and streams are written as they were")
    func answersAgain() throws {
        for exchange in try Recordings.load(responsesFolder) where exchange.status == 200 {
            let original =
                exchange.isStream
                ? try lastResponse(exchange)
                : try JSONValue(parsing: exchange.answer.span)
            let answer = try folded(responsesEvents(original))
            var context = responsesContext
            context.request = exchange.requestBody?.object
            let encoded = OpenAIResponses.answer(answer, context)
            #expect(encoded.losses.isEmpty, "\(exchange.name)")
            for name in ["id", "object", "created_at", "status", "model", "incomplete_details", "error", "metadata"] {
                #expect(encoded.body[name] == original[name], "\(exchange.name) \(name)")
            }
            for name in ["instructions", "max_output_tokens", "parallel_tool_calls", "service_tier", "truncation"] {
                #expect(encoded.body[name] == original[name], "\(exchange.name) \(name)")
            }
            #expect(encoded.body["usage"]?["total_tokens"] == original["usage"]?["total_tokens"])
            let items = (original["output"]?.array ?? []).filter { $0["type"] != "reasoning" }
            let again = (encoded.body["output"]?.array ?? []).filter { $0["type"] != "reasoning" }
            #expect(again.map { $0["type"] } == items.map { $0["type"] })
            for (item, other) in zip(items, again) {
                for name in ["content", "arguments", "call_id", "name", "status", "role"] {
                    #expect(normalized(other[name]) == normalized(item[name]), "\(exchange.name)")
                }
            }
        }
    }

    @Test("The pieces in which a stream comes change nothing")
    func pieces() throws {
        var generator = SeededGenerator(seed: 7)
        var isFirst = true
        for exchange in try Recordings.load(responsesFolder) where exchange.isStream {
            let whole = responsesEvents(ofStream: exchange.answer)
            let lengths = (0..<97).map { _ in Int.random(in: 1...400, using: &generator) }
            #expect(responsesEvents(ofStream: exchange.answer, pieceLengths: lengths) == whole)
            guard exchange.answer.count < 9000, isFirst else { continue }
            isFirst = false
            for cut in 1..<exchange.answer.count {
                #expect(responsesEvents(ofStream: exchange.answer, pieceLengths: [cut, .max / 2]) == whole)
            }
        }
        #expect(!isFirst)
    }

    @Test("A stream that is cut never ends well")
    func truncation() throws {
        let exchange = try #require(
            try Recordings.load(responsesFolder).first { $0.isStream && $0.answer.count < 9000 }
        )
        // The last event ends with two line feeds, and one is enough when the connection is over.
        for length in 0..<exchange.answer.count - 2 {
            let events = responsesEvents(ofStream: Array(exchange.answer.prefix(length)))
            guard case .failure? = events.last else {
                Issue.record("cut at \(length): \(String(describing: events.last))")
                return
            }
            #expect(!events.contains(.end))
        }
    }

    @Test("Streams are written legally, and read again as the same events")
    func streamsAgain() throws {
        for exchange in try Recordings.load(responsesFolder) where exchange.isStream {
            let events = responsesEvents(ofStream: exchange.answer)
            let bytes = stream(of: events, OpenAIResponsesStreamEncoder(responsesContext))
            try expectLegalResponsesStream(bytes)
            let again = responsesEvents(ofStream: bytes)
            #expect(try folded(again) == folded(events), "\(exchange.name)")
        }
    }

    @Test("No damage to a recording is a trap")
    func mutation() throws {
        var generator = SeededGenerator(seed: 20)
        for exchange in try Recordings.load(responsesFolder) where exchange.answer.count < 20_000 {
            for _ in 0..<12 {
                let answer = damaged(exchange.answer, &generator)
                _ = responsesEvents(ofStream: answer)
                if let value = try? JSONValue(parsing: answer.span) { _ = try? OpenAIResponses.events(ofAnswer: value) }
                _ = OpenAIResponses.failure(ofBody: answer.span, status: 400)
                guard let request = exchange.request else { continue }
                let body = damaged(request, &generator)
                guard let value = try? JSONValue(parsing: body.span),
                    let conversation = try? OpenAIResponses.conversation(of: value, RequestCall())
                else { continue }
                _ = responsesRequest(conversation)
            }
        }
    }

    private func damaged(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2:
                bytes.insert(
                    contentsOf: ["9", "null", "\"", "[]", "{}", "-1e400"].randomElement(using: &generator)!.utf8,
                    at: place
                )
            default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...60, using: &generator)))
            }
        }
        return bytes
    }
}
