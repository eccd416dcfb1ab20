import Dialects
import NIOCore

/// A request on its way through the targets of its plan.
struct Pursuit {
    let call: InferenceCall
    let request: CallerRequest
    var sink: any AnswerSink
    var budget: AttemptBudget
    /// What a late request and its hedge share; nil without one.
    var race: HedgeRace?
    /// Where the beginning of the request is probably cached; nil when nobody knows, or it is short.
    var place: AffinityPlace?
    /// The failure of the first target that was asked, which the caller gets when all fail: the others stand in for it.
    var primary: AttemptFailure?

    /// Begins an attempt, unless there is none left or the time is over. A hedge draws on the same number.
    mutating func beginAttempt(now: Moment) -> Bool {
        guard budget.begin(now: now) else { return false }
        return race?.beginAttempt() ?? true
    }

    mutating func note(_ failure: AttemptFailure) {
        primary = primary ?? failure
    }
}

/// One target of a request.
struct PursuedTarget {
    let candidate: RouteCandidate
    let provider: Provider
    let unaskedCount: Int
    var tried = KeySet()
    var retryCount = 0
    /// What is sent, made for a key; another key may have another name for the model.
    var outgoing: OutgoingRequest?

    var isLast: Bool { unaskedCount == 0 }
    var model: String { candidate.target.model }

    /// Takes a hedge from the target's budget, if it has one left.
    func takeHedge() -> Bool { provider.health.takeHedge(model, now: .now) }
}
