/// One operation to be measured.
struct Benchmark {
    let name: String
    /// Bytes that one operation deals with.
    let byteCount: Int
    /// Operations in one call.
    let operationCount: Int
    /// Does the work; the result depends on it.
    let call: () throws -> Int

    init(_ name: String, byteCount: Int, operationCount: Int = 1, call: @escaping () throws -> Int) {
        self.name = name
        self.byteCount = byteCount
        self.operationCount = operationCount
        self.call = call
    }
}
