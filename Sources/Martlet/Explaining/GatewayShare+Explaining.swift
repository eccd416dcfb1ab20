import Dialects
import JSON
import NIOCore

extension GatewayShare {
    /// Plans a request and tells where it would go, without sending anything: the targets in their order, the health of
    /// their keys, and what a translation would lose.
    ///
    /// - Throws: `GatewayError` when the request makes no sense.
    package func explain(_ call: InferenceCall) throws -> [UInt8] {
        let request = try read(call)
        let plan = try plan(call, request)
        var object = JSONObject()
        object.append("model", .string(Gateway.shortened(request.model)))
        object.append("format", .string(call.format.rawValue))
        object.append("stream", .boolean(request.isStream))
        object.append("decisions", .array(plan.trail.map(\.value)))
        object.append("candidates", .array(plan.candidates.map { explain($0, call, request) }))
        object.append("skipped", .array(plan.skipped.map(\.value)))
        if plan.candidates.isEmpty { object.append("refusal", .string(plan.refusal)) }
        return JSONWriter().write(.object(object))
    }

    private func explain(_ candidate: RouteCandidate, _ call: InferenceCall, _ request: CallerRequest) -> JSONValue {
        guard var object = candidate.value.object, let provider = provider(of: candidate, call)
        else { return candidate.value }
        let model = candidate.target.model
        let now = Moment.now
        let states = provider.health.states(of: model, now: now)
        let serving = provider.keys(serving: model)
        let keys = zip(provider.keys.indices, states).compactMap { position, state -> JSONValue? in
            guard serving.contains(position) else { return nil }
            let key = provider.keys[position].configuration
            return [
                "name": .string(key.name), "weight": JSONNumber(key.weight).map(JSONValue.number) ?? .null,
                "model": .string(Gateway.shortened(provider.keys[position].name(of: model))),
                "state": .string(state.key.word), "breaker": .string(state.breaker.rawValue),
            ]
        }
        object.append("keys", .array(keys))
        let load = provider.health.load(of: model, now: now)
        object.append("running", .number(load.runningCount))
        if let latency = load.latency.flatMap({ JSONNumber($0) }) { object.append("latency_ms", .number(latency)) }
        explainTranslation(to: provider, model, call, request, &object)
        return .object(object)
    }

    private func explainTranslation(
        to provider: Provider,
        _ model: String,
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ object: inout JSONObject
    ) {
        do throws(GatewayError) {
            let draft = try OutgoingRequest.draft(
                of: call,
                request,
                model: model,
                usualModel: model,
                provider: provider
            )
            guard let draft else {
                object.append("passes_unchanged", .boolean(true))
                return
            }
            object.append("passes_unchanged", .boolean(false))
            object.append("provider_format", .string(draft.target.rawValue))
            object.append("losses", .array(RequestTranslation(draft).losses.map(\.value)))
        } catch {
            object.append("refusal", .string(error.message))
        }
    }
}

extension Loss {
    /// The loss as JSON.
    var value: JSONValue {
        [
            "path": .string(path), "element": .string(element.rawValue), "effect": .string(effect.rawValue),
            "reason": .string(reason),
        ]
    }
}

extension KeyHealth.Availability {
    /// The state in one word.
    fileprivate var word: String {
        switch self {
        case .ready: "ready"
        case .probeDue: "probe_due"
        case .unusable(.rateLimited, _): "resting"
        case .unusable(.refused, _): "refused"
        }
    }
}
