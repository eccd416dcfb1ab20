/// Finds the media that Bedrock takes, but not from where they are: it reads bytes and S3 alone.
///
/// Only what `BedrockTurnEncoder` would write is looked for; nothing is fetched in order to be dropped.
struct BedrockMediaNeeds {
    private static let imageTypes = BedrockMediaFormat.images.flatMap(\.mediaTypes)
    private static let documentTypes = ["application/pdf"]

    private let takesToolResultMedia: Bool

    init(model: String) {
        takesToolResultMedia = BedrockModel(model).takesToolResultMedia
    }

    func needs(of turns: [Turn]) -> [MediaNeed] {
        var needs: [MediaNeed] = []
        for (turnIndex, turn) in turns.enumerated() where turn.role == .user || turn.role == .assistant {
            for (partIndex, part) in turn.parts.enumerated() {
                let place = MediaNeed.Place(turn: turnIndex, part: partIndex)
                if case .toolResult(let result) = part.content {
                    needs += self.needs(of: result, at: place)
                } else if turn.role == .user, let need = need(of: part, at: place) {
                    needs.append(need)
                }
            }
        }
        return needs
    }

    private func needs(of result: ToolResult, at place: MediaNeed.Place) -> [MediaNeed] {
        guard takesToolResultMedia else { return [] }
        return result.parts.enumerated().compactMap { index, part in
            var place = place
            place.resultPart = index
            return need(of: part, at: place)
        }
    }

    private func need(of part: Part, at place: MediaNeed.Place) -> MediaNeed? {
        let media: Media
        let types: [String]
        switch part.content {
        case .image(let image): (media, types) = (image, Self.imageTypes)
        case .document(let document): (media, types) = (document, Self.documentTypes)
        case .text, .audio, .video, .toolCall, .toolResult, .reasoning, .refusal, .foreign: return nil
        }
        guard case .url(let url) = media.source, !url.hasPrefix("s3://") else { return nil }
        return MediaNeed(url: url, mediaTypes: types, path: part.path, place: place)
    }
}
