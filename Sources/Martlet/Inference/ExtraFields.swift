import Dialects
import JSON
import NIOCore

/// The member `extra_fields` that answers on the gateway's own routes have, as Bifrost's have it: who answered, as which
/// model, and how long it took. Answers on the routes of software kits are free of it.
struct ExtraFields {
    /// What is the same in all chunks of an answer, without the closing brace.
    private let opening: [UInt8]
    private let start: NIODeadline

    init(_ outgoing: OutgoingRequest) {
        start = outgoing.call.start
        let stream = outgoing.request.isStream ? "_stream" : ""
        let type =
            switch outgoing.call.format {
            case .openAIResponses: "responses"
            case .openAICompletions: "text_completion"
            case .openAIChat, .anthropicMessages, .gemini, .bedrockConverse, .cohereChat: "chat_completion"
            }
        var output = Array("\"extra_fields\":{\"request_type\":\"\(type)\(stream)\",\"provider\":".utf8)
        JSONText.appendQuoted(outgoing.provider.name.utf8, to: &output)
        for name in ["model_requested", "original_model_requested"] {
            output += ",\"\(name)\":".utf8
            JSONText.appendQuoted(outgoing.request.model.utf8, to: &output)
        }
        output += ",\"resolved_model_used\":".utf8
        JSONText.appendQuoted(outgoing.model.utf8, to: &output)
        opening = output
    }

    /// The member of a whole answer.
    ///
    /// - Parameters:
    ///   - losses: What the translation lost.
    ///   - rawAnswer: The provider's answer, valid JSON; nil where the caller did not ask for it.
    func member(losses: [Loss], rawAnswer: Span<UInt8>?) -> [UInt8] {
        var output = opening
        appendLatency(to: &output)
        if !losses.isEmpty {
            output += ",\"losses\":".utf8
            JSONWriter().append(.array(losses.map(\.value)), to: &output)
        }
        output += ",\"raw_response\":".utf8
        if let rawAnswer {
            rawAnswer.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        } else {
            output += "null".utf8
        }
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// Appends the member of a chunk.
    func appendMember(chunkIndex: Int, to output: inout [UInt8]) {
        output += opening
        appendLatency(to: &output)
        output += ",\"chunk_index\":".utf8
        output.append(decimal: chunkIndex)
        output.append(UInt8(ascii: "}"))
    }

    /// Milliseconds since the request was read.
    private func appendLatency(to output: inout [UInt8]) {
        output += ",\"latency\":".utf8
        output.append(decimal: Int(max(0, (NIODeadline.now() - start).nanoseconds) / 1_000_000))
    }

    /// Where the last member of an object ends and the next one may begin.
    ///
    /// - Parameter range: Where the object is, white space around it included.
    /// - Returns: The place of the closing brace and whether there are members; nil for what is no object.
    static func end(of range: Range<Int>, in bytes: Span<UInt8>) -> (brace: Int, isEmpty: Bool)? {
        var last = range.upperBound - 1
        while last > range.lowerBound, isWhiteSpace(bytes[last]) { last -= 1 }
        guard last > range.lowerBound, bytes[last] == UInt8(ascii: "}") else { return nil }
        var first = range.lowerBound
        while first < last, isWhiteSpace(bytes[first]) { first += 1 }
        guard bytes[first] == UInt8(ascii: "{") else { return nil }
        var before = last - 1
        while before > first, isWhiteSpace(bytes[before]) { before -= 1 }
        return (last, before == first)
    }

    /// An object with a further member.
    static func appending(_ member: [UInt8], to object: Span<UInt8>) -> [UInt8]? {
        guard !object.isEmpty, let end = end(of: 0..<object.count, in: object) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(object.count + member.count + 1)
        object.extracting(..<end.brace).withUnsafeBufferPointer { output.append(contentsOf: $0) }
        if !end.isEmpty { output.append(UInt8(ascii: ",")) }
        output += member
        output.append(UInt8(ascii: "}"))
        return output
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

/// Adds the member to each event of a stream whose data is an object on one line.
struct ExtraFieldsInserter {
    private let fields: ExtraFields
    private var chunkIndex = 0

    init(_ fields: ExtraFields) {
        self.fields = fields
    }

    /// Appends whole events with the member added.
    mutating func append(_ events: Span<UInt8>, to output: inout [UInt8]) {
        var lineStart = 0
        while lineStart < events.count {
            var lineEnd = lineStart
            while lineEnd < events.count, events[lineEnd] != 0x0A { lineEnd += 1 }
            append(events, lineStart..<lineEnd, to: &output)
            if lineEnd < events.count { output.append(0x0A) }
            lineStart = lineEnd + 1
        }
    }

    private mutating func append(_ events: Span<UInt8>, _ line: Range<Int>, to output: inout [UInt8]) {
        let bytes = events.extracting(line)
        let isData = bytes.count > 6 && bytes[0] == UInt8(ascii: "d") && bytes[4] == UInt8(ascii: ":")
        guard isData, let end = ExtraFields.end(of: 5..<bytes.count, in: bytes), !end.isEmpty else {
            bytes.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return
        }
        bytes.extracting(..<end.brace).withUnsafeBufferPointer { output.append(contentsOf: $0) }
        output.append(UInt8(ascii: ","))
        fields.appendMember(chunkIndex: chunkIndex, to: &output)
        chunkIndex += 1
        bytes.extracting(end.brace...).withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }
}
