/// Which targets of a request are left when the breakers have had their say. It never leaves none: when all targets
/// look ill, one that may answer is better than a refusal that certainly does not.
struct Ejection: Sendable, Equatable {
    /// Positions of the candidates that may be asked, in their order.
    let positions: [Int]
    /// Whether the breaker of the only one left refuses too, so that admission is asked for as the last resort.
    let isLastResort: Bool

    /// - Parameter availabilities: What each candidate's breaker says, in the order of preference.
    init(_ availabilities: some Collection<CircuitBreaker.Availability>) {
        var usable: [Int] = []
        var soonest: (position: Int, end: Moment)?
        for (position, availability) in availabilities.enumerated() {
            switch availability {
            case .closed, .probeDue:
                usable.append(position)
            case .refusing(let end):
                if soonest.map({ end < $0.end }) ?? true { soonest = (position, end) }
            }
        }
        if usable.isEmpty, let soonest {
            positions = [soonest.position]
            isLastResort = true
        } else {
            positions = usable
            isLastResort = false
        }
    }
}
