/// The six kinds of values of RFC 8259, section 3.
package enum JSONKind: Sendable {
    /// Members between braces.
    case object
    /// Elements between brackets.
    case array
    /// Characters between quotation marks.
    case string
    /// A decimal number of any size and precision.
    case number
    /// `true` or `false`.
    case boolean
    /// The literal `null`.
    case null
}
