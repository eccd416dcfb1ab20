import JSON
import Testing

@testable import Dialects

/// Checks a stream as OpenAI's SDK reads it: numbers that count, items that open and close in order, pieces that make
/// the whole, one last event whose response has all items.
func expectLegalResponsesStream(_ stream: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let blocks = String(decoding: stream, as: UTF8.self).split(separator: "\n\n")
    var items: [Int: JSONValue] = [:]
    var texts: [String: String] = [:]
    var open: Int?
    for (number, block) in blocks.enumerated() {
        let lines = block.split(separator: "\n")
        try #require(lines.count == 2, sourceLocation: sourceLocation)
        let event = try json(responses: String(lines[1].dropFirst("data: ".count)))
        let type = try #require(event["type"]?.string, sourceLocation: sourceLocation)
        #expect(lines[0] == "event: \(type)", sourceLocation: sourceLocation)
        #expect(event["sequence_number"]?.integer == number, sourceLocation: sourceLocation)
        if type == "error" {
            #expect(blocks.count == 1, sourceLocation: sourceLocation)
            return
        }
        #expect((number == 0) == (type == "response.created"), sourceLocation: sourceLocation)
        #expect((number == 1) == (type == "response.in_progress"), sourceLocation: sourceLocation)
        let isLast = ["response.completed", "response.incomplete", "response.failed"].contains(type)
        #expect(isLast == (number == blocks.count - 1), "\(type)", sourceLocation: sourceLocation)
        if isLast {
            #expect(open == nil, sourceLocation: sourceLocation)
            let output = try #require(event["response"]?["output"]?.array, sourceLocation: sourceLocation)
            #expect(output.count == items.count, sourceLocation: sourceLocation)
            for (index, item) in output.enumerated() { #expect(items[index] == item, sourceLocation: sourceLocation) }
            continue
        }
        guard let index = event["output_index"]?.integer else { continue }
        let place = "\(index)/\(event["content_index"]?.integer ?? event["summary_index"]?.integer ?? -1)"
        switch type {
        case "response.output_item.added":
            #expect(open == nil && index == items.count, sourceLocation: sourceLocation)
            items[index] = event["item"]
            open = index
        case "response.output_item.done":
            #expect(open == index, sourceLocation: sourceLocation)
            #expect(items[index]?["id"] == event["item"]?["id"], sourceLocation: sourceLocation)
            #expect(items[index]?["call_id"] == event["item"]?["call_id"], sourceLocation: sourceLocation)
            items[index] = event["item"]
            open = nil
        default:
            #expect(open == index, "\(type)", sourceLocation: sourceLocation)
            #expect(event["item_id"] == items[index]?["id"], sourceLocation: sourceLocation)
            if type.hasSuffix(".delta") {
                texts[place, default: ""] += event["delta"]?.string ?? ""
            } else if let whole = event["text"] ?? event["arguments"] ?? event["refusal"] {
                #expect(whole.string == texts[place] ?? "", sourceLocation: sourceLocation)
            }
        }
    }
    #expect(blocks.count > 2, sourceLocation: sourceLocation)
}
