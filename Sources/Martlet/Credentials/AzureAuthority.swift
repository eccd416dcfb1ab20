/// Where Microsoft Entra hands out the tokens of a cloud ("National clouds", Microsoft identity platform).
struct AzureAuthority: Sendable {
    /// The address without a slash at its end.
    let address: String

    /// - Parameter host: A host, or an address of nothing but a host, as in the variable `AZURE_AUTHORITY_HOST`; nil
    ///   for the public cloud.
    init(host: String? = nil) throws(CredentialProblem) {
        let text = host ?? "login.microsoftonline.com"
        let origin = "The authority host"
        let secured = try CredentialAddress.secured(text.contains("://") ? text : "https://\(text)", origin: origin)
        guard let base = BaseURL(secured), base.path.isEmpty else {
            throw CredentialProblem(message: "\(origin) is \(ShownText.address(text)), which is more than a host.")
        }
        address = base.description
    }

    /// What tokens of Azure's AI services are for in the authority's cloud.
    var scope: String {
        switch address.lowercased() {
        case "https://login.microsoftonline.us": "https://cognitiveservices.azure.us/.default"
        case "https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn":
            "https://cognitiveservices.azure.cn/.default"
        default: "https://cognitiveservices.azure.com/.default"
        }
    }

    /// The address of a tenant's tokens (Microsoft identity platform, version 2.0).
    func tokenAddress(tenant: String) throws(CredentialProblem) -> String {
        let isName = tenant.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isName, tenant.utf8.contains(where: { $0 != UInt8(ascii: ".") }) else {
            throw CredentialProblem(
                message: "The tenant is \(ShownText.quoted(tenant)), which is neither an id nor a domain."
            )
        }
        return "\(address)/\(tenant)/oauth2/v2.0/token"
    }
}
