/// Writes events of an event stream.
///
/// Format: WHATWG HTML, "Server-sent events". Lines end with LF. No text a caller hands in can start a field or end an
/// event: line ends in data begin a further data line (a reader gets LF for CR and CRLF), and line ends in an event
/// name, an ID or a comment are left out, as is NUL in an ID, for which a reader would drop the ID. Leaving out was
/// chosen over an error because an answer under way should not be lost to an odd name.
package enum ServerSentEventEncoder {
    /// Appends `event` to `output`. The name is not written when it is empty or ``ServerSentEvent/defaultName``, the
    /// retry time not when it is negative.
    package static func append(_ event: ServerSentEvent, to output: inout [UInt8]) {
        if let id = event.id { appendText("id", id, to: &output) }
        if let retry = event.retry, retry >= 0 { appendText("retry", String(retry), to: &output) }
        append(name: event.event, data: event.data.span, to: &output)
    }

    /// Appends an event with a name and data to `output`. The name is not written when it is empty or
    /// ``ServerSentEvent/defaultName``.
    package static func append(name: String, data: Span<UInt8>, to output: inout [UInt8]) {
        if !name.isEmpty, name != ServerSentEvent.defaultName { appendText("event", name, to: &output) }
        var position = 0
        while let lineEnd = firstLineEnd(in: data, from: position) {
            appendDataLine(data.extracting(position..<lineEnd), to: &output)
            position = lineEnd + 1
            if data[lineEnd] == carriageReturn, position < data.count, data[position] == lineFeed { position += 1 }
        }
        appendDataLine(data.extracting(position..<data.count), to: &output)
        output.append(lineFeed)
    }

    /// Appends a comment, which readers pass over, to `output`; it keeps a quiet connection open.
    package static func append(comment: String, to output: inout [UInt8]) {
        appendText("", comment, to: &output)
        output.append(lineFeed)
    }

    private static func appendDataLine(_ value: Span<UInt8>, to output: inout [UInt8]) {
        output.append(contentsOf: "data: ".utf8)
        output.append(copying: value)
        output.append(lineFeed)
    }

    private static func appendText(_ field: String, _ value: String, to output: inout [UInt8]) {
        output.append(contentsOf: field.utf8)
        output.append(contentsOf: ": ".utf8)
        for byte in value.utf8 where byte != lineFeed && byte != carriageReturn && !(byte == 0 && field == "id") {
            output.append(byte)
        }
        output.append(lineFeed)
    }
}
