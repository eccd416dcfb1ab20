import Dialects
import NIOCore

/// The figures of all requests that ended, by what they had in common.
struct RequestFigures: Sendable {
    /// What a row of figures is about.
    struct Key: Hashable, Sendable {
        var provider: String
        var model: String
        var status: Int
        var isStream: Bool
    }

    struct Row: Sendable {
        var count = 0
        var usage = TokenUsage()
        var duration = Histogram()
        var firstToken = Histogram()
    }

    struct ErrorKey: Hashable, Sendable {
        var provider: String
        var kind: GatewayError.Kind
    }

    /// Attempts that failed the same way and had the same consequence.
    struct FailureKey: Hashable, Sendable {
        var provider: String
        /// The class of the failure, or why nothing was sent.
        var failure: String
        var action: AttemptAction
    }

    struct HedgeKey: Hashable, Sendable {
        var provider: String
        /// Whether the caller got its answer.
        var isAnswer: Bool
    }

    /// Rows beyond which models share one. Callers choose model names, and no caller may fill memory with them.
    static let maximumRowCount = 500

    private(set) var rows: [Key: Row] = [:]
    private(set) var errors: [ErrorKey: Int] = [:]
    private(set) var attemptFailures: [FailureKey: Int] = [:]
    private(set) var hedges: [HedgeKey: Int] = [:]

    mutating func record(_ record: RequestRecord) {
        var key = Key(
            provider: record.provider,
            model: record.model,
            status: record.status,
            isStream: record.isStream
        )
        if record.status == 404 || record.provider.isEmpty {
            key.model = ""
        }
        update(key) { row in
            row.count += 1
            row.duration.record(seconds: record.duration.seconds)
            if let time = record.firstTokenTime { row.firstToken.record(seconds: time.seconds) }
            if let usage = record.usage { row.usage.add(usage) }
        }
        if let error = record.error {
            errors[ErrorKey(provider: record.provider, kind: error.kind), default: 0] += 1
        }
        for attempt in record.attempts {
            // Nearly all are the only one of their request, and succeed.
            if let action = attempt.action {
                let key = FailureKey(provider: attempt.provider, failure: attempt.outcome, action: action)
                attemptFailures[key, default: 0] += 1
            }
            if attempt.isHedge {
                hedges[HedgeKey(provider: attempt.provider, isAnswer: attempt.action == nil), default: 0] += 1
            }
        }
    }

    mutating func add(_ other: RequestFigures) {
        for (key, row) in other.rows {
            update(key) { own in
                own.count += row.count
                own.usage.add(row.usage)
                own.duration += row.duration
                own.firstToken += row.firstToken
            }
        }
        errors.merge(other.errors, uniquingKeysWith: +)
        attemptFailures.merge(other.attemptFailures, uniquingKeysWith: +)
        hedges.merge(other.hedges, uniquingKeysWith: +)
    }

    private mutating func update(_ key: Key, _ change: (inout Row) -> Void) {
        if let position = rows.index(forKey: key) {
            change(&rows.values[position])
            return
        }
        var key = key
        if rows.count >= Self.maximumRowCount {
            key.model = "other"
        }
        change(&rows[key, default: Row()])
    }
}

extension TokenUsage {
    /// Adds, stopping at the largest number there is: the counts come from providers.
    mutating func add(_ other: TokenUsage) {
        input = Self.sum(input, other.input)
        output = Self.sum(output, other.output)
        cachedInput = Self.sum(cachedInput, other.cachedInput)
        reasoning = Self.sum(reasoning, other.reasoning)
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? Int.max : sum
    }
}

extension TimeAmount {
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
