import JSON
import Testing

@testable import Dialects

@Suite("Lists of models")
struct ModelListTests {
    private static let openAI =
        ##"{"object":"list","data":[{"id":"gpt-4o","object":"model","created":7,"owned_by":"x","n":1.0}]}"##
    private static let anthropic = ##"""
        {"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2026-02-04T00:00:00Z",
        "max_input_tokens":9,"capabilities":{}}],"has_more":true,"first_id":"claude-x","last_id":"claude-x"}
        """##
    private static let gemini = ##"""
        {"models":[{"name":"models/gemini-x","version":"1","displayName":"Gemini X","inputTokenLimit":5,
        "outputTokenLimit":6,"supportedGenerationMethods":["embedContent"]}],"nextPageToken":"abc"}
        """##

    private func page(_ text: String, _ shape: ModelListShape) throws -> ModelListPage {
        try #require(ModelListPage(JSONValue(parsing: text.utf8.span), shape: shape, provider: "p"))
    }

    @Test func pagesSayWhatFollows() throws {
        #expect(try page(Self.openAI, .openAI).cursor == nil)
        #expect(try page(Self.anthropic, .anthropic).cursor == "claude-x")
        #expect(try page(##"{"data":[],"has_more":false,"last_id":"x"}"##, .anthropic).cursor == nil)
        #expect(try page(Self.gemini, .gemini).cursor == "abc")
        #expect(try page(##"{"nextPageToken":""}"##, .gemini).cursor == nil)
    }

    @Test(arguments: [
        ##"[{"id":"m-1"}]"##, ##"{"modelSummaries":[{"modelId":"m-1","modelName":"M"}]}"##,
        ##"{"models":[{"name":"m-1","endpoints":["chat"]}],"next_page_token":"x"}"##,
    ])
    func otherListsAreReadLikeOpenAIs(text: String) throws {
        let page = try page(text, .openAI)
        #expect(page.models.map(\.id) == ["p/m-1"])
        #expect(page.models[0].value(in: .openAI)["id"] == "p/m-1")
        #expect(page.models[0].value(in: .openAI)["modelId"] == nil)
        #expect(page.models[0].value(in: .openAI)["endpoints"] == nil)
        #expect(page.cursor == nil)
    }

    @Test func publishedModelsAreCalledAsTheyAreAsked() throws {
        let page = try page(
            ##"""
            {"publisherModels":[{"name":"publishers/google/models/gemini-x","versionId":"default"},
            {"name":"publishers/google/models/text-y","versionId":"002"},
            {"name":"publishers/anthropic/models/claude-x","versionId":"20250929","launchStage":"GA"},
            {"name":"publishers/anthropic/models/claude-y","versionId":"default"},
            {"name":"publishers/anthropic/models/claude-z@1","versionId":"1"},{"name":"publishers/google/models/"},
            {"versionId":"1"}],"nextPageToken":"t="}
            """##,
            .openAI
        )
        #expect(
            page.models.map(\.id)
                == ["gemini-x", "text-y", "claude-x@20250929", "claude-y", "claude-z@1"].map { "p/\($0)" }
        )
        #expect(page.cursor == "t=")
        #expect(page.models[0].value(in: .openAI)["versionId"] == nil)
        #expect(page.models[2].value(in: .gemini)["name"] == "models/p/claude-x@20250929")
        #expect(try self.page(##"{"publisherModels":[],"nextPageToken":""}"##, .openAI).cursor == nil)
        #expect(try self.page(##"{"data":[],"nextPageToken":"t"}"##, .openAI).cursor == nil)
    }

    @Test func aProvidersOwnWordsAreKept() throws {
        #expect(
            try page(Self.openAI, .openAI).models[0].value(in: .openAI)
                == ["id": "p/gpt-4o", "object": "model", "created": 7, "owned_by": "x", "n": 1.0]
        )
        let claude = try page(Self.anthropic, .anthropic).models[0].value(in: .anthropic)
        #expect(claude["id"] == "p/claude-x")
        #expect(claude["capabilities"] == [:])
        let gemini = try page(Self.gemini, .gemini).models[0].value(in: .gemini)
        #expect(gemini["name"] == "models/p/gemini-x")
        #expect(gemini["supportedGenerationMethods"] == ["embedContent"])
    }

    @Test func entriesInOtherShapes() throws {
        let claude = try page(Self.anthropic, .anthropic).models[0]
        #expect(
            claude.value(in: .openAI)
                == ["id": "p/claude-x", "object": "model", "created": 1_770_163_200, "owned_by": "p"]
        )
        #expect(claude.value(in: .gemini)["displayName"] == "Claude X")
        #expect(claude.value(in: .gemini)["inputTokenLimit"] == 9)
        let gemini = try page(Self.gemini, .gemini).models[0]
        #expect(
            gemini.value(in: .anthropic)
                == [
                    "type": "model", "id": "p/gemini-x", "display_name": "Gemini X",
                    "created_at": "1970-01-01T00:00:00Z",
                ]
        )
        let named = ListedModel("m/x", provider: "p")
        #expect(named.value(in: .anthropic)["display_name"] == "p/m/x")
        #expect(named.value(in: .gemini)["name"] == "models/p/m/x")
    }

    @Test(arguments: [ModelListShape.openAI, .anthropic, .gemini])
    func entriesWithoutANameAreLeftOut(_ shape: ModelListShape) throws {
        for entry in ["{}", "7", ##"{"id":7,"name":7}"##, ##"{"id":"","name":""}"##, "null"] {
            let page = try page("{\"data\":[\(entry)],\"models\":[\(entry)]}", shape)
            #expect(page.models.isEmpty, "\(entry)")
        }
    }

    @Test(arguments: ["7", "null", ##"{"data":7}"##, "{}"])
    func whatIsNoList(_ text: String) throws {
        let value = try JSONValue(parsing: text.utf8.span)
        #expect(ModelListPage(value, shape: .openAI, provider: "p")?.models == nil)
        #expect(ModelListPage(value, shape: .anthropic, provider: "p")?.models == nil)
    }

    @Test func emptyLists() {
        #expect(ModelListShape.openAI.list([]) == ["object": "list", "data": []])
        #expect(ModelListShape.anthropic.list([]) == ["data": [], "has_more": false, "first_id": nil, "last_id": nil])
        #expect(ModelListShape.gemini.list([]) == ["models": []])
    }

    @Test(arguments: [(Int.min, "1970-01-01T00:00:00"), (Int.max, "9999-12-31T23:59:59")])
    func timesBeyondTheRange(_ second: Int, _ text: String) {
        #expect(UTCTime.text(ofSecond: second) == text)
    }
}
