/// What a JSON text may cost at most before it is refused.
package struct JSONLimits: Sendable {
    /// The largest `maximumDepth` that has an effect. Greater numbers count as this one, so that neither reading nor
    /// releasing a tree can exhaust the stack of a thread.
    package static let depthCap = 512

    /// How many arrays and objects may be open at once. At most ``depthCap``; zero allows no array and no object.
    package var maximumDepth: Int

    /// How many bytes the text may have, white space around it included.
    package var maximumByteCount: Int

    /// Creates limits; the defaults suit bodies that a transport has already limited in size.
    package init(maximumDepth: Int = 256, maximumByteCount: Int = .max) {
        self.maximumDepth = maximumDepth
        self.maximumByteCount = maximumByteCount
    }

    var effectiveDepth: Int { min(maximumDepth, Self.depthCap) }
}
