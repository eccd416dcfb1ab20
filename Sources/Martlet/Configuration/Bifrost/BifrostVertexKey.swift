import JSON

/// Reads the `vertex_key_config` of a key.
enum BifrostVertexKey {
    private static let members = ConfigurationMembers(
        applied: ["project_id", "project_number", "region", "auth_credentials", "deployments"],
        hints: ["project": "project_id", "location": "region", "credentials": "auth_credentials"]
    )

    static func read(
        _ block: ConfigurationObject,
        of owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        reading.check(block, against: members)
        let errorsBefore = reading.errorCount
        BifrostKeyBlock.addDeployments(block["deployments"], to: &key, &reading)
        _ = block["project_number"].map { reading.resolve($0) }
        let project = reading.string(block["project_id"])?.text
        let region = BifrostKeyBlock.region(block["region"], &reading)
        let json = credentials(block["auth_credentials"], &reading)
        if json != nil || key.value.isEmpty { key.credentials = .google(GoogleKeyCredentials(json: json?.text)) }
        guard reading.errorCount == errorsBefore else { return }
        place(key: &key, project: project ?? json?.project, region, block.place, owner, &reading)
    }

    private static func place(
        key: inout ProviderKey,
        project: String?,
        _ region: String?,
        _ place: ConfigurationPlace,
        _ owner: BifrostKeyOwner,
        _ reading: inout ConfigurationReading
    ) {
        let project = project ?? reading.variable("GOOGLE_CLOUD_PROJECT")
        let region = region ?? reading.variable("GOOGLE_CLOUD_LOCATION").flatMap { AWSRegion.isName($0) ? $0 : nil }
        guard let project else {
            reading.error(place, "has no project", fix: "add \"vertex_key_config\": {\"project_id\": \"my-project\"}")
            return
        }
        guard let region else {
            let fix = "add \"region\" to vertex_key_config, such as \"us-central1\" or \"global\""
            reading.error(place, "has no region", fix: fix)
            return
        }
        key.pathValues = ["project": project, "region": region]
        if !owner.hasAddress { key.baseURL = ProviderKind.vertex.address(inRegion: region) }
    }

    /// The text of a file of credentials, checked, and the project that it names; nil where there is none. It may stand
    /// in the configuration as an object, too.
    private static func credentials(
        _ node: ConfigurationNode?,
        _ reading: inout ConfigurationReading
    ) -> (text: String, project: String?)? {
        guard let node else { return nil }
        let text: String?
        if let object = node.value.object, object["type"] != nil {
            text = String(decoding: JSONWriter().write(node.value), as: UTF8.self)
        } else {
            text = reading.string(node)?.text
        }
        guard let text else { return nil }
        do {
            let credential = try GoogleCredential(parsing: Array(text.utf8), name: "The text")
            return (text, credential.projectID)
        } catch {
            let fix = "use the whole text of a service account's key file, best from a variable: \"env.NAME\""
            let message = error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
            reading.error(node.place, "cannot be used: \(message)", fix: fix)
            return nil
        }
    }
}
