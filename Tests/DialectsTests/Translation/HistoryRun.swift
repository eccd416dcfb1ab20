import JSON
import Testing

@testable import Dialects

/// A caller's conversation through the gateway, with all that the providers said as they said it.
struct HistoryRun {
    static let models: [WireFormat: String] = [
        .openAIChat: "gpt-5", .openAIResponses: "gpt-5", .anthropicMessages: "claude-sonnet-4-5",
        .gemini: "gemini-3-pro-preview", .bedrockConverse: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    ]

    private struct SaidTurn {
        var provider: WireFormat
        var items: [HistorySaid]
    }

    let caller: WireFormat
    private var kit: HistoryKit
    private var history: [JSONValue]
    private var turns: [SaidTurn] = []
    private var earlier: [WireFormat: [[UInt8]]] = [:]
    private let name: String

    init(caller: WireFormat, _ name: String) {
        self.caller = caller
        self.name = name
        kit = HistoryKit(format: caller)
        history = kit.question("go")
    }

    /// The request as a provider of `target` would get it.
    func request(for target: WireFormat) throws -> RequestTranslation {
        let body = JSONWriter().write(kit.request(history))
        let request = try CallerRequest(body.span, format: caller, call: RequestCall(model: "m", isStream: false))
        let options = RequestOptions(model: Self.models[target] ?? "")
        return try RequestTranslation(of: body.span, request, to: target, options)
    }

    /// One answer of `provider` and what the caller says to it.
    mutating func answer(
        from provider: WireFormat,
        _ pieces: [HistoryAnswers.Piece],
        isStream: Bool,
        joinsPieces: Bool,
        asksOn: Bool,
        isPlainChat: Bool = false,
        repeatsIDs: Bool = false
    ) throws {
        let names = try request(for: provider).toolNames
        var encodedNames = names
        let answers = HistoryAnswers(
            provider: provider,
            turn: turns.count,
            toolNames: kit.toolNames.map { encodedNames.encoded($0) },
            isPlainChat: isPlainChat && !isStream,
            repeatsIDs: repeatsIDs
        )
        kit.joinsPieces = joinsPieces
        var providerKit = HistoryKit(format: provider)
        providerKit.joinsPieces = joinsPieces
        let answer = answers.answer(pieces)
        let elements: [JSONValue]
        let own: [JSONValue]
        if isStream {
            let stream = answers.stream(answer)
            own = try providerKit.elements(stream: stream)
            elements = provider == caller ? own : try kit.elements(stream: transcoded(stream, provider, names))
        } else {
            let body = answers.body(answer)
            own = try providerKit.elements(whole: body)
            elements = provider == caller ? own : try kit.elements(whole: translated(body, provider, names))
        }
        let said = HistorySaid.all(in: own, provider).map { item in
            var item = item
            if item.kind == .call { item.name = names.original(item.name) }
            return item
        }
        turns.append(SaidTurn(provider: provider, items: said))
        history += elements
        reply(to: HistorySaid.all(in: elements, caller).filter { $0.kind == .call }, asksOn: asksOn)
    }

    private mutating func reply(to calls: [HistorySaid], asksOn: Bool) {
        for call in calls {
            #expect(kit.toolNames.contains(call.name), "\(name): tool \(call.name)")
        }
        let text = "And then, \(turns.count)?"
        if calls.isEmpty {
            history += kit.question(text)
        } else {
            let outputs = calls.map { "result of \($0.text)" }
            // Tools end in any order.
            let isReversed = asksOn && caller != .gemini
            history += kit.results(
                of: isReversed ? calls.reversed() : calls,
                isReversed ? outputs.reversed() : outputs,
                question: asksOn ? text : nil
            )
        }
    }

    private var context: AnswerContext {
        AnswerContext(requestID: "req\(turns.count)", model: "m", created: 1_700_000_000)
    }

    private func translated(_ body: [UInt8], _ provider: WireFormat, _ names: ToolNameMap) throws -> [UInt8] {
        try AnswerTranslation(of: body.span, provider, to: caller, toolNames: names, context).body
    }

    private func transcoded(_ stream: [UInt8], _ provider: WireFormat, _ names: ToolNameMap) -> [UInt8] {
        var transcoder = StreamTranscoder(from: provider, to: caller, toolNames: names, context)
        var output: [UInt8] = []
        transcoder.receive(stream.span, into: &output)
        transcoder.finish(into: &output)
        return output
    }

    // MARK: Checks

    /// Checks the request for a provider of `target`, and that it begins like the last one checked for it.
    mutating func check(_ target: WireFormat, searchesLeaks: Bool) throws {
        let translation = try request(for: target)
        let place = "\(name), \(caller), \(turns.map(\.provider)) to \(target)"
        #expect(translation.refusals(isStrict: false).isEmpty, "\(place)")
        let body = try #require(try JSONValue(parsing: translation.body.span).object)
        #expect(HistoryRules.complaints(body, target) == [], "\(place)")
        let messages = HistoryRules.messages(body, target)
        let bytes = messages.map { JSONWriter().write($0) }
        let before = earlier[target] ?? []
        #expect(Array(bytes.prefix(before.count)) == before, "the beginning changes: \(place)")
        earlier[target] = bytes
        let found = HistorySaid.all(in: messages, target)
        checkResults(found, place)
        let comparable = found.filter { $0.kind != .result }.map { item in
            var item = item
            if item.kind == .call { item.name = translation.toolNames.original(item.name) }
            return Self.comparable(item)
        }
        let expected = expectedItems(at: target)
        let both = [comparable, expected].map { items in
            HistorySaid.joined(HistoryLosses.withoutTextSignatures(items, through: caller), target)
        }
        let difference = HistorySaid.difference(both[0], both[1])
        #expect(difference == "", "\(place)")
        if searchesLeaks { checkLeaks(String(decoding: translation.body, as: UTF8.self), target, place) }
    }

    private static func comparable(_ item: HistorySaid) -> HistorySaid {
        var item = item
        item.id = ""
        return item
    }

    private func expectedItems(at target: WireFormat) -> [HistorySaid] {
        let items = turns.flatMap { turn in
            HistoryLosses.told(turn.items.map(Self.comparable), by: turn.provider, through: caller, to: target)
        }
        return HistorySaid.joined(items, target)
    }

    /// Each result answers the call whose arguments it repeats, and there are as many.
    private func checkResults(_ said: [HistorySaid], _ place: String) {
        var open: [HistorySaid] = []
        for item in said {
            if item.kind == .call { open.append(item) }
            guard item.kind == .result else { continue }
            let call = open.firstIndex { call in
                item.id.isEmpty ? call.name == item.name : call.id == item.id
            }
            guard let call else {
                Issue.record("result without its call: \(place)")
                continue
            }
            let tag = open.remove(at: call).text.split(separator: "\"").first { $0.hasPrefix("t") }
            if let tag { #expect(item.text.contains(tag), "wrong result: \(place)") }
        }
        #expect(open.isEmpty, "\(place)")
    }

    private func checkLeaks(_ body: String, _ target: WireFormat, _ place: String) {
        #expect(!body.contains("bWFydGxldDo"), "the gateway's mark: \(place)")
        for turn in turns where !HistoryLosses.canRead(turn.provider, target) {
            for item in turn.items where !item.signature.isEmpty {
                // Gemini's own signature is told as such.
                if target == .gemini, item.signature.hasPrefix(HistorySaid.googleMark) { continue }
                #expect(!body.contains(item.signature), "signature: \(place)")
            }
        }
    }
}
