import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: writing media and markers")
struct AnthropicMediaEncodingTests {
    private func messages(_ turns: Turn..., model: String = "claude-sonnet-4-5") -> (
        text: String, lostElements: [String]
    ) {
        let request = request(anthropic: anthropicTestConversation(turns), model: model)
        return (request.memberText("messages") ?? "", request.lostElements)
    }

    @Test(
        arguments: [
            (Media(.data(base64: "iVBORw0KGgoAAA"), mediaType: "image/jpeg"), #""media_type":"image/png""#, nil),
            (Media(.data(base64: "/9j/-_\r\nAA"), mediaType: "image/jpeg"), #""data":"/9j/+/AA""#, nil),
            (Media(.data(base64: "/9j/AAAA")), #""media_type":"image/jpeg""#, nil),
            (Media(.data(base64: "AAAA"), mediaType: "image/jpg"), #""media_type":"image/jpeg""#, nil),
            (Media(.data(base64: "AAAA"), mediaType: "image/tiff"), nil, "image type dropped turn[0]"),
            (Media(.url("https://x/y")), #"{"type":"url","url":"https://x/y"}"#, nil),
            (Media(.url("http://x/y")), nil, "image by URL dropped turn[0]"),
            (Media(.url("gs://x/y")), nil, "image by URL dropped turn[0]"),
            (Media(.file(id: "f")), nil, "image by file id dropped turn[0]"),
            (Media(.url("https://x"), detail: "low"), #""url":"https://x""#, "image detail dropped turn[0]"),
        ] as [(Media, String?, String?)]
    )
    func images(_ media: Media, _ expected: String?, _ lost: String?) {
        let result = messages(anthropicTurn(.user, .image(media), .text("?")))
        #expect(result.text.contains(expected ?? #"[{"role":"user","content":[{"type":"text""#))
        #expect(result.lostElements == (lost.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            (
                Media(.data(base64: "JVBERi0x"), name: "n"),
                #""media_type":"application/pdf","data":"JVBERi0x"},"title":"n""#, nil
            ),
            (Media(.data(base64: "aGk="), mediaType: "text/markdown"), #""media_type":"text/plain","data":"hi""#, nil),
            (Media(.text("hi")), #""data":"hi""#, nil),
            (Media(.data(base64: "AAAA"), mediaType: "application/zip"), nil, "document dropped turn[0]"),
            (Media(.url("https://x"), mediaType: "application/pdf"), #"{"type":"url","url":"https://x"}"#, nil),
            (Media(.url("https://x"), mediaType: "text/html"), nil, "document by URL dropped turn[0]"),
            (Media(.file(id: "f")), nil, "document by file id dropped turn[0]"),
        ] as [(Media, String?, String?)]
    )
    func documents(_ media: Media, _ expected: String?, _ lost: String?) {
        let result = messages(anthropicTurn(.user, .document(media), .text("?")))
        #expect(result.text.contains(expected ?? #"[{"role":"user","content":[{"type":"text""#))
        #expect(result.lostElements == (lost.map { [$0] } ?? []))
    }

    @Test func whatClaudeDoesNotTakeIsReported() {
        let result = messages(
            anthropicTurn(
                .user,
                .audio(Media(.data(base64: ""))),
                .video(Media(.url("https://x"))),
                .text("?"),
                path: "u"
            ),
            anthropicTurn(.assistant, .image(Media(.url("https://x"))), .text("!"), path: "a"),
            anthropicTurn(
                .user,
                .foreign(ForeignContent(.gemini, type: "x", element: .unknownPart, value: [:])),
                .text("?"),
                path: "v"
            )
        )
        #expect(
            result.lostElements == [
                "audio dropped u[0]", "video dropped u[1]", "media of the assistant dropped a[0]",
                "unknown part dropped v[0]",
            ]
        )
    }

    @Test func cacheMarkers() {
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))], source: .bedrockConverse)
        conversation.turns[0].parts = ["5m", "1h", "2h", nil, nil].enumerated().map {
            Part(.text("t"), cacheHint: CacheHint(timeToLive: $1), path: "p\($0)")
        }
        let request = request(anthropic: conversation)
        let markers = (request.body["messages"]?[0]?["content"]?.array ?? []).map { $0["cache_control"] }
        #expect(
            markers == [
                ["type": "ephemeral", "ttl": "5m"], ["type": "ephemeral", "ttl": "1h"], ["type": "ephemeral"],
                ["type": "ephemeral"], nil,
            ]
        )
        #expect(request.lostElements == ["cache marker's time to live approximated p2", "cache marker dropped p4"])
    }

    @Test func citationsOfOthersStayBehind() {
        let own = Annotation(value: ["type": "page_location"], format: .anthropicMessages)
        let other = Annotation(url: "https://x", value: [:], format: .gemini)
        let returned = Annotation(
            value: AnthropicCitation.value(other)?.value ?? .null,
            format: .anthropicMessages
        )
        let text = PartContent.text(TextContent("x", annotations: [own, other, returned]))
        let result = messages(
            anthropicTurn(.user, .text("a")),
            anthropicTurn(.assistant, text, path: "a"),
            anthropicTurn(.user, .text("b"))
        )
        #expect(result.text.contains(#""citations":[{"type":"page_location"}]"#))
        #expect(result.lostElements == ["citations approximated a[0]"])
    }
}
