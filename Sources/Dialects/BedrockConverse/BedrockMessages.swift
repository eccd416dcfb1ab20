import JSON

/// Puts items in the order that Bedrock wants: turns of user and assistant by turns, the user first, and behind each
/// turn with calls the results of all of them, in their order.
struct BedrockMessages {
    struct Message {
        var isAssistant: Bool
        var blocks: [JSONValue]
    }

    private(set) var report: LossReport
    private(set) var toolNames: ToolNameMap
    /// The names of tools that were called, each once, as Bedrock has them.
    private(set) var calledNames: [String] = []
    private(set) var messages: [Message] = []

    private var items: [BedrockItem]
    private var isUsed: [Bool]
    private var resultPlaces: [String: [Int]] = [:]
    private var usedIDs: Set<String> = []

    init(_ items: [BedrockItem], _ report: LossReport, _ toolNames: ToolNameMap) {
        self.items = items
        self.report = report
        self.toolNames = toolNames
        isUsed = Array(repeating: false, count: items.count)
        for (place, item) in items.enumerated() {
            if case .result(let callID, _, _) = item.kind {
                resultPlaces[callID, default: []].append(place)
            }
        }
    }

    /// - Parameter takesPrefill: Whether the last turn may be the assistant's.
    mutating func arrange(takesPrefill: Bool) {
        var place = 0
        while place < items.count {
            let isAssistant = items[place].isAssistant
            var end = place
            while end < items.count, items[end].isAssistant == isAssistant { end += 1 }
            addRun(place..<end, isAssistant: isAssistant)
            place = end
        }
        completeDocuments()
        completeEnds(takesPrefill: takesPrefill)
    }

    // MARK: Runs of one role

    private mutating func addRun(_ range: Range<Int>, isAssistant: Bool) {
        var blocks: [JSONValue] = []
        var results: [JSONValue] = []
        for place in range where !isUsed[place] {
            let item = items[place]
            switch item.kind {
            case .block(let block):
                blocks.append(block)
            case .call(let call):
                let id = uniqueID(call.id, at: item.path)
                blocks.append(toolUse(call, id: id, at: item.path))
                results += result(for: call, id: id, behind: range.upperBound, at: item.path)
            case .result(_, let content, _):
                report.note(.orphanedToolResult, at: item.path)
                blocks += content
            }
            if let point = item.cachePoint { blocks.append(point) }
        }
        if isAssistant { dropTrailingThoughts(&blocks, at: items[range.upperBound - 1].path) }
        append(blocks, isAssistant: isAssistant)
        append(results, isAssistant: false)
    }

    /// Claude refuses a turn that ends with thoughts, as one does that was cut off while thinking.
    private mutating func dropTrailingThoughts(_ blocks: inout [JSONValue], at path: String) {
        let isThought = { (block: JSONValue) in block["reasoningContent"] != nil }
        let isContent = { (block: JSONValue) in !isThought(block) && block["cachePoint"] == nil }
        let start = blocks.lastIndex(where: isContent).map { $0 + 1 } ?? 0
        guard let thought = blocks[start...].firstIndex(where: isThought) else { return }
        report.note(.reasoningText, at: path)
        blocks.removeSubrange(thought...)
    }

    private mutating func append(_ blocks: [JSONValue], isAssistant: Bool) {
        guard !blocks.isEmpty else { return }
        if let last = messages.indices.last, messages[last].isAssistant == isAssistant {
            messages[last].blocks += blocks
        } else {
            messages.append(Message(isAssistant: isAssistant, blocks: blocks))
        }
    }

    // MARK: Calls

    private mutating func uniqueID(_ id: String, at path: String) -> String {
        let base = ToolCallID.allowed(id.isEmpty ? "call" : id)
        var unique = base
        var number = 2
        while !usedIDs.insert(unique).inserted {
            unique = ToolCallID.allowed("\(base)_\(number)")
            number += 1
        }
        if unique != id {
            report.note(.toolCallID, at: path)
        }
        return unique
    }

    private mutating func toolUse(_ call: ToolCall, id: String, at path: String) -> JSONValue {
        let name = toolNames.encoded(call.name.isEmpty ? "tool" : call.name)
        if name != call.name {
            report.note(.toolName, at: path)
        }
        if !calledNames.contains(name) {
            calledNames.append(name)
        }
        let (input, isWrapped) = BedrockToolInput.object(of: call.arguments)
        if isWrapped {
            report.note(.toolArguments, at: path)
        }
        return ["toolUse": ["toolUseId": .string(id), "name": .string(name), "input": input]]
    }

    /// The first result of the call that is not another's already, from wherever it is behind the call.
    private mutating func result(
        for call: ToolCall,
        id: String,
        behind place: Int,
        at path: String
    ) -> [JSONValue] {
        guard let found = resultPlaces[call.id]?.first(where: { $0 >= place && !isUsed[$0] }),
            case .result(_, let content, let isError) = items[found].kind
        else {
            report.note(.orphanedToolResult, at: path)
            return [toolResult(id, [["text": "The tool gave no result."]], isError: false)]
        }
        isUsed[found] = true
        let block = toolResult(id, content, isError: isError)
        return items[found].cachePoint.map { [block, $0] } ?? [block]
    }

    private func toolResult(_ id: String, _ content: [JSONValue], isError: Bool) -> JSONValue {
        var result: JSONObject = ["toolUseId": .string(id), "content": .array(content)]
        if isError { result.append("status", "error") }
        return ["toolResult": .object(result)]
    }

    // MARK: What Bedrock wants besides

    /// API reference, "Message": a document needs a text beside it.
    private mutating func completeDocuments() {
        for index in messages.indices where !messages[index].isAssistant {
            let blocks = messages[index].blocks
            if blocks.contains(where: { $0["document"] != nil }), !blocks.contains(where: { $0["text"] != nil }) {
                report.note(.documentWithoutText, at: "messages")
                messages[index].blocks.append(["text": "See the document."])
            }
        }
    }

    private mutating func completeEnds(takesPrefill: Bool) {
        if messages.first?.isAssistant != false {
            let element: ConversationElement = messages.isEmpty ? .emptyTurn : .leadingAssistantTurn
            report.note(element, at: items.first?.path ?? "messages")
            messages.insert(Message(isAssistant: false, blocks: [Self.goOn]), at: 0)
        }
        guard let last = messages.indices.last, messages[last].isAssistant else { return }
        guard takesPrefill else {
            report.note(.assistantPrefill, at: items.last?.path ?? "messages")
            messages.append(Message(isAssistant: false, blocks: [Self.goOn]))
            return
        }
        trimPrefill(last)
    }

    /// Claude refuses an unfinished turn that ends in white space.
    private mutating func trimPrefill(_ index: Int) {
        guard let place = messages[index].blocks.indices.last,
            var text = messages[index].blocks[place]["text"]?.string
        else { return }
        while text.last?.isWhitespace == true { text.removeLast() }
        messages[index].blocks[place] = ["text": .string(text)]
    }

    private static let goOn: JSONValue = ["text": "Continue."]

    /// The messages as Bedrock's array.
    var value: JSONValue {
        .array(
            messages.map { message in
                ["role": message.isAssistant ? "assistant" : "user", "content": .array(message.blocks)]
            }
        )
    }

    /// Whether the conversation ends with results whose calls have no thoughts before them, which Claude refuses while
    /// it thinks by a number of tokens (Bedrock user guide, "Extended thinking with tool use").
    var endsInsideUnthinkingTurn: Bool {
        guard messages.count > 1, messages.last?.blocks.contains(where: { $0["toolResult"] != nil }) == true else {
            return messages.last?.isAssistant == true
        }
        return messages[messages.count - 2].blocks.first?["reasoningContent"] == nil
    }
}
