/// The version of this package.
public enum MartletVersion {
    /// The version, after Semantic Versioning 2.0.
    public static let current = "0.1.0"
}
