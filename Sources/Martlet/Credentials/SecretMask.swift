/// Takes secrets out of what a service says of a request that held them.
struct SecretMask {
    /// Services may quote a part of what they did not like; so many bytes in common are taken for such a part.
    private static let windowCount = 8

    private var windows: Set<UInt64> = []
    private var shortSecrets: [[UInt8]] = []

    init(_ secrets: [CredentialSecret]) {
        for secret in secrets {
            let bytes = Array(secret.value.utf8)
            if bytes.count < Self.windowCount {
                if !bytes.isEmpty { shortSecrets.append(bytes) }
            } else {
                Self.forEachWindow(of: bytes) { _, window in windows.insert(window) }
            }
        }
    }

    /// The text with `***` in place of all that it has of the secrets.
    func masked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var isHidden = [Bool](repeating: false, count: bytes.count)
        Self.forEachWindow(of: bytes) { start, window in
            guard windows.contains(window) else { return }
            for index in start..<start + Self.windowCount { isHidden[index] = true }
        }
        for secret in shortSecrets where secret.count <= bytes.count {
            for start in 0...bytes.count - secret.count where bytes[start...].starts(with: secret) {
                for index in start..<start + secret.count { isHidden[index] = true }
            }
        }
        var shown: [UInt8] = []
        var wasHidden = false
        for (byte, isHidden) in zip(bytes, isHidden) {
            if !isHidden {
                shown.append(byte)
            } else if !wasHidden {
                shown.append(contentsOf: "***".utf8)
            }
            wasHidden = isHidden
        }
        return String(decoding: shown, as: UTF8.self)
    }

    private static func forEachWindow(of bytes: [UInt8], _ body: (_ start: Int, _ window: UInt64) -> Void) {
        var window: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            window = window << 8 | UInt64(byte)
            if index + 1 >= windowCount { body(index + 1 - windowCount, window) }
        }
    }
}
