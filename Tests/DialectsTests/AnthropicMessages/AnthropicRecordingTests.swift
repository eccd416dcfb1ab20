import Foundation
import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Anthropic: recordings", .enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct AnthropicRecordingTests {
    private static let context = AnswerContext(requestID: "r1", model: "m", created: 1)

    private func exchanges() throws -> [Recordings.Exchange] {
        let exchanges = try Recordings.load(["anthropic-messages"]).filter { $0.path.hasSuffix("/messages") }
        #expect(exchanges.count > 60)
        return exchanges
    }

    private func whole(_ exchange: Recordings.Exchange) throws -> JSONValue {
        try JSONValue(parsing: exchange.answer.span)
    }

    // MARK: Requests

    @Test func requestsAreReadWhole() throws {
        for exchange in try exchanges() {
            guard let body = exchange.requestBody else { continue }
            let conversation = try AnthropicMessages.conversation(of: body, RequestCall())
            #expect(conversation.unread == [], "\(exchange.name)")
            #expect(conversation.model == body["model"]?.string)
            #expect(conversation.isStream == (body["stream"]?.boolean ?? false))
            #expect(conversation.sampling.maximumTokens == body["max_tokens"]?.integer)
            #expect(conversation.tools.count == (body["tools"]?.array?.count ?? 0))
        }
    }

    @Test func requestsKeepTheirMeaning() throws {
        for exchange in try exchanges() {
            guard let body = exchange.requestBody else { continue }
            let before = try AnthropicMessages.conversation(of: body, RequestCall())
            let options = RequestOptions(model: before.model)
            let encoded = AnthropicMessages.request(for: before, options)
            #expect(AnthropicRules.complaints(.object(encoded.body)) == [], "\(exchange.name)")
            #expect(encoded.losses == [], "\(exchange.name)")
            let after = try AnthropicMessages.conversation(of: .object(encoded.body), RequestCall())
            #expect(flat(after) == flat(before), "\(exchange.name)")
            #expect(after.tools.map(bare) == before.tools.map(bare), "\(exchange.name)")
            #expect(after.toolChoice == before.toolChoice)
            #expect(after.allowsParallelToolCalls == before.allowsParallelToolCalls)
            #expect(after.sampling == before.sampling, "\(exchange.name)")
            #expect(after.isStream == before.isStream)
            let wanted = before.reasoning.flatMap { $0.isEnabled == false ? nil : $0 }
            #expect(after.reasoning == wanted, "\(exchange.name)")
            let again = AnthropicMessages.request(for: after, options)
            #expect(again.body == encoded.body, "\(exchange.name)")
        }
    }

    /// Who says what, without paths and without the borders of turns of one role.
    private func flat(_ conversation: Conversation) -> [String] {
        conversation.turns.flatMap { turn in
            turn.parts.map { part in
                var part = part
                part.path = ""
                if case .toolResult(var result) = part.content {
                    result.parts = result.parts.map { Part($0.content, cacheHint: $0.cacheHint) }
                    part.content = .toolResult(result)
                }
                return "\(turn.role) \(part)"
            }
        }
    }

    private func bare(_ tool: Tool) -> Tool {
        switch tool {
        case .function(var function):
            function.path = ""
            return .function(function)
        case .foreign(let content, _): return .foreign(content, path: "")
        }
    }

    @Test func longerConversationsBeginWithTheSameBytes() throws {
        for exchange in try exchanges() {
            guard let body = exchange.requestBody else { continue }
            var conversation = try AnthropicMessages.conversation(of: body, RequestCall())
            guard conversation.turns.last?.role == .user else { continue }
            let options = RequestOptions(model: conversation.model)
            let short = JSONWriter().write(.object(AnthropicMessages.request(for: conversation, options).body))
            conversation.turns.append(anthropicTurn(.assistant, .text("Yes.")))
            conversation.turns.append(anthropicTurn(.user, .text("Why?")))
            let long = JSONWriter().write(.object(AnthropicMessages.request(for: conversation, options).body))
            #expect(long.starts(with: short.dropLast(2)), "\(exchange.name)")
        }
    }

    // MARK: Answers

    @Test func wholeAnswersComeBackAsTheyWere() throws {
        var count = 0
        for exchange in try exchanges() where !exchange.isStream && exchange.status == 200 {
            let body = try whole(exchange)
            let events = try AnthropicMessages.events(ofAnswer: body)
            let encoded = AnthropicMessages.answer(try folded(events), Self.context)
            #expect(encoded.losses == [], "\(exchange.name)")
            for name in ["id", "type", "role", "model", "stop_reason", "stop_sequence"] {
                #expect(encoded.body[name] == body[name], "\(exchange.name) \(name)")
            }
            for name in ["input_tokens", "output_tokens", "service_tier"] {
                #expect(encoded.body["usage"]?[name] == body["usage"]?[name], "\(exchange.name) \(name)")
            }
            for name in ["cache_creation_input_tokens", "cache_read_input_tokens"] {
                #expect(encoded.body["usage"]?[name] == body["usage"]?[name] ?? 0, "\(exchange.name) \(name)")
            }
            let blocks = (body["content"]?.array ?? []).map(ordered)
            #expect((encoded.body["content"]?.array ?? []).map(ordered) == blocks, "\(exchange.name)")
            count += 1
        }
        #expect(count > 35)
    }

    /// The members in order, without the one that says that the model itself called.
    private func ordered(_ block: JSONValue) -> JSONValue {
        guard var object = block.object else { return block }
        object.remove("caller")
        object.members.sort { $0.name.spelling < $1.name.spelling }
        return .object(object)
    }

    @Test func streamsAreReadAsAnSDKReadsThem() throws {
        var count = 0
        for exchange in try exchanges() where exchange.isStream {
            let answer = try folded(events(of: exchange.answer, AnthropicStreamDecoder()))
            let expected = try collected(exchange.events)
            #expect(answer.start.id == expected.id)
            #expect(answer.choices.count == 1)
            let choice = try #require(answer.choices.first)
            #expect(choice.parts.map(text) == expected.parts, "\(exchange.name)")
            #expect(choice.finish.anthropic.reason == expected.stopReason)
            #expect(answer.usage?.output == expected.output)
            #expect(answer.usage?.uncachedInput == expected.input)
            count += 1
        }
        #expect(count > 20)
    }

    private func text(_ part: Part) -> String {
        switch part.content {
        case .text(let content): "text \(content.text) \(content.annotations.count)"
        case .reasoning(let reasoning): "thinking \(reasoning.text) \(reasoning.signature?.value ?? "")"
        case .toolCall(let call): "tool_use \(call.id) \(call.name) \(call.arguments)"
        default: "other"
        }
    }

    private struct Collected {
        var id: String?
        var parts: [String] = []
        var stopReason: String?
        var input: Int?
        var output: Int?
    }

    /// The message behind the events, read with another parser.
    private func collected(_ events: [[UInt8]]) throws -> Collected {
        var collected = Collected()
        var block: [String: Any] = [:]
        var text = ""
        var last = ""
        var citations = 0
        for data in events {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(data)) as? [String: Any])
            let delta = event["delta"] as? [String: Any]
            let message = event["message"] as? [String: Any]
            let usage = (event["usage"] ?? message?["usage"]) as? [String: Any]
            collected.id = message?["id"] as? String ?? collected.id
            collected.input = usage?["input_tokens"] as? Int ?? collected.input
            collected.output = usage?["output_tokens"] as? Int ?? collected.output
            collected.stopReason = delta?["stop_reason"] as? String ?? collected.stopReason
            switch event["type"] as? String {
            case "content_block_start":
                block = event["content_block"] as? [String: Any] ?? [:]
                (text, last, citations) = ("", "", 0)
            case "content_block_delta":
                text += (delta?["text"] ?? delta?["partial_json"] ?? delta?["thinking"]) as? String ?? ""
                last = delta?["signature"] as? String ?? last
                citations += delta?["citation"] == nil ? 0 : 1
            case "content_block_stop":
                switch block["type"] as? String ?? "" {
                case "text": collected.parts.append("text \(text) \(citations)")
                case "thinking": collected.parts.append("thinking \(text) \(last)")
                case "tool_use":
                    let arguments = text.isEmpty ? "{}" : text
                    collected.parts.append("tool_use \(block["id"] ?? "") \(block["name"] ?? "") \(arguments)")
                default: collected.parts.append("other")
                }
            default: break
            }
        }
        return collected
    }

    @Test func streamsComeBackAsTheyWere() throws {
        for exchange in try exchanges() where exchange.isStream {
            let before = events(of: exchange.answer, AnthropicStreamDecoder())
            let encoder = AnthropicStreamEncoder(Self.context)
            let bytes = stream(of: before, encoder)
            let grammar = try AnthropicStreamGrammar(bytes)
            #expect(grammar.complaints == [], "\(exchange.name)")
            #expect(grammar.isWhole)
            let after = events(of: bytes, AnthropicStreamDecoder())
            // The start's figures come with the end.
            let skipped: (AnswerEvent) -> Bool = { if case .usage = $0 { true } else { false } }
            #expect(after.filter { !skipped($0) } == before.filter { !skipped($0) }, "\(exchange.name)")
            #expect(try folded(after) == folded(before), "\(exchange.name)")
        }
    }

    @Test func streamAndWholeAnswerAgree() throws {
        for exchange in try exchanges() where exchange.isStream {
            let bytes = stream(
                of: events(of: exchange.answer, AnthropicStreamDecoder()),
                AnthropicStreamEncoder(Self.context)
            )
            let answer = try folded(events(of: exchange.answer, AnthropicStreamDecoder()))
            let body = AnthropicMessages.answer(answer, Self.context).body
            let grammar = try AnthropicStreamGrammar(bytes)
            #expect(grammar.blocks == body["content"]?.array, "\(exchange.name)")
            #expect(grammar.stopReason == body["stop_reason"]?.string)
            for (name, value) in (grammar.usage?.object?.members ?? []).map({ ($0.name.spelling, $0.value) }) {
                #expect(body["usage"]?[name] == value, "\(exchange.name) \(name)")
            }
        }
    }

    // MARK: Pieces

    @Test func cutsDoNotMatter() throws {
        var generator = SeededGenerator(seed: 7)
        let streams = try exchanges().filter(\.isStream)
        for exchange in streams {
            let expected = events(of: exchange.answer, AnthropicStreamDecoder())
            let lengths = (0..<50).map { _ in Int.random(in: 1...90, using: &generator) }
            let cut = events(of: exchange.answer, AnthropicStreamDecoder(), pieceLengths: lengths)
            #expect(cut == expected, "\(exchange.name)")
        }
        let shortest = try #require(streams.min { $0.answer.count < $1.answer.count })
        let expected = events(of: shortest.answer, AnthropicStreamDecoder())
        for cut in 1..<shortest.answer.count {
            let pieces = [cut, shortest.answer.count]
            #expect(events(of: shortest.answer, AnthropicStreamDecoder(), pieceLengths: pieces) == expected)
        }
    }

    @Test func whatIsCutOffNeverEndsWell() throws {
        let streams = try exchanges().filter(\.isStream)
        let shortest = try #require(streams.min { $0.answer.count < $1.answer.count })
        let text = String(decoding: shortest.answer, as: UTF8.self)
        let terminal = try #require(text.range(of: "{\"type\":\"message_stop\""))
        let close = try #require(text[terminal.upperBound...].firstIndex(of: "}"))
        let end = text[...close].utf8.count
        for cut in 0..<shortest.answer.count {
            let events = events(of: Array(shortest.answer[..<cut]), AnthropicStreamDecoder())
            let failed = if case .failure? = events.last { true } else { false }
            #expect(failed == (cut < end), "\(cut)")
            #expect(events.filter { $0 == .end }.count == (failed ? 0 : 1))
        }
    }

    @Test func errorsAreTold() throws {
        for exchange in try exchanges() where exchange.status >= 400 {
            let failure = AnthropicMessages.failure(ofBody: exchange.answer.span, status: exchange.status)
            #expect(failure.message == (try whole(exchange))["error"]?["message"]?.string)
            #expect(failure.kind == (exchange.status == 401 ? .authentication : .contextLength), "\(exchange.name)")
        }
    }

    // MARK: Damage

    @Test func damagedBytesAreNeverFatal() throws {
        var generator = SeededGenerator(seed: 11)
        for exchange in try exchanges() {
            for _ in 0..<12 {
                let damaged = damage(exchange.answer, &generator)
                if exchange.isStream {
                    let events = events(of: damaged, AnthropicStreamDecoder(), pieceLengths: [64, 7, 300])
                    let bytes = stream(of: events, AnthropicStreamEncoder(Self.context))
                    #expect(try AnthropicStreamGrammar(bytes).complaints == [], "\(exchange.name)")
                } else if let value = try? JSONValue(parsing: damaged.span),
                    let events = try? AnthropicMessages.events(ofAnswer: value), let answer = try? folded(events)
                {
                    #expect(AnthropicMessages.answer(answer, Self.context).body["content"]?.array != nil)
                }
                _ = AnthropicMessages.failure(ofBody: damaged.span, status: 500)
                guard let request = exchange.request, request.count < 100_000 else { continue }
                let broken = damage(request, &generator)
                guard let value = try? JSONValue(parsing: broken.span),
                    let conversation = try? AnthropicMessages.conversation(of: value, RequestCall())
                else { continue }
                _ = AnthropicMessages.request(for: conversation, RequestOptions(model: conversation.model))
            }
        }
    }

    private func damage(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(Array("{}[]\",:0-1enull".utf8).randomElement(using: &generator) ?? 0, at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
                bytes.removeSubrange(place..<end)
            }
        }
        return bytes
    }
}
