import NIOCore
import Transport

/// libFuzzer entry: the first byte sets how long the pieces are that the rest is cut into; both parsers read them.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzHTTP1(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer hands over `count` readable bytes for the time of the call.
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let pieceByteCount = Int(first) + 1
    let bytes = input.dropFirst()
    guard requestEvents(bytes, pieceByteCount) == requestEvents(bytes, max(bytes.count, 1)) else {
        fatalError("The cuts change what is read.")
    }
    var parser = HTTPResponseParser()
    parser.expectResponse(toHead: false)
    var buffer = ByteBuffer(bytes: bytes)
    while let event = try? parser.next(&buffer) {
        if case .end = event { parser.expectResponse(toHead: first % 2 == 0) }
    }
    _ = try? parser.finish()
    return 0
}

/// How many heads, body bytes and ends were read, and the error that stopped it.
private struct Reading: Equatable {
    var headCount = 0
    var bodyByteCount = 0
    var endCount = 0
    var error: HTTPParseError?
}

private func requestEvents(_ bytes: ArraySlice<UInt8>, _ pieceByteCount: Int) -> Reading {
    var reading = Reading()
    var parser = HTTPRequestParser()
    var buffer = ByteBuffer()
    var rest = bytes
    do throws(HTTPParseError) {
        while !rest.isEmpty {
            buffer.writeBytes(rest.prefix(pieceByteCount))
            rest = rest.dropFirst(pieceByteCount)
            while let event = try parser.next(&buffer) {
                switch event {
                case .head: reading.headCount += 1
                case .body(let part): reading.bodyByteCount += part.readableBytes
                case .end: reading.endCount += 1
                }
            }
        }
    } catch {
        reading.error = error
    }
    return reading
}
