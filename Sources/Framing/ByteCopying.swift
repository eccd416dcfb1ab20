extension Array where Element == UInt8 {
    /// Appends a copy of `bytes`.
    ///
    /// The pointer lives only for the call of the closure, is never stored, and is read within its own count, so it
    /// cannot outlive or overrun the span. Appending a buffer is one block copy; appending the elements one by one
    /// takes several times as long and shows in the time per event.
    mutating func append(copying bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}

extension String {
    /// Text of `bytes`, with U+FFFD in the place of what is not UTF-8.
    init(repairing bytes: Span<UInt8>) {
        if let text = try? UTF8Span(validating: bytes) {
            self.init(copying: text)
        } else {
            var copy: [UInt8] = []
            copy.append(copying: bytes)
            self.init(decoding: copy, as: UTF8.self)
        }
    }
}
