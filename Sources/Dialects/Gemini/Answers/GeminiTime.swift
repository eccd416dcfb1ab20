/// Times of day in answers.
enum GeminiTime {
    /// The seconds since 1970 of a time in UTC as protobuf spells it: `2026-08-19T14:38:21.045750Z` (RFC 3339).
    static func seconds(_ text: String) -> Int? {
        let fields = text.split { $0 == "-" || $0 == "T" || $0 == ":" || $0 == "Z" || $0 == "." }
        guard text.hasSuffix("Z"), fields.count >= 6 else { return nil }
        let numbers = fields.prefix(6).compactMap { $0.count <= 4 ? Int($0) : nil }
        guard numbers.count == 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]), (0...23).contains(numbers[3]), (0...59).contains(numbers[4]),
            (0...60).contains(numbers[5])
        else { return nil }
        // Years are counted from March, so that the leap day is the last of a year.
        let year = numbers[1] > 2 ? numbers[0] : numbers[0] - 1
        let month = numbers[1] > 2 ? numbers[1] - 3 : numbers[1] + 9
        let leapDays = year / 4 - year / 100 + year / 400
        let days = 365 * year + leapDays + (153 * month + 2) / 5 + numbers[2] - 1 - 719_468
        return ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
    }
}
