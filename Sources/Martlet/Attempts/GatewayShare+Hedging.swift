import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Asks the targets, and when the first one is late by its own measure, the others at the same time.
    ///
    /// - Returns: Whether the caller has an answer.
    /// - Throws: ``AttemptFailure`` when no other target is to be asked.
    func askHedged(
        _ targets: [PursuedTarget],
        after delay: Interval,
        _ pursuit: inout Pursuit,
        _ record: inout RequestRecord
    ) async throws(AttemptFailure) -> Bool {
        guard let first = targets.first else { return false }
        // What must not be done twice is not asked of two at the same time.
        guard pursuit.request.isRepeatable else { return try await ask(targets, &pursuit, &record) }
        let caller = pursuit.sink
        let race = HedgeRace(caller, attemptCount: pursuit.budget.remainingCount)
        pursuit.sink = race.way(of: .first)
        pursuit.race = race
        defer {
            pursuit.sink = caller
            pursuit.race = nil
            caller.onCancel = nil
        }
        let late = pursuit
        let start = record
        let timer = schedule(after: delay) {
            guard race.winner == nil, caller.cancellationReason == nil, first.takeHedge() else { return }
            race.hedge = self.startTask {
                var late = late
                late.sink = race.way(of: .hedge)
                return await self.runHedge(Array(targets.dropFirst()), late, start)
            }
        }
        var failure: AttemptFailure?
        var isAnswered = false
        do throws(AttemptFailure) {
            isAnswered = try await askOne(first, &pursuit, &record)
        } catch {
            failure = error
        }
        timer.cancel()
        guard let hedge = race.hedge else {
            if let failure { throw failure }
            pursuit.sink = caller
            pursuit.race = nil
            caller.onCancel = nil
            if isAnswered { return true }
            return try await ask(Array(targets.dropFirst()), &pursuit, &record)
        }
        // What must not fall back ends the request, and what has an answer needs no other.
        if isAnswered || (failure != nil && race.winner != .hedge) { race.cancelHedge() }
        let outcome = await hedge.value
        if outcome.record.attemptCount == start.attemptCount { first.giveBackHedge() }
        merge(outcome, into: &record, isAnswer: race.winner == .hedge)
        if isAnswered { return true }
        if race.winner != .hedge, let failure { throw failure }
        if let hedgeFailure = outcome.failure {
            throw race.winner == .hedge ? hedgeFailure : pursuit.primary ?? hedgeFailure
        }
        return true
    }

    private func schedule(after delay: Interval, _ task: @escaping () -> Void) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) { task() }
    }

    private func merge(_ outcome: HedgeOutcome, into record: inout RequestRecord, isAnswer: Bool) {
        let hedges = outcome.record.attempts.map { attempt in
            var attempt = attempt
            attempt.isHedge = true
            return attempt
        }
        let attempts = record.attempts + hedges
        let count = record.attemptCount + outcome.record.attemptCount
        if isAnswer { record = outcome.record }
        record.attempts = attempts
        record.attemptCount = count
    }

    private func runHedge(
        _ targets: [PursuedTarget],
        _ pursuit: Pursuit,
        _ record: RequestRecord
    ) async -> HedgeOutcome {
        var pursuit = pursuit
        var record = record
        do throws(AttemptFailure) {
            if try await ask(targets, &pursuit, &record) { return HedgeOutcome(record: record, failure: nil) }
        } catch {
            return HedgeOutcome(record: record, failure: error)
        }
        let failure = AttemptFailure(GatewayError(.unreachable, "No target answered."), .connectFailed)
        return HedgeOutcome(record: record, failure: pursuit.primary ?? failure)
    }
}
