import JSON
import TestSupport
import Testing

@testable import Dialects

/// Real exchanges with Bedrock.
@Suite(.enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct BedrockRecordingTests {
    /// What truly has no counterpart elsewhere.
    private static let expectedUnread: Set<ConversationElement> = [.safetySettings, .documentCitations]

    @Test
    func requestsAreReadWhole() throws {
        for exchange in try Recordings.load(Bedrock.folders) {
            let body = try #require(exchange.requestBody)
            let conversation = try BedrockConverse.conversation(
                of: body,
                RequestCall(model: Bedrock.model(ofPath: exchange.path))
            )
            let unexpected = conversation.unread.filter { !Self.expectedUnread.contains($0.element) }
            #expect(unexpected.isEmpty, "\(exchange.name)")
            #expect(conversation.turns.count >= (body["messages"]?.array?.count ?? 0))
        }
    }

    /// Messages come back as they were, save for guarded content, which becomes text, for two turns of one role, and for
    /// the underscore in a document's name.
    @Test
    func requestsComeBack() throws {
        var compared = 0
        for exchange in try Recordings.load(Bedrock.folders) {
            let body = try #require(exchange.requestBody)
            let model = Bedrock.model(ofPath: exchange.path)
            let conversation = try BedrockConverse.conversation(of: body, RequestCall(model: model))
            let encoded = BedrockConverse.request(for: conversation, RequestOptions(model: model))
            #expect(bedrockViolations(of: encoded.body).isEmpty, "\(exchange.name)")
            let spelling = Bedrock.text(body)
            guard !["guardContent", "sample_2"].contains(where: spelling.contains),
                exchange.name.contains("guardrail-converse-stream") == false
            else { continue }
            compared += 1
            #expect(encoded.body["messages"] == body["messages"], "\(exchange.name)")
            #expect(encoded.body["system"] == body["system"], "\(exchange.name)")
            #expect(encoded.body["toolConfig"] == body["toolConfig"], "\(exchange.name)")
            for name in ["maxTokens", "temperature"] {
                #expect(encoded.body["inferenceConfig"]?[name] == body["inferenceConfig"]?[name], "\(exchange.name)")
            }
        }
        #expect(compared > 25)
    }

    @Test
    func reasoningComesBack() throws {
        for exchange in try Recordings.load(Bedrock.folders) {
            guard let fields = exchange.requestBody?["additionalModelRequestFields"], fields.object?.isEmpty == false
            else { continue }
            let model = Bedrock.model(ofPath: exchange.path)
            let conversation = try BedrockConverse.conversation(
                of: try #require(exchange.requestBody),
                RequestCall(model: model)
            )
            let encoded = BedrockConverse.request(for: conversation, RequestOptions(model: model))
            let written = encoded.body["additionalModelRequestFields"]
            // The first name of `thinking` is read and not written.
            #expect(written == fields || written?["thinking"] == fields["reasoning_config"], "\(exchange.name)")
        }
    }

    @Test
    func answersAreRead() throws {
        for exchange in try Recordings.load(["bedrock-converse"]) {
            if exchange.status >= 400 {
                let failure = BedrockConverse.failure(ofBody: exchange.answer.span, status: exchange.status)
                #expect(failure.kind == .authentication)
                continue
            }
            let body = try JSONValue(parsing: exchange.answer.span)
            let answer = try folded(BedrockConverse.events(ofAnswer: body))
            let again = BedrockConverse.answer(answer, Bedrock.context)
            #expect(again.losses.isEmpty, "\(exchange.name)")
            #expect(again.body["usage"]?["totalTokens"] == body["usage"]?["totalTokens"])
            #expect(again.body["usage"]?["inputTokens"] == body["usage"]?["inputTokens"])
            #expect(try folded(BedrockConverse.events(ofAnswer: again.body)) == answer, "\(exchange.name)")
            if !Bedrock.text(body).contains("tool_use") {
                let content = again.body["output"]?["message"]?["content"]?.array
                #expect(content?.count == body["output"]?["message"]?["content"]?.array?.count, "\(exchange.name)")
            }
        }
    }

    /// An application sends the answer's message back as it got it.
    @Test
    func answersGoBackAsHistory() throws {
        for exchange in try Recordings.load(["bedrock-converse"]) where exchange.status == 200 {
            let message = try #require(try JSONValue(parsing: exchange.answer.span)["output"]?["message"])
            let results: [JSONValue] = (message["content"]?.array ?? []).compactMap { block in
                block["toolUse"]?["toolUseId"].map { ["toolResult": ["toolUseId": $0, "content": [["text": "r"]]]] }
            }
            let reply: JSONValue = ["role": "user", "content": .array(results.isEmpty ? [["text": "go on"]] : results)]
            let question: JSONValue = ["role": "user", "content": [["text": "q"]]]
            let model = Bedrock.model(ofPath: exchange.path)
            let conversation = try BedrockConverse.conversation(
                of: ["messages": [question, message, reply]],
                RequestCall(model: model)
            )
            #expect(conversation.unread.isEmpty)
            let request = BedrockConverse.request(for: conversation, RequestOptions(model: model))
            #expect(bedrockViolations(of: request.body).isEmpty)
            #expect(request.body["messages"]?[2] == reply)
            let written = request.body["messages"]?[1]?["content"]?.array ?? []
            let recorded = message["content"]?.array ?? []
            #expect(written.count == recorded.count)
            for (one, other) in zip(written, recorded) {
                let same = one["toolUse"].map { $0["input"] == other["toolUse"]?["input"] } ?? Self.isSame(one, other)
                #expect(same, "\(exchange.name)")
            }
        }
    }

    private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
        guard let cited = one["citationsContent"] else { return one == other }
        return cited["citations"] == other["citationsContent"]?["citations"]
            && cited["content"] == other["citationsContent"]?["content"]
    }

    @Test
    func streamsAreRead() throws {
        var generator = SeededGenerator(seed: 1)
        for exchange in try Recordings.load(["bedrock-converse-stream"]) {
            let events = Bedrock.events(exchange.answer)
            #expect(events.last == .end, "\(exchange.name)")
            #expect(events.contains { if case .usage = $0 { true } else { false } })
            for _ in 0..<4 {
                let lengths = (0..<16).map { _ in Int.random(in: 1...200, using: &generator) }
                #expect(Bedrock.events(exchange.answer, pieceLengths: lengths) == events, "\(exchange.name)")
            }
        }
    }

    /// What is read of a stream is written as a stream and as a whole answer, and both read the same again.
    @Test
    func streamsComeBack() throws {
        for exchange in try Recordings.load(["bedrock-converse-stream"]) {
            let first = Bedrock.events(exchange.answer)
            let again = Bedrock.events(stream(of: first, BedrockStreamEncoder(Bedrock.context)))
            let answer = try folded(first)
            #expect(try folded(again) == answer, "\(exchange.name)")
            let whole = BedrockConverse.answer(answer, Bedrock.context)
            #expect(whole.losses.isEmpty)
            let read = try folded(BedrockConverse.events(ofAnswer: whole.body))
            #expect(read == withCompactArguments(answer), "\(exchange.name)")
        }
    }

    /// A whole answer has a call's arguments as JSON, not as text.
    private func withCompactArguments(_ answer: Answer) -> Answer {
        var answer = answer
        answer.choices[0].parts = answer.choices[0].parts.map { part in
            guard case .toolCall(var call) = part.content else { return part }
            call.arguments = Bedrock.text(BedrockToolInput.object(of: call.arguments).value)
            return Part(.toolCall(call))
        }
        return answer
    }

    @Test
    func everyCutGivesTheSame() throws {
        let exchange = try #require(
            try Recordings.load(["bedrock-converse-stream"]).first { $0.name.contains("001-") }
        )
        let events = Bedrock.events(exchange.answer)
        for cut in 1..<exchange.answer.count {
            #expect(Bedrock.events(exchange.answer, pieceLengths: [cut, exchange.answer.count]) == events)
        }
    }

    /// A stream that breaks off before `messageStop` never ends well.
    @Test
    func truncationIsAFailure() throws {
        let exchange = try #require(
            try Recordings.load(["bedrock-converse-stream"]).first { $0.name.contains("001-") }
        )
        let stop = try #require(exchange.answer.firstRange(of: Array("stopReason".utf8)))
        for length in 0..<stop.lowerBound {
            guard case .failure = Bedrock.events(Array(exchange.answer.prefix(length))).last else {
                Issue.record("no failure after \(length) bytes")
                return
            }
        }
    }

    /// Recorded bytes with single bytes changed: nothing may trap, and what is read is a legal sequence.
    @Test
    func mutationsDoNotTrap() throws {
        var generator = SeededGenerator(seed: 7)
        for exchange in try Recordings.load(Bedrock.folders) where exchange.answer.count < 20_000 {
            for _ in 0..<12 {
                let request = mutated(exchange.request ?? [], &generator)
                if request.count < 20_000, let body = try? JSONValue(parsing: request.span) {
                    if let conversation = try? BedrockConverse.conversation(of: body, RequestCall(model: "m")) {
                        _ = Bedrock.encoded(conversation)
                    }
                }
                let answer = mutated(exchange.answer, &generator)
                if exchange.isStream {
                    #expect(Bedrock.events(answer).last != nil)
                } else if let body = try? JSONValue(parsing: answer.span) {
                    _ = try? BedrockConverse.events(ofAnswer: body)
                    _ = BedrockConverse.failure(ofBody: answer.span, status: 400)
                }
            }
        }
    }

    /// Every value of every recorded body replaced by one of another kind: null counts as absent, and nothing traps.
    @Test
    func wrongKindsDoNotTrap() throws {
        let others: [JSONValue] = [nil, true, -1, 1e300, "x", [], [:], [nil], [["text": nil]]]
        for exchange in try Recordings.load(Bedrock.folders) where exchange.answer.count < 3_000 {
            if exchange.status == 200, !exchange.isStream {
                for variant in Self.variants(of: try JSONValue(parsing: exchange.answer.span), others) {
                    if let events = try? BedrockConverse.events(ofAnswer: variant) { _ = try folded(events) }
                }
            }
            guard let request = exchange.requestBody, Bedrock.text(request).utf8.count < 3_000 else { continue }
            for variant in Self.variants(of: request, others) {
                if let read = try? BedrockConverse.conversation(of: variant, RequestCall(model: "m")) {
                    #expect(bedrockViolations(of: Bedrock.encoded(read).body).isEmpty, "\(Bedrock.text(variant))")
                }
            }
        }
        for exchange in try Recordings.load(["bedrock-converse-stream"]) where exchange.answer.count < 4_000 {
            for (name, payload) in try Bedrock.messages(exchange.answer) {
                for variant in Self.variants(of: payload, others) {
                    var decoder = BedrockStreamDecoder()
                    var events: [AnswerEvent] = []
                    decoder.decode(JSONWriter().write(variant).span, named: name, into: &events)
                    decoder.finish(into: &events)
                }
            }
        }
    }

    private static func variants(of value: JSONValue, _ others: [JSONValue]) -> [JSONValue] {
        var variants = others
        switch value {
        case .object(let object):
            for (index, member) in object.members.enumerated() {
                for inner in Self.variants(of: member.value, others) {
                    var copy = object
                    copy.members[index].value = inner
                    variants.append(.object(copy))
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                for inner in Self.variants(of: element, others) {
                    var copy = elements
                    copy[index] = inner
                    variants.append(.array(copy))
                }
            }
        case .null, .boolean, .number, .string: break
        }
        return variants
    }

    private func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var bytes = bytes
        let alphabet = Array("{}[]\":,0123456789nulltrue- ".utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[place] = alphabet.randomElement(using: &generator) ?? 0
        }
        return bytes
    }
}
