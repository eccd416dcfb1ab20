import JSON
import Testing

@testable import Dialects

@Suite("Requests that may be sent twice")
struct RepeatableRequestTests {
    @Test(
        arguments: [
            ("", true), (#","background":false"#, true), (#","background":null"#, true), (#","store":true"#, true),
            (#","background":true"#, false), (#","back\u0067round" : true "#, false),
            // Providers disagree on which one counts.
            (#","background":true,"background":false"#, false),
            // The provider refuses it.
            (#","background":"true""#, true),
            (#","metadata":{"background":true}"#, true), (#","input":"\"background\":true""#, true),
            (#","previous_response_id":"resp_1""#, true),
            (#","conversation":"conv_1""#, false), (#","conversation":{"id":"conv_1"}"#, false),
            (#","conversation":null"#, true),
        ]
    )
    func whatLastsMustNotBeThereTwice(_ more: String, _ isRepeatable: Bool) throws {
        let body = Array(#"{"model":"m"\#(more)}"#.utf8)
        #expect(try CallerRequest(body.span, format: .openAIResponses).isRepeatable == isRepeatable)
    }

    @Test(arguments: WireFormat.allCases.filter { $0 != .openAIResponses })
    func otherFormatsKnowNothingThatLasts(_ format: WireFormat) throws {
        let body = Array(#"{"model":"m","background":true,"conversation":"c"}"#.utf8)
        let call = RequestCall(model: "m")
        #expect(try CallerRequest(body.span, format: format, call: call).isRepeatable)
    }
}
