import Dialects

/// The entry point libFuzzer calls. The first four bytes choose: what the rest is, the format it comes in, the format
/// it goes to (any other letter: each in turn), and the pieces in which a stream comes.
///
/// The pointer is valid for `count` bytes during the call and is only read through the buffer made from it here.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDialects(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 4, let source = format(input[1]) else { return -1 }
    let body = Array(input[4...])
    let chosen = format(input[2])
    let targets = WireFormat.callerFormats.filter { chosen == nil || $0 == chosen }
    switch input[0] {
    case UInt8(ascii: "q"):
        guard WireFormat.callerFormats.contains(source) else { return -1 }
        checkRequest(body, source, chosen.map { [$0] } ?? WireFormat.providerFormats, choices: input[3])
    case UInt8(ascii: "a"): checkAnswer(body, source, targets, choices: input[3])
    case UInt8(ascii: "s"): checkStream(framed(body, as: source), source, targets, cuts: input[3])
    case UInt8(ascii: "r"): checkStream(body, source, targets, cuts: input[3])
    case UInt8(ascii: "v"): checkEmbedding(body, choices: input[3])
    case UInt8(ascii: "e"): checkFailure(body, source, targets, status: 400 + Int(input[3] % 200))
    default: return -1
    }
    return 0
}

private func format(_ letter: UInt8) -> WireFormat? {
    switch letter {
    case UInt8(ascii: "c"): .openAIChat
    case UInt8(ascii: "r"): .openAIResponses
    case UInt8(ascii: "a"): .anthropicMessages
    case UInt8(ascii: "g"): .gemini
    case UInt8(ascii: "b"): .bedrockConverse
    case UInt8(ascii: "h"): .cohereChat
    default: nil
    }
}

/// Traps when what was made of the input is out of all proportion to it. A choice far behind the others is what makes
/// most of little: room for up to 1024 of them.
func checkSize(_ output: [UInt8], of input: [UInt8]) {
    expect(output.count <= 1 << 20 + 256 * input.count, "the output has no bounds")
}
