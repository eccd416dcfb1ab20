/// What the `stream_throughput_guard` of a provider's `network_config` says.
enum BifrostThroughput {
    private static let members = ConfigurationMembers(
        applied: ["minimum_output_characters_per_second", "probe_window_in_seconds"],
        hints: [
            "minimum": "minimum_output_characters_per_second", "window": "probe_window_in_seconds",
            "window_in_seconds": "probe_window_in_seconds",
        ]
    )

    /// - Returns: Nil where nothing is guarded, or what is said is wrong; the problem is noted.
    static func read(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> ThroughputConfiguration? {
        guard let node, !node.isVoid, let object = reading.object(node) else { return nil }
        reading.check(object, against: members)
        let window = reading.numberOrDefault(
            object["probe_window_in_seconds"],
            upTo: 300,
            of: "seconds",
            example: "5"
        )
        guard let minimum = object["minimum_output_characters_per_second"] else {
            reading.error(
                node.place,
                "has no minimum_output_characters_per_second",
                fix: "add \"minimum_output_characters_per_second\": 20, or remove it"
            )
            return nil
        }
        let rate = reading.number(minimum, upTo: 1_000_000, of: "characters per second", example: "20")
        guard let rate, rate > 0 else {
            if rate == 0 {
                reading.warn(minimum.place, "0 turns the guard off", fix: "remove it, or use a number greater than 0")
            }
            return nil
        }
        var throughput = ThroughputConfiguration(minimumCharactersPerSecond: rate)
        if let window { throughput.window = window }
        return throughput
    }
}
