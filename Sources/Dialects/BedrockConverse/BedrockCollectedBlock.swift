import JSON

/// A block of a stream that is only told whole: a picture, or what a tool at the provider was asked and said.
struct BedrockCollectedBlock: Sendable {
    /// The member of the start that names the kind.
    let name: String
    let start: JSONValue
    /// A server-side tool's arguments so far.
    var input = ""

    private var content: [JSONValue] = []
    private var bytes: [UInt8] = []

    init(name: String, start: JSONValue) {
        self.name = name
        self.start = start
    }

    mutating func append(_ delta: JSONValue) {
        if let pieces = delta["toolResult"]?.array {
            content += pieces
        } else if let base64 = delta["image"]?["source"]?["bytes"]?.string, let decoded = Base64.decoded(base64) {
            bytes += decoded
        }
    }

    /// The block as a whole answer has it.
    var part: AnswerPart? {
        guard var object = start.object else { return nil }
        switch name {
        case "image":
            guard !bytes.isEmpty else { return nil }
            let mediaType = start["format"]?.string.map { "image/\($0)" }
            return .media(.image(Media(.data(base64: Base64.encoded(bytes)), mediaType: mediaType)))
        case "toolUse":
            object.set("input", to: BedrockToolInput.object(of: input).value)
        case "toolResult":
            object.set("content", to: .array(content))
        default:
            break
        }
        return .foreign(BedrockAnswerDecoder.foreign(name, .object(object)))
    }
}

/// Strings of an event's bytes.
enum BedrockText {
    /// The decoded string at `range`, quotation marks included; surrogates that are not paired become U+FFFD.
    static func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        if let text = JSONText.string(bytes, range) { return text }
        guard range.count >= 2 else { return "" }
        return JSONText.repairedString(bytes.extracting(range.lowerBound + 1..<range.upperBound - 1))
    }
}
