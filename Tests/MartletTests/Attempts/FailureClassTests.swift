import Dialects
import Testing
import Transport

@testable import Martlet

@Suite("Classes of failures")
struct FailureClassTests {
    @Test(
        arguments: [
            (400, .callerError), (401, .keyRefused), (402, .keyOutOfMoney), (403, .keyForbidden), (404, .modelNotFound),
            (405, .modelNotFound), (408, .serverError), (409, .serverError), (410, .modelNotFound),
            (413, .requestTooLarge), (418, .callerError), (422, .callerError), (425, .serverError),
            (429, .rateLimited), (500, .serverError), (501, .modelNotFound), (502, .serverError), (503, .overloaded),
            (504, .serverError), (520, .serverError), (529, .overloaded), (301, .badAnswer), (100, .badAnswer),
            (0, .badAnswer), (-1, .badAnswer), (999, .badAnswer),
        ] as [(Int, FailureClass)]
    )
    func aStatusAlone(_ status: Int, _ expected: FailureClass) {
        #expect(FailureClass.ofAnswer(status: status) == expected)
    }

    @Test(arguments: 200..<300)
    func aSuccessIsNoFailure(status: Int) {
        #expect(FailureClass.ofAnswer(status: status) == nil)
    }

    /// What the body says counts more than the status where it is exact, and less where it is a commonplace.
    @Test(
        arguments: [
            (429, .billing, .keyOutOfMoney), (400, .authentication, .keyRefused), (400, .billing, .keyOutOfMoney),
            (403, .permission, .keyForbidden), (403, .contentPolicy, .contentPolicy), (403, .rateLimit, .rateLimited),
            (400, .contextLength, .contextLength), (413, .contextLength, .contextLength),
            (500, .contextLength, .contextLength), (500, .rateLimit, .rateLimited), (500, .overloaded, .overloaded),
            (400, .notFound, .modelNotFound), (500, .notFound, .serverError), (500, .invalidRequest, .serverError),
            (400, .server, .callerError), (429, .invalidRequest, .rateLimited), (503, .server, .overloaded),
            (504, .timeout, .serverError), (400, .requestTooLarge, .requestTooLarge),
            (200, .server, .serverError), (200, .overloaded, .overloaded), (200, .rateLimit, .rateLimited),
        ] as [(Int, ProviderFailure.Kind, FailureClass)]
    )
    func aStatusWithABody(_ status: Int, _ kind: ProviderFailure.Kind, _ expected: FailureClass) {
        #expect(FailureClass.ofAnswer(status: status, kind: kind) == expected)
    }

    @Test(
        arguments: [
            (.connectTimeout, .connectTimeout), (.firstByteTimeout, .firstByteTimeout), (.idleTimeout, .idleTimeout),
            (.totalTimeout, .deadline), (.unknownHost("x"), .connectFailed), (.connectFailed("x"), .connectFailed),
            (.tlsFailed("x"), .tlsFailed), (.proxyFailed("x"), .connectFailed),
            (.outOfDescriptors, .gatewayExhausted), (.closedBeforeAnswer, .brokenBeforeContent),
            (.truncatedAnswer, .brokenBeforeContent), (.malformedAnswer("x"), .badAnswer),
            (.answerTooLarge(limit: 1), .badAnswer), (.cancelled(.callerGone), .cancelled),
            (.cancelled(.shuttingDown), .cancelled),
        ] as [(UpstreamError, FailureClass)]
    )
    func aFailureOnTheWay(_ error: UpstreamError, _ expected: FailureClass) {
        #expect(FailureClass(error) == expected)
        let afterContent: FailureClass =
            expected == .cancelled || expected == .deadline ? expected : .brokenAfterContent
        #expect(FailureClass(error, hasContent: true) == afterContent)
    }

    @Test(arguments: ProviderFailure.Kind.allCases)
    func anErrorEventIsNeverACallersFaultUnlessItSaysSo(kind: ProviderFailure.Kind) {
        let isCallers = [.invalidRequest].contains(kind)
        #expect((FailureClass.ofFailure(kind) == .callerError) == isCallers)
        #expect(FailureClass.ofAnswer(status: 200, kind: kind) == FailureClass.ofFailure(kind))
    }
}
