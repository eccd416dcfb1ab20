/// Why bytes are not an acceptable JSON text, and where.
///
/// Neither the error nor its description holds any of the text itself: bodies are private, errors are logged.
package struct JSONError: Error, Equatable, Sendable {
    /// What is wrong at ``JSONError/offset``.
    package enum Reason: Sendable, Equatable, CaseIterable {
        /// The text ends before its value does, or holds no value at all.
        case unexpectedEnd
        /// The text begins with a UTF-8 byte order mark, which RFC 8259 section 8.1 forbids senders to add.
        case byteOrderMark
        /// Something that begins no value stands where a value must stand.
        case expectedValue
        /// The top value is not an object although one is required.
        case expectedObject
        /// The top value is not an array although one is required.
        case expectedArray
        /// A member name in quotation marks is missing.
        case expectedName
        /// The colon after a member name is missing.
        case expectedColon
        /// After a member there is neither a comma nor a closing brace.
        case expectedCommaOrBrace
        /// After an element there is neither a comma nor a closing bracket.
        case expectedCommaOrBracket
        /// A word that is not `true`, `false` or `null`.
        case invalidLiteral
        /// A number that breaks the grammar of RFC 8259, section 6.
        case invalidNumber
        /// A backslash that begins none of the escapes of RFC 8259, section 7.
        case invalidEscape
        /// A byte below 0x20 inside a string, which has to be escaped.
        case controlCharacter
        /// Bytes in a string that are not UTF-8 (RFC 3629).
        case invalidUTF8
        /// More arrays and objects are open than ``JSONLimits/maximumDepth``.
        case tooDeep
        /// The text has more bytes than ``JSONLimits/maximumByteCount``.
        case tooLarge
        /// Something other than white space follows the value.
        case trailingContent
    }

    /// What is wrong.
    package let reason: Reason

    /// Where, as a count of bytes from the beginning of the text.
    package let offset: Int

    /// Creates an error; `offset` counts bytes from the beginning of the text.
    package init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The line and column of the error in the text it came from; see ``JSONText/position(of:in:)``.
    package func position(in bytes: Span<UInt8>) -> (line: Int, column: Int) {
        JSONText.position(of: offset, in: bytes)
    }
}

extension JSONError: CustomStringConvertible {
    /// One sentence with the byte offset and without any of the text.
    package var description: String { "invalid JSON at byte \(offset): \(reason.explanation)" }
}

extension JSONError.Reason {
    /// The reason as a clause for a log line or an answer to a client.
    package var explanation: String {
        switch self {
        case .unexpectedEnd: "the text ends too early"
        case .byteOrderMark: "the text begins with a byte order mark"
        case .expectedValue: "a value is expected here"
        case .expectedObject: "the text must be an object"
        case .expectedArray: "the text must be an array"
        case .expectedName: "a member name in quotation marks is expected here"
        case .expectedColon: "a colon is expected after the member name"
        case .expectedCommaOrBrace: "a comma or a closing brace is expected after the member"
        case .expectedCommaOrBracket: "a comma or a closing bracket is expected after the element"
        case .invalidLiteral: "the only words allowed are true, false and null"
        case .invalidNumber: "the number is malformed"
        case .invalidEscape: "the escape sequence is malformed"
        case .controlCharacter: "a control character in a string must be escaped"
        case .invalidUTF8: "the string is not UTF-8"
        case .tooDeep: "arrays and objects are nested too deeply"
        case .tooLarge: "the text is too large"
        case .trailingContent: "only white space may follow the value"
        }
    }
}
