import Dialects

/// What a translation lost, for the response header field `x-martlet-loss`.
///
/// Format: a list of strings with parameters (RFC 9651, 3.1): `"messages[0].name";effect=dropped;element="speaker name"`.
enum LossHeader {
    /// Most bytes of the value: proxies and software kits refuse long fields.
    private static let maximumByteCount = 4096

    /// The value; nil when nothing was lost. What does not fit is counted in a last entry.
    static func value(of losses: [Loss]) -> String? {
        guard !losses.isEmpty else { return nil }
        var value = ""
        for (index, loss) in losses.enumerated() {
            let entry = "\(quoted(loss.path));effect=\(loss.effect.rawValue);element=\(quoted(loss.element.rawValue))"
            if value.utf8.count + entry.utf8.count > maximumByteCount {
                return value + (value.isEmpty ? "" : ", ") + "\"\";more=\(losses.count - index)"
            }
            value += (value.isEmpty ? "" : ", ") + entry
        }
        return value
    }

    /// A string of ASCII; a path may hold a member's name of any characters.
    private static func quoted(_ text: String) -> String {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        for scalar in text.unicodeScalars.prefix(200) {
            switch scalar {
            case "\"", "\\":
                output += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
            case " "..."~":
                output.append(UInt8(truncatingIfNeeded: scalar.value))
            default:
                output.append(UInt8(ascii: "?"))
            }
        }
        output.append(UInt8(ascii: "\""))
        return String(decoding: output, as: UTF8.self)
    }
}
