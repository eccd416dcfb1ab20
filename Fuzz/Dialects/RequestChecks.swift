import Dialects
import JSON

/// A request that can be read is written in each format as JSON, and what was written can be read and written again.
func checkRequest(_ body: [UInt8], _ source: WireFormat, _ targets: [WireFormat], choices: UInt8) {
    let call = RequestCall(
        model: source.hasModelInBody ? nil : "model",
        isStream: choices & 1 == 0 ? nil : choices & 2 == 0
    )
    // Where a body lacks only the model, it is worth reading all the same.
    guard
        let request = (try? CallerRequest(body.span, format: source, call: call))
            ?? (try? CallerRequest(body.span, format: source, call: RequestCall(model: "model", isStream: true)))
    else { return }
    _ = request.splice(of: body.span, model: "other").applied(to: body.span)
    for target in targets {
        let options = RequestOptions(model: "model")
        guard let translation = try? RequestTranslation(of: body.span, request, to: target, options) else { return }
        let written = translation.body
        checkSize(written, of: body)
        checkJSON(written)
        if WireFormat.callerFormats.contains(target) { checkSecondReading(written, in: target, backTo: source) }
    }
}

/// Traps unless `text` is JSON.
func checkJSON(_ text: [UInt8]) {
    expect((try? JSONScanner.validate(text.span)) != nil, "what was written is not JSON")
}

/// The history may mean nothing in the other format, so it need not be a request there.
private func checkSecondReading(_ body: [UInt8], in target: WireFormat, backTo source: WireFormat) {
    let call = RequestCall(model: "model", isStream: true)
    guard
        let request = try? CallerRequest(body.span, format: target, call: call),
        let again = try? RequestTranslation(of: body.span, request, to: source, RequestOptions(model: "model"))
    else { return }
    let written = again.body
    checkSize(written, of: body)
    checkJSON(written)
}
