/// Strict validation of JSON texts (RFC 8259) that reports where the parts of the top value lie and builds no tree.
///
/// Nothing is allocated. Names may occur more than once in an object; each occurrence is reported.
package enum JSONScanner {
    /// Validates that `bytes` is one JSON text whose top value is an object, and reports its members in order.
    ///
    /// Members are reported while the text is being read: an error may follow after `body` has seen some.
    /// - Throws: the first violation, or what `body` throws.
    package static func scanObject(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = .init(),
        _ body: (JSONMember) throws(JSONError) -> Void
    ) throws(JSONError) {
        try scanObject(bytes, in: 0..<bytes.count, limits: limits, body)
    }

    /// Validates the object that lies at `range` in `bytes`, for example the value of a member found before, and
    /// reports its members with ranges that count from the beginning of `bytes`.
    ///
    /// A range that is not within `bytes` is an unexpected end.
    /// - Throws: the first violation, or what `body` throws; offsets count from the beginning of `bytes`.
    package static func scanObject(
        _ bytes: Span<UInt8>,
        in range: Range<Int>,
        limits: JSONLimits = .init(),
        _ body: (JSONMember) throws(JSONError) -> Void
    ) throws(JSONError) {
        var cursor = try JSONCursor(entering: range, of: bytes, limits: limits)
        let text = bytes.extracting(0..<range.upperBound)
        try cursor.enter(.object, in: text)
        var isOpen = try cursor.skipToMember(in: text, isFirst: true)
        while isOpen {
            let (name, hasEscapes) = try cursor.skipName(in: text)
            let start = cursor.index
            let kind = try cursor.skipValue(in: text)
            try body(JSONMember(name: name, nameHasEscapes: hasEscapes, value: start..<cursor.index, kind: kind))
            isOpen = try cursor.skipToMember(in: text, isFirst: false)
        }
        try cursor.finish(in: text)
    }

    /// Validates that `bytes` is one JSON text whose top value is an array, and reports its elements in order: the
    /// whole text of each without the white space around it, and its kind.
    ///
    /// Elements are reported while the text is being read: an error may follow after `body` has seen some.
    /// - Throws: the first violation, or what `body` throws.
    package static func scanArray(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = .init(),
        _ body: (Range<Int>, JSONKind) throws(JSONError) -> Void
    ) throws(JSONError) {
        try scanArray(bytes, in: 0..<bytes.count, limits: limits, body)
    }

    /// Validates the array that lies at `range` in `bytes`, for example the value of a member found before, and
    /// reports its elements with ranges that count from the beginning of `bytes`.
    ///
    /// A range that is not within `bytes` is an unexpected end.
    /// - Throws: the first violation, or what `body` throws; offsets count from the beginning of `bytes`.
    package static func scanArray(
        _ bytes: Span<UInt8>,
        in range: Range<Int>,
        limits: JSONLimits = .init(),
        _ body: (Range<Int>, JSONKind) throws(JSONError) -> Void
    ) throws(JSONError) {
        var cursor = try JSONCursor(entering: range, of: bytes, limits: limits)
        let text = bytes.extracting(0..<range.upperBound)
        try cursor.enter(.array, in: text)
        var isOpen = try cursor.skipToElement(in: text, isFirst: true)
        while isOpen {
            let start = cursor.index
            let kind = try cursor.skipValue(in: text)
            try body(start..<cursor.index, kind)
            isOpen = try cursor.skipToElement(in: text, isFirst: false)
        }
        try cursor.finish(in: text)
    }

    /// Validates that `bytes` is one JSON text of any kind.
    /// - Returns: the kind of the top value.
    /// - Throws: the first violation.
    package static func validate(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = .init()
    ) throws(JSONError) -> JSONKind {
        var cursor = try JSONCursor(entering: 0..<bytes.count, of: bytes, limits: limits)
        cursor.skipWhiteSpace(in: bytes)
        let kind = try cursor.skipValue(in: bytes)
        try cursor.finish(in: bytes)
        return kind
    }
}
