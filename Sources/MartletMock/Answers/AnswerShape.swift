/// The size of an answer's text and the number of pieces it is streamed in.
struct AnswerShape: Equatable {
    var chunkCount: Int
    var tokensPerChunk: Int
    var byteCount: Int?

    init(chunkCount: Int, tokensPerChunk: Int, byteCount: Int?) {
        self.chunkCount = min(max(0, chunkCount), MockScript.maximumChunkCount)
        self.tokensPerChunk = min(max(0, tokensPerChunk), MockScript.maximumChunkCount)
        self.byteCount = byteCount.map { min(max(0, $0), MockScript.maximumAnswerByteCount) }
    }

    /// What an answer of this shape counts as: words, or four bytes a token where the length is given in bytes.
    var tokenCount: Int {
        if let byteCount { return (byteCount + 3) / 4 }
        return chunkCount * tokensPerChunk
    }

    /// The pieces of the text: plain ASCII that means itself in JSON.
    var pieces: [[UInt8]] {
        guard let byteCount else { return wordPieces }
        let count = min(max(1, chunkCount), byteCount)
        return (0..<count).map { piece in
            Self.text(piece * byteCount / count..<(piece + 1) * byteCount / count)
        }
    }

    /// A part of the sentence said again and again.
    private static func text(_ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let start = position % repeatedSentence.count
            let part = repeatedSentence[start...].prefix(range.upperBound - position)
            output += part
            position += part.count
        }
        return output
    }

    private var wordPieces: [[UInt8]] {
        let words = Self.sentence.split(separator: UInt8(ascii: " "))
        var pieces: [[UInt8]] = []
        var byteCount = 0
        for chunk in 0..<chunkCount where tokensPerChunk > 0 {
            var piece: [UInt8] = []
            for token in 0..<tokensPerChunk {
                let number = chunk * tokensPerChunk + token
                if number > 0 { piece.append(UInt8(ascii: " ")) }
                piece += words[number % words.count]
            }
            byteCount += piece.count
            guard byteCount <= MockScript.maximumAnswerByteCount else { break }
            pieces.append(piece)
        }
        return pieces
    }

    private static let sentence = Array(
        "A martlet is a small bird that heralds drew without feet, since it was held never to touch the ground. ".utf8
    )

    /// Long, so that a long text is copied in few steps.
    private static let repeatedSentence = Array(repeatElement(sentence, count: 256).joined())
}
