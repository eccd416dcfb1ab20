/// The entry point libFuzzer calls. The first byte chooses what is fuzzed; each check takes its cuts from the next.
///
/// The pointer is valid for `count` bytes during the call and is only read through the buffer made from it here.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let body = Array(input[2...])
    switch input[0] {
    case UInt8(ascii: "s"): checkServerSentEvents(body, cuts: input[1])
    case UInt8(ascii: "e"): checkEventEncoding(body)
    case UInt8(ascii: "m"): checkEventStream(body, cuts: input[1])
    case UInt8(ascii: "h"): checkEventStreamHeaders(body, cuts: input[1])
    default: return -1
    }
    return 0
}

/// `bytes` in parts whose sizes, from 1 to `cuts`, follow from `cuts`; one by one for 0, whole for 255.
func cutBytes(_ bytes: [UInt8], cuts: UInt8) -> [[UInt8]] {
    if cuts == 255 { return [bytes] }
    var parts: [[UInt8]] = []
    var position = 0
    var state = UInt32(cuts)
    while position < bytes.count {
        state = (state * 75 + 74) % 65537
        let end = min(position + 1 + Int(state % UInt32(max(cuts, 1))), bytes.count)
        parts.append(Array(bytes[position..<end]))
        position = end
    }
    return parts
}
