import NIOCore
import Transport

/// What the `x-mock-` header fields of one request change.
struct RequestOverrides {
    private(set) var latency: TimeAmount?
    private(set) var chunkGap: TimeAmount?
    private(set) var chunkCount: Int?
    private(set) var answerByteCount: Int?
    private(set) var failure: MockScript.FailureKind?
    /// Whether a field had a value that it cannot have.
    private(set) var hasInvalidField = false

    init(_ fields: HTTPFields) {
        fields.forEach { (name: Span<UInt8>, value: Span<UInt8>) in
            // Nearly all fields end here, at the price of one comparison.
            guard name.count > 7, name[2] | 0x20 == UInt8(ascii: "m"), name.extracting(0..<7).isNamed("x-mock-")
            else { return }
            read(name.extracting(7..<name.count), value)
        }
    }

    private mutating func read(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.isNamed("failure") {
            failure = MockScript.FailureKind(value)
            hasInvalidField = hasInvalidField || failure == nil
            return
        }
        let number = value.decimalNumber
        if name.isNamed("latency") {
            latency = number.map { .milliseconds(Int64($0)) }
        } else if name.isNamed("chunk-gap") {
            chunkGap = number.map { .milliseconds(Int64($0)) }
        } else if name.isNamed("chunks") {
            chunkCount = number
        } else if name.isNamed("answer-bytes") {
            answerByteCount = number
        } else {
            return
        }
        hasInvalidField = hasInvalidField || number == nil
    }
}
