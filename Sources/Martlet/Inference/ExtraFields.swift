import Dialects
import Framing
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
        var output: [UInt8] = []
        output.reserveCapacity(256 + 2 * outgoing.request.model.utf8.count)
        output.append("\"extra_fields\":{\"request_type\":\"")
        switch outgoing.call.format {
        case .openAIResponses: output.append("responses")
        case .openAICompletions: output.append("text_completion")
        case .openAIChat, .anthropicMessages, .gemini, .bedrockConverse, .cohereChat: output.append("chat_completion")
        }
        output.append(outgoing.request.isStream ? "_stream\",\"provider\":" : "\",\"provider\":")
        JSONText.appendQuoted(outgoing.provider.name.utf8, to: &output)
        output.append(",\"model_requested\":")
        JSONText.appendQuoted(outgoing.request.model.utf8, to: &output)
        output.append(",\"original_model_requested\":")
        JSONText.appendQuoted(outgoing.request.model.utf8, to: &output)
        output.append(",\"resolved_model_used\":")
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
            output.append(",\"losses\":")
            JSONWriter().append(.array(losses.map(\.value)), to: &output)
        }
        output.append(",\"raw_response\":")
        if let rawAnswer {
            rawAnswer.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        } else {
            output.append("null")
        }
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// Appends the member of a chunk.
    func appendMember(chunkIndex: Int, to output: inout [UInt8]) {
        output += opening
        appendLatency(to: &output)
        output.append(",\"chunk_index\":")
        output.append(decimal: chunkIndex)
        output.append(UInt8(ascii: "}"))
    }

    /// Milliseconds since the request was read.
    private func appendLatency(to output: inout [UInt8]) {
        output.append(",\"latency\":")
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

    /// An object with a further member; nil for what is no object.
    static func appending(_ member: [UInt8], to object: ByteBuffer) -> ByteBuffer? {
        let bytes = object.readableBytesUInt8Span
        guard !bytes.isEmpty, let end = end(of: 0..<bytes.count, in: bytes) else { return nil }
        var output = ByteBuffer()
        output.reserveCapacity(bytes.count + member.count + 1)
        output.writeBytes(bytes.extracting(..<end.brace).bytes)
        if !end.isEmpty { output.writeInteger(UInt8(ascii: ",")) }
        output.writeBytes(member)
        output.writeInteger(UInt8(ascii: "}"))
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
            let lineEnd = firstLineEnd(in: events, from: lineStart) ?? events.count
            append(events, lineStart..<lineEnd, to: &output)
            if lineEnd < events.count { output.append(events[lineEnd]) }
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
