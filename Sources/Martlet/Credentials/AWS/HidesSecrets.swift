/// What holds secrets, and shows none of them when it is printed, interpolated, dumped or compared in a test.
protocol HidesSecrets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension HidesSecrets {
    var description: String { "\(Self.self)(***)" }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
