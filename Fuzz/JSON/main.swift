/// Feeds arbitrary bytes to the scanner, the tree, the writer and the splice, and traps when they contradict each other.
///
/// Built in one module with the sources of JSON:
/// swiftc -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 -package-name martlet
///     Sources/JSON/*.swift Fuzz/JSON/main.swift
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The fuzzer hands over `count` readable bytes for the time of the call.
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let kind = try? JSONScanner.validate(bytes.span)
    let value = try? JSONValue(parsing: bytes.span)
    precondition(kind == value?.kind, "scanner and tree differ")

    var members: [JSONMember] = []
    let isObject =
        (try? JSONScanner.scanObject(bytes.span) { member throws(JSONError) in members.append(member) }) != nil
    precondition(isObject == (kind == .object), "scanObject and validate differ")
    var elements: [Range<Int>] = []
    let isArray =
        (try? JSONScanner.scanArray(bytes.span) { range, _ throws(JSONError) in elements.append(range) }) != nil
    precondition(isArray == (kind == .array), "scanArray and validate differ")

    checkScalars(bytes)
    guard let value else { return 0 }
    checkWriting(value)
    if let object = value.object { checkMembers(members, object, bytes) }
    if let array = value.array { checkElements(elements, array, bytes) }
    return 0
}

private func checkScalars(_ bytes: [UInt8]) {
    let all = 0..<bytes.count
    _ = JSONText.integer(bytes.span, all)
    _ = JSONText.boolean(bytes.span, all)
    _ = JSONText.string(bytes.span, all)
    let text = String(decoding: bytes, as: UTF8.self)
    let quoted = JSONText.quoted(text)
    let read = JSONText.string(quoted.span, 0..<quoted.count)
    precondition(read.map { Array($0.utf8) } == Array(text.utf8), "quoting lost something")
}

private func checkWriting(_ value: JSONValue) {
    for style in [JSONWriter.Style.compact, .pretty] {
        let written = JSONWriter(style: style).write(value)
        guard let again = try? JSONValue(parsing: written.span) else { preconditionFailure("written text is invalid") }
        precondition(again == value, "written text differs")
    }
}

private func checkMembers(_ members: [JSONMember], _ object: JSONObject, _ bytes: [UInt8]) {
    precondition(members.count == object.count, "member counts differ")
    for (member, node) in zip(members, object.members) {
        precondition(member.kind == node.value.kind, "kinds differ")
        precondition(Array(bytes[member.name]) == Array(node.name.spelling.utf8), "names differ")
        precondition(member.isNamed("a", in: bytes.span) == (node.name.value.map { Array($0.utf8) } == [0x61]))
        let part = Array(bytes[member.value])
        precondition((try? JSONValue(parsing: part.span)) == node.value, "values differ")
    }
    // The bytes decide which members go, so that the fuzzer can choose.
    let choice = bytes.reduce(0) { $0 ^ Int($1) }
    var splice = JSONSplice()
    var kept: [JSONObject.Member] = []
    for (place, member) in object.members.enumerated() where choice >> (place & 7) & 1 == 0 { kept.append(member) }
    kept.append(.init(name: "new", value: 1))
    var place = 0
    let isDone: Void? = try? splice.editMembers(
        members,
        of: JSONText.trimmedRange(bytes.span),
        adding: [.init(name: "new", value: [UInt8(ascii: "1")])]
    ) { _ in
        defer { place += 1 }
        return choice >> (place & 7) & 1 == 1
    }
    precondition(isDone != nil, "member edits conflict")
    let result = splice.applied(to: bytes.span)
    precondition(result.count == splice.resultCount(sourceCount: bytes.count), "count differs")
    precondition((try? JSONValue(parsing: result.span)) == .object(JSONObject(kept)), "spliced text differs")
}

private func checkElements(_ elements: [Range<Int>], _ array: [JSONValue], _ bytes: [UInt8]) {
    precondition(elements.count == array.count, "element counts differ")
    for (range, value) in zip(elements, array) {
        let part = Array(bytes[range])
        precondition((try? JSONValue(parsing: part.span)) == value, "elements differ")
    }
    for (place, range) in elements.enumerated().prefix(4) {
        let location = JSONPath([.index(place)]).locate(in: bytes.span)
        precondition(location?.value == range.lowerBound, "path leads elsewhere")
    }
}
