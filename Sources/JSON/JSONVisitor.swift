/// What wants to hear of the parts of a value while a cursor steps over it.
///
/// One grammar serves validation and the building of trees, so that the two can never disagree.
protocol JSONVisitor {
    mutating func begin(_ container: JSONCursor.Container)
    mutating func end(_ container: JSONCursor.Container)
    mutating func name(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>)
    mutating func string(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>)
    mutating func number(_ range: Range<Int>, in bytes: Span<UInt8>)
    mutating func boolean(_ value: Bool)
    mutating func null()
}

/// A visitor that ignores everything; what is left of a walk is validation.
struct JSONSilence: JSONVisitor {
    @inline(__always) mutating func begin(_ container: JSONCursor.Container) {}
    @inline(__always) mutating func end(_ container: JSONCursor.Container) {}
    @inline(__always) mutating func name(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>) {}
    @inline(__always) mutating func string(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>) {}
    @inline(__always) mutating func number(_ range: Range<Int>, in bytes: Span<UInt8>) {}
    @inline(__always) mutating func boolean(_ value: Bool) {}
    @inline(__always) mutating func null() {}
}
