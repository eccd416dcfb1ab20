import Dialects
import Transport

extension GatewayShare {
    /// Puts into a request what its provider takes as bytes only.
    ///
    /// - Parameter sink: The request's way back, through which it may end meanwhile.
    /// - Throws: ``GatewayError`` when anything of it cannot be had.
    func fetchingMedia(
        _ draft: RequestDraft,
        provider: Provider,
        _ sink: any AnswerSink
    ) async throws -> RequestDraft {
        guard let mediaFetcher else { return draft }
        let needs = draft.mediaNeeds
        guard !needs.isEmpty else { return draft }
        if let reason = sink.cancellationReason { throw GatewayError(.cancelled(reason), provider: provider.name) }
        let task = Task.detached { try await mediaFetcher.fetch(needs) }
        sink.onCancel = { _ in task.cancel() }
        defer { sink.onCancel = nil }
        var draft = draft
        do {
            for (need, medium) in zip(needs, try await task.value) {
                draft.fill(need, base64: medium.base64, mediaType: medium.mediaType)
            }
        } catch let failure as MediaFetchFailure {
            if let reason = sink.cancellationReason { throw GatewayError(.cancelled(reason), provider: provider.name) }
            throw GatewayError(failure, provider: provider.name)
        }
        return draft
    }
}

extension GatewayError {
    /// Words why a medium of a request was not fetched.
    init(_ failure: MediaFetchFailure, provider: String) {
        self.init(
            .invalidRequest,
            "\"\(failure.path)\" cannot be fetched for provider \(provider), which takes bytes only: "
                + "\(failure.problem.explanation).",
            parameter: failure.path
        )
    }
}
