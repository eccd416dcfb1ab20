import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// What follows a failure, which is told to be in doubt where nothing may follow for that reason.
    func action(
        after failure: inout AttemptFailure,
        _ target: PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ pursuit: inout Pursuit
    ) -> (AttemptAction, Interval) {
        let now = Moment.now
        let retries = target.provider.configuration.retries
        let delay = Interval(
            seconds: Backoff(configuration: retries).delay(
                retry: target.retryCount,
                retryAfter: failure.retryAfter?.seconds,
                random: random.unit()
            )
        )
        var situation = AttemptSituation()
        situation.hasContent = failure.failure == .brokenAfterContent
        situation.isRepeatable = target.outgoing?.isRepeatable ?? true
        // Who says when to return has not begun.
        situation.wasSent = target.wasSent && (failure.failure != .overloaded || failure.retryAfter == nil)
        if AttemptTable.isInDoubt(after: failure.failure, situation) { failure.leaveInDoubt() }
        situation.fallbacks = gateway.configuration.reliability.fallbacks
        let mayMoveOn = pursuit.budget.mayMoveOn(now: now)
        situation.hasNextTarget = mayMoveOn && !target.isLast
        if mayMoveOn, target.provider.keys.count > 1 {
            var tried = target.tried
            tried.insert(admission.key.position)
            let serving = target.provider.keys(serving: target.model)
            let isFree = pursuit.call.pinnedKey(of: target.candidate) == nil
            situation.hasOtherKey =
                isFree && target.provider.health.hasKey(serving, besides: tried, target.model, now: now)
        }
        // Longer than the longest wait that is configured is for the caller to wait.
        let isBearable = (failure.retryAfter ?? .zero) <= Interval(seconds: retries.maximumBackoff)
        situation.mayRetry =
            isBearable && target.retryCount < retries.maximumRetryCount
            && pursuit.budget.mayRetry(after: delay, unaskedTargetCount: target.unaskedCount, now: now)
        var action = AttemptTable.action(after: failure.failure, situation)
        if action == .retrySameKey, !target.provider.health.takeRetry(target.model, now: now) {
            situation.mayRetry = false
            action = AttemptTable.action(after: failure.failure, situation)
        }
        return (action, delay)
    }
}
