/// A model as a caller names it, taken apart.
struct ModelName: Equatable {
    /// The provider in front of the first slash; nil when there is none or none of that name is known. Models of
    /// routers and hubs have slashes of their own (`meta-llama/Llama-3`).
    let provider: String?
    /// The model as the provider knows it.
    let model: String

    init(_ name: String, isProvider: (String) -> Bool) {
        if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let prefix = String(name[..<slash])
            let rest = name[name.utf8.index(after: slash)...]
            if !rest.isEmpty, isProvider(prefix) {
                provider = prefix
                model = String(rest)
                return
            }
        }
        provider = nil
        model = name
    }
}
