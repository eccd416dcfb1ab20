import JSON
import NIOCore

/// What a model's name asks of the mock.
struct ModelBehaviour {
    private(set) var failure: MockScript.FailureKind?
    private(set) var callsTools = false

    /// - Parameters:
    ///   - body: A request's body.
    ///   - model: Where the name lies in it, quotation marks included.
    init(_ body: ByteBuffer, model: Range<Int>) {
        let bytes = body.readableBytesUInt8Span
        guard model.count >= 2 else { return }
        let spelled = bytes.extracting((model.lowerBound + 1)..<(model.upperBound - 1))
        guard spelled.contains(UInt8(ascii: "\\")) else {
            read(spelled)
            return
        }
        // Some clients escape the slash.
        if let name = JSONText.string(bytes, model) {
            read(name.utf8.span)
        }
    }

    private mutating func read(_ name: Span<UInt8>) {
        let last = name.extracting(name.lastComponentStart..<name.count)
        guard last.count > 5, last.extracting(0..<5).isNamed("mock-") else { return }
        let behaviour = last.extracting(5..<last.count)
        if behaviour.isNamed("tools") {
            callsTools = true
        } else {
            failure = MockScript.FailureKind(behaviour)
        }
    }
}

extension Span<UInt8> {
    /// Where what follows the last slash begins.
    fileprivate var lastComponentStart: Int {
        var index = count
        while index > 0, self[index - 1] != UInt8(ascii: "/") { index -= 1 }
        return index
    }

    fileprivate func contains(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}
