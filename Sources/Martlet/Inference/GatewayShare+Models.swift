package import Dialects
import JSON
import NIOCore
import Transport

extension GatewayShare {
    /// How long one provider may take to list its models, all pages together.
    private static var listTimeout: TimeAmount { .seconds(5) }
    /// Largest page of a provider's list that is read, in bytes.
    private static var maximumListByteCount: Int { 8 << 20 }
    /// Pages of one provider's list that are read.
    private static var maximumPageCount: Int { 20 }
    /// Providers that are asked at the same time.
    private static var maximumListCount: Int { 8 }

    /// The models of all providers, each named `provider/model`, as the list that callers of `format` expect.
    ///
    /// They are in the order of the providers. One whose keys name their models is not asked, and one that does not
    /// answer is left out.
    package func models(in format: WireFormat) async -> [UInt8] {
        var lists: [Task<[ListedModel]?, Never>] = []
        for provider in gateway.providers {
            if lists.count >= Self.maximumListCount { _ = await lists[lists.count - Self.maximumListCount].value }
            lists.append(startTask { await self.models(of: provider) })
        }
        var models: [ListedModel] = []
        for list in lists { models += await list.value ?? [] }
        return JSONWriter().write(ModelListShape(format).list(models))
    }

    /// One model, as callers of `format` expect it.
    ///
    /// - Parameters:
    ///   - name: The model, with its provider in front or without.
    ///   - preferred: The provider of a model that names none, where it is configured.
    /// - Throws: `GatewayError` when there is no such model, or its provider does not say.
    package func model(
        named name: String,
        preferring preferred: String?,
        in format: WireFormat
    ) async throws(GatewayError) -> [UInt8] {
        var facts = RequestFacts(model: name)
        facts.preferredProvider = preferred
        let plan = gateway.router.plan(facts, using: &random)
        guard let target = plan.candidates.first?.target, let provider = gateway.provider(named: target.provider) else {
            throw GatewayError(.modelNotFound, plan.refusal, parameter: "model")
        }
        let model = target.model
        guard let models = await models(of: provider) else {
            throw GatewayError(.badAnswer, "Provider \(provider.name) did not list its models.")
        }
        let id = "\(provider.name)/\(model)"
        guard let found = models.first(where: { $0.id == id }) else {
            throw GatewayError(
                .modelNotFound,
                "Provider \(provider.name) has no model \(Gateway.excerpt(model)).",
                parameter: "model"
            )
        }
        return JSONWriter().write(found.value(in: ModelListShape(format)))
    }

    /// - Returns: Nil when the provider did not say.
    private func models(of provider: Provider) async -> [ListedModel]? {
        if let named = provider.namedModels {
            return named.map { ListedModel($0, provider: provider.name) }
        }
        guard let key = provider.keys.first else { return nil }
        let deadline = NIODeadline.now() + Self.listTimeout
        guard let grant = await grant(of: key, until: deadline) else { return nil }
        var models: [ListedModel]?
        for path in key.modelsPaths {
            guard let list = await self.list(at: path, of: provider, with: key, grant, until: deadline) else {
                continue
            }
            models = (models ?? []) + list
        }
        return models
    }

    /// All pages of a list, as far as they are answered.
    ///
    /// - Returns: Nil when not even the first one is.
    private func list(
        at path: String,
        of provider: Provider,
        with key: Provider.Key,
        _ grant: KeyAuthentication.Grant,
        until deadline: NIODeadline
    ) async -> [ListedModel]? {
        var models: [ListedModel] = []
        var cursor: String?
        for number in 1...Self.maximumPageCount {
            let request = provider.modelsRequest(key: key, path: path, after: cursor, grant, signers)
            guard let page = await self.page(request, of: provider, with: key, until: deadline) else {
                return number == 1 ? nil : models
            }
            models += page.models
            // A provider that repeats itself would do so for all pages that are read.
            guard let next = page.cursor, next != cursor else { break }
            cursor = next
        }
        return models
    }

    private func page(
        _ request: ByteBuffer,
        of provider: Provider,
        with key: Provider.Key,
        until deadline: NIODeadline
    ) async -> ModelListPage? {
        let exchange = client.exchange(request, with: key.listUpstream)
        let timer = cancel(exchange, at: deadline)
        defer { timer.cancel() }
        guard
            let head = try? await exchange.start(),
            let body = try? await exchange.body(limit: Self.maximumListByteCount),
            head.status == 200,
            let list = try? JSONValue(parsing: body.readableBytesUInt8Span)
        else { return nil }
        return ModelListPage(
            list,
            shape: ModelListShape(provider.configuration.kind.chatFormat),
            provider: provider.name
        )
    }

    private func grant(of key: Provider.Key, until deadline: NIODeadline) async -> KeyAuthentication.Grant? {
        let now = Int64(UnixTime.seconds())
        let authentication = key.authentication
        if let grant = authentication.grant(now: now) { return grant }
        let task = Task.detached { try await authentication.fetchedGrant(now: now) }
        let timer = eventLoop.scheduleTask(deadline: deadline) { task.cancel() }
        defer { timer.cancel() }
        return try? await task.value
    }

    private func cancel(_ exchange: Exchange, at deadline: NIODeadline) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { exchange.cancel(.callerGone) }
    }
}

extension Provider {
    /// The models that the keys name, in the order of the keys; nil when a key serves all.
    fileprivate var namedModels: [String]? {
        var names: [String] = []
        for key in keys {
            let configuration = key.configuration
            let models = configuration.servesAliasesOnly ? configuration.aliases.keys.sorted() : configuration.models
            if models.isEmpty || models.contains("*") { return nil }
            for model in models where key.configuration.serves(model) && !names.contains(model) {
                names.append(model)
            }
        }
        return names
    }

    /// The whole request for a page of the list of models.
    ///
    /// - Parameter cursor: What the page before said; nil for the first.
    fileprivate func modelsRequest(
        key: Key,
        path: String,
        after cursor: String?,
        _ grant: KeyAuthentication.Grant,
        _ signers: AWSSigners
    ) -> ByteBuffer {
        var (target, request) = modelsHead(key: key, path: path, query: configuration.kind.modelsQuery(after: cursor))
        switch grant {
        case .prepared: break
        case .token(let token): request.writeToken(token)
        case .signature(let credentials, let place):
            let signature = signers.sign(
                target: target,
                content: nil,
                credentials,
                place,
                at: Int64(UnixTime.seconds())
            )
            request.writeSignature(signature)
        }
        request.writeField("Accept", "application/json")
        if configuration.kind == .anthropic {
            request.writeField("anthropic-version", "2023-06-01")
        }
        request.writeHeadEnd()
        return request
    }
}

extension ProviderKind {
    /// The query of a page of the list of models, of as many entries as the provider allows; nil where there are no
    /// pages.
    fileprivate func modelsQuery(after cursor: String?) -> String? {
        let next = cursor.map(ProviderEndpoint.escaped)
        return switch self {
        case .openAI, .bedrock, .azure, .cohere: nil
        case .anthropic: "limit=1000" + (next.map { "&after_id=\($0)" } ?? "")
        case .vertex: "pageSize=100" + (next.map { "&pageToken=\($0)" } ?? "")
        case .gemini: "pageSize=1000" + (next.map { "&pageToken=\($0)" } ?? "")
        }
    }
}
