import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite(.enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct GeminiRecordingTests {
    private typealias T = GeminiTesting

    private static func model(_ exchange: Recordings.Exchange) -> String {
        let last = exchange.path.split(separator: "/").last ?? ""
        return String(last.prefix { $0 != ":" })
    }

    private static func conversation(_ exchange: Recordings.Exchange) throws -> Conversation? {
        guard let body = exchange.requestBody else { return nil }
        return try Gemini.conversation(
            of: body,
            RequestCall(model: model(exchange), isStream: exchange.path.contains(":stream"))
        )
    }

    @Test func readsEveryRequest() throws {
        let exchanges = try Recordings.load(["gemini"])
        #expect(!exchanges.isEmpty)
        for exchange in exchanges {
            let conversation = try #require(try Self.conversation(exchange))
            #expect(conversation.model.hasPrefix("gemini-"))
            #expect(conversation.isStream == exchange.isStream)
            let unread = conversation.unread.map { "\($0.path): \($0.element.rawValue)" }
            let hasCache = exchange.requestBody?["cachedContent"] != nil
            #expect(unread == (hasCache ? ["cachedContent: state kept by the provider"] : []), "\(exchange.name)")
        }
    }

    /// What is written again means the same: reading it gives the same conversation but for ids that were made.
    @Test func writesEveryRequestAgain() throws {
        for exchange in try Recordings.load(["gemini"]) {
            guard let conversation = try Self.conversation(exchange) else { continue }
            let request = Gemini.request(for: conversation, RequestOptions(model: conversation.model))
            let again = try Gemini.conversation(
                of: .object(request.body),
                RequestCall(model: conversation.model, isStream: conversation.isStream)
            )
            let allowed: Set<ConversationElement> = [.storedState, .toolResultMedia]
            #expect(Set(request.losses.map(\.element)).isSubset(of: allowed), "\(exchange.name) \(request.losses)")
            #expect(again.sampling == conversation.sampling)
            #expect(again.reasoning == conversation.reasoning)
            #expect(again.outputFormat == conversation.outputFormat)
            #expect(again.tools.count == conversation.tools.count)
            #expect(Self.contents(again) == Self.contents(conversation), "\(exchange.name)")
            // The stand-ins for signatures make no difference the second time.
            let second = Gemini.request(for: again, RequestOptions(model: conversation.model))
            #expect(second.body == request.body, "\(exchange.name)")
        }
    }

    private static func contents(_ conversation: Conversation) -> [[PartContent]] {
        conversation.turns.map { $0.parts.map { unpathed($0).content } }
    }

    private static func unpathed(_ part: Part) -> Part {
        guard case .toolResult(var result) = part.content else { return Part(part.content) }
        result.parts = result.parts.map(unpathed)
        return Part(.toolResult(result))
    }

    @Test func readsEveryAnswer() throws {
        for exchange in try Recordings.load(["gemini"]) {
            if exchange.status >= 400 {
                let failure = Gemini.failure(ofBody: exchange.answer.span, status: exchange.status)
                #expect(failure.type != nil, "\(exchange.name)")
                #expect([.authentication, .contextLength, .rateLimit].contains(failure.kind), "\(exchange.name)")
                continue
            }
            let found: [AnswerEvent]
            if exchange.isStream {
                found = events(of: exchange.answer, GeminiStreamDecoder())
                #expect(found.last == .end, "\(exchange.name)")
            } else {
                found = try Gemini.events(ofAnswer: JSONValue(parsing: exchange.answer.span))
            }
            let answer = try folded(found)
            #expect(answer.choices.count == 1)
            #expect([.stop, .toolCalls].contains(answer.choices[0].finish), "\(exchange.name)")
            #expect(!answer.choices[0].parts.isEmpty)
            let usage = try #require(answer.usage)
            #expect(usage.input > 0 && usage.output > 0)
            #expect(answer.start.id != nil && answer.start.model != nil)
            if !exchange.isStream {
                let body = try JSONValue(parsing: exchange.answer.span)
                #expect(usage.total == body["usageMetadata"]?["totalTokenCount"]?.integer, "\(exchange.name)")
            }
            try checkWriting(answer, exchange.name)
        }
    }

    /// What is written for a caller, streamed and not, reads as the same answer.
    private func checkWriting(_ answer: Answer, _ name: String) throws {
        let encoded = Gemini.answer(answer, T.context)
        #expect(encoded.losses.isEmpty, "\(name)")
        var again = try folded(Gemini.events(ofAnswer: encoded.body))
        again.start = answer.start
        #expect(again == answer, "\(name)")
        let output = stream(of: try Gemini.events(ofAnswer: encoded.body), GeminiStreamEncoder(T.context))
        var streamed = try folded(events(of: output, GeminiStreamDecoder()))
        streamed.start = answer.start
        #expect(streamed == answer, "\(name)")
    }

    @Test func readsEveryStreamInPieces() throws {
        var generator = SeededGenerator(seed: 7)
        for exchange in try Recordings.load(["gemini"]) where exchange.isStream {
            let whole = events(of: exchange.answer, GeminiStreamDecoder())
            for _ in 0..<20 {
                let lengths = (0..<50).map { _ in Int.random(in: 1...200, using: &generator) }
                #expect(events(of: exchange.answer, GeminiStreamDecoder(), pieceLengths: lengths) == whole)
            }
            for length in stride(from: 0, to: exchange.answer.count - 4, by: 7) {
                let last = events(of: Array(exchange.answer[..<length]), GeminiStreamDecoder()).last
                #expect(last != .end, "\(exchange.name) cut at \(length)")
            }
        }
    }

    @Test func survivesMutations() throws {
        var generator = SeededGenerator(seed: 11)
        let exchanges = try Recordings.load(["gemini"]).filter { $0.answer.count < 9000 }
        let odd = ["null", "1e999", "[]", "{}", "-1", "\"\"", "\"\\ud800\"", "true", "99999999999999999999"]
        for exchange in exchanges {
            let request = exchange.request ?? []
            for source in [exchange.answer, request] where !source.isEmpty && source.count < 9000 {
                for _ in 0..<15 {
                    var bytes = source
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
                    bytes.replaceSubrange(place..<end, with: odd.randomElement(using: &generator)?.utf8 ?? "".utf8)
                    feed(bytes)
                }
                // Replacing whole values keeps the text JSON, so that what is behind the parser is reached.
                for _ in 0..<15 {
                    guard let value = try? JSONValue(parsing: source.span) else { break }
                    var rest = Int.random(in: 0..<60, using: &generator)
                    let word = odd.randomElement(using: &generator) ?? "null"
                    let new = (try? T.json(word)) ?? .null
                    feed(JSONWriter().write(Self.replacing(value, &rest, new)))
                }
            }
        }
    }

    private static func replacing(_ value: JSONValue, _ rest: inout Int, _ new: JSONValue) -> JSONValue {
        rest -= 1
        if rest == 0 { return new }
        switch value {
        case .array(let elements): return .array(elements.map { replacing($0, &rest, new) })
        case .object(var object):
            for index in object.members.indices {
                object.members[index].value = replacing(object.members[index].value, &rest, new)
            }
            return .object(object)
        default: return value
        }
    }

    /// Whatever it is, it gives something or an error.
    private func feed(_ bytes: [UInt8]) {
        _ = Gemini.failure(ofBody: bytes.span, status: 500)
        _ = events(of: bytes, GeminiStreamDecoder())
        let event = Array("data: ".utf8) + bytes.filter { $0 != 0x0A } + Array("\n\n".utf8)
        _ = events(of: event + event, GeminiStreamDecoder())
        guard let value = try? JSONValue(parsing: bytes.span) else { return }
        if let found = try? Gemini.events(ofAnswer: value), let answer = try? folded(found) {
            _ = Gemini.answer(answer, T.context)
            _ = stream(of: found, GeminiStreamEncoder(T.context))
        }
        if let conversation = try? Gemini.conversation(of: value, RequestCall(model: "gemini-3-pro")) {
            _ = Gemini.request(for: conversation, RequestOptions(model: "gemini-3-pro"))
        }
    }
}
