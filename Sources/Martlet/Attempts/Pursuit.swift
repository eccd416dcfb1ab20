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
    /// The last failure of the first target that was asked, which the caller gets when all fail: the others stand in for
    /// that one.
    private(set) var primary: AttemptFailure?
    private var primaryTarget: RouteTarget?
    /// Of the targets whose breakers refused, the one whose breaker does so for the shortest time: how many follow it,
    /// and until when.
    private(set) var soonest: (unaskedCount: Int, end: Moment)?

    init(_ call: InferenceCall, _ request: CallerRequest, _ sink: any AnswerSink, budget: AttemptBudget) {
        self.call = call
        self.request = request
        self.sink = sink
        self.budget = budget
    }

    /// Begins an attempt, unless there is none left or the time is over. A hedge draws on the same number.
    mutating func beginAttempt(now: Moment) -> Bool {
        guard budget.begin(now: now) else { return false }
        return race?.beginAttempt() ?? true
    }

    /// Takes note of why a target did not answer. What a later attempt at the first target came to counts more than what
    /// an earlier one did: with its first key refused, and its second one failing, it is the provider that failed.
    mutating func note(_ failure: AttemptFailure, of target: RouteTarget) {
        guard primary == nil || primaryTarget == target else { return }
        primary = failure
        primaryTarget = target
    }

    /// Takes note of a target that was not asked because its breaker is open.
    mutating func noteOpenBreaker(of target: PursuedTarget, until end: Moment) {
        guard soonest.map({ end < $0.end }) ?? true else { return }
        soonest = (target.unaskedCount, end)
    }
}

/// One target of a request.
struct PursuedTarget {
    let candidate: RouteCandidate
    let provider: Provider
    /// Targets that come after it.
    var unaskedCount = 0
    var tried = KeySet()
    var retryCount = 0
    /// Whether the last attempt came as far as sending something.
    var wasSent = false
    /// What is sent, made for a key; another key may have another name for the model.
    var outgoing: OutgoingRequest?
    /// Whether it is asked even if its breaker is open, because there is no other or theirs are open too: one that may
    /// answer is better than a refusal that certainly does not.
    var isLastResort = false

    var isLast: Bool { unaskedCount == 0 }
    var model: String { candidate.target.model }

    /// Takes a hedge from the target's budget, if it has one left.
    func takeHedge() -> Bool { provider.health.takeHedge(model, now: .now) }

    /// Gives back a hedge that nobody could be asked for.
    func giveBackHedge() { provider.health.giveBackHedge(model, now: .now) }
}
