import JSON
import NIOCore
import Transport

extension GatewayShare {
    /// How long one provider may take to list its models.
    private static var listTimeout: TimeAmount { .seconds(5) }
    /// Largest list of a provider that is read, in bytes.
    private static var maximumListByteCount: Int { 8 << 20 }

    /// The models of all providers in the shape of OpenAI's list, each named `provider/model`.
    ///
    /// A provider whose keys name their models is not asked. One that does not answer is left out.
    package func models() async -> [UInt8] {
        var data: [JSONValue] = []
        for provider in gateway.providers {
            let named = provider.namedModels
            if let named {
                data += named.map { Self.entry(id: "\(provider.name)/\($0)", provider: provider.name) }
            } else {
                data += await list(of: provider)
            }
        }
        let list: JSONValue = ["object": "list", "data": .array(data)]
        return JSONWriter().write(list)
    }

    private static func entry(id: String, provider: String) -> JSONValue {
        ["id": .string(id), "object": "model", "created": 0, "owned_by": .string(provider)]
    }

    private func list(of provider: Provider) async -> [JSONValue] {
        guard let key = provider.keys.first else { return [] }
        var request = key.modelsHead
        request.writeField("Accept", "application/json")
        request.writeHeadEnd()
        let exchange = client.exchange(request, with: provider.upstream)
        let timer = cancel(exchange, in: Self.listTimeout)
        defer { timer.cancel() }
        guard
            let head = try? await exchange.start(),
            let body = try? await exchange.body(limit: Self.maximumListByteCount),
            head.status == 200,
            let list = try? JSONValue(parsing: body.readableBytesUInt8Span),
            let entries = list["data"]?.array
        else { return [] }
        return entries.compactMap { entry in
            guard var object = entry.object, let id = object["id"]?.string else { return nil }
            object.set("id", to: .string("\(provider.name)/\(id)"))
            return .object(object)
        }
    }
}

extension GatewayShare {
    private func cancel(_ exchange: Exchange, in delay: TimeAmount) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(in: delay) { exchange.cancel(.callerGone) }
    }
}

extension Provider {
    /// The models that the keys name, in the order of the keys; nil when a key serves all.
    fileprivate var namedModels: [String]? {
        var names: [String] = []
        for key in keys {
            let models = key.configuration.models
            if models.isEmpty || models.contains("*") { return nil }
            for model in models where key.configuration.serves(model) && !names.contains(model) {
                names.append(model)
            }
        }
        return names
    }
}
