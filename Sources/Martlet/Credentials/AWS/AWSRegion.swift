/// The names of regions and of the hosts in them.
enum AWSRegion {
    /// Whether a text can be the name of a region, and so a part of a host's name.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63 && AWSText.isWord(text, and: "-")
            && text.first != "-" && text.last != "-"
    }

    /// The host of a service in a region (botocore: `partitions.json`).
    ///
    /// - Parameters:
    ///   - service: The first part of the host's name, as in `bedrock-runtime`.
    ///   - region: Must be ``isName(_:)``.
    static func host(of service: String, in region: String) -> String {
        let suffix = suffixes.first { region.hasPrefix($0.prefix) }?.suffix ?? "amazonaws.com"
        return "\(service).\(region).\(suffix)"
    }

    private static let suffixes = [
        (prefix: "cn-", suffix: "amazonaws.com.cn"),
        (prefix: "eusc-", suffix: "amazonaws.eu"),
        (prefix: "us-iso-", suffix: "c2s.ic.gov"),
        (prefix: "us-isob-", suffix: "sc2s.sgov.gov"),
        (prefix: "us-isof-", suffix: "csp.hci.ic.gov"),
        (prefix: "eu-isoe-", suffix: "cloud.adc-e.uk"),
    ]
}
