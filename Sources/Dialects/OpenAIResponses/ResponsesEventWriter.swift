import JSON

/// Writes the events of a stream and counts them. Writes nothing for an answer that is given whole.
struct ResponsesEventWriter: Sendable {
    let isSilent: Bool
    private var sequenceNumber: Int

    init(isSilent: Bool, firstEventNumber: Int = 0) {
        self.isSilent = isSilent
        sequenceNumber = firstEventNumber
    }

    /// Writes an event with these members behind its type and number.
    mutating func write(
        _ type: String,
        _ members: @autoclosure () -> [(String, JSONValue)],
        into output: inout [UInt8]
    ) {
        guard !isSilent else { return }
        begin(type, &output)
        for (name, value) in members() {
            output.append(UInt8(ascii: ","))
            JSONText.appendQuoted(name.utf8, to: &output)
            output.append(UInt8(ascii: ":"))
            JSONWriter().append(value, to: &output)
        }
        output += "}\n\n".utf8
    }

    /// Writes a piece of text.
    ///
    /// - Parameters:
    ///   - place: The members that say which part it is of, spelled, with a comma in front.
    ///   - logProbabilities: Nil in events that have no such member.
    mutating func writeDelta(
        _ type: String,
        place: [UInt8],
        _ text: String,
        logProbabilities: [JSONValue]?,
        into output: inout [UInt8]
    ) {
        guard !isSilent else { return }
        begin(type, &output)
        output += place
        output += ",\"delta\":".utf8
        JSONText.appendQuoted(text.utf8, to: &output)
        if let logProbabilities {
            output += ",\"logprobs\":".utf8
            JSONWriter().append(.array(logProbabilities), to: &output)
        }
        output += "}\n\n".utf8
    }

    private mutating func begin(_ type: String, _ output: inout [UInt8]) {
        output += "event: ".utf8
        output += type.utf8
        output += "\ndata: {\"type\":\"".utf8
        output += type.utf8
        output += "\",\"sequence_number\":".utf8
        output += String(sequenceNumber).utf8
        // The first number may be a provider's.
        // It may go on from a provider's number, which may be any; one that wraps is better than a trap.
        sequenceNumber &+= 1
    }
}
