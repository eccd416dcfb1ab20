import Testing

@testable import Martlet

@Suite("How failing providers are dealt with, in a config.json")
struct BifrostReliabilityTests {
    private func settings(_ text: String) -> ReliabilitySettings? {
        let read = ReadConfiguration(#"{"reliability":\#(text)}"#)
        #expect(read.lines == [])
        return read.configuration?.reliability
    }

    @Test func nothingSaidIsTheDefault() {
        #expect(settings("{}") == ReliabilitySettings())
        #expect(ReadConfiguration("{}").configuration?.reliability == ReliabilitySettings())
    }

    @Test func everythingIsRead() {
        let settings = settings(
            #"""
            {
              "max_attempts": 5, "attempts_time_in_seconds": 20,
              "fall_back_on": ["context_length", "content_policy", "request_too_large", "caller_error"],
              "retry_budget": {"share": 0.1, "min_retries": 3, "window_in_seconds": 5},
              "circuit_breaker": {"consecutive_failures": 2, "failure_rate": 0.3, "min_requests": 4,
                                  "window_in_seconds": 6, "open_in_seconds": 7, "max_open_in_seconds": 8,
                                  "probe_timeout_in_seconds": 9},
              "key_rest": {"rest_in_seconds": 1, "max_rest_in_seconds": 2, "max_retry_after_in_seconds": 3,
                           "dead_in_seconds": 4, "max_dead_in_seconds": 5},
              "hedging": {"quantile": 0.9, "min_samples": 10, "min_delay_in_seconds": 0.1,
                          "max_delay_in_seconds": 5, "share": 0.02, "burst": 4},
              "prompt_cache_affinity": {"max_entries": 100, "lifetime_in_seconds": 60}
            }
            """#
        )
        var expected = ReliabilitySettings()
        expected.attempts.maximumAttemptCount = 5
        expected.attempts.totalTime = 20
        expected.fallbacks.configured = [.contextLength, .contentPolicy, .requestTooLarge, .callerError]
        expected.retryBudget.share = 0.1
        expected.retryBudget.minimumCount = 3
        expected.retryBudget.window = 5
        expected.breaker.consecutiveFailureLimit = 2
        expected.breaker.failureRate = 0.3
        expected.breaker.minimumRequestCount = 4
        expected.breaker.window = 6
        expected.breaker.openTime = 7
        expected.breaker.maximumOpenTime = 8
        expected.breaker.probeTimeout = 9
        expected.keyRest.rest = 1
        expected.keyRest.maximumRest = 2
        expected.keyRest.maximumRetryAfter = 3
        expected.keyRest.deadTime = 4
        expected.keyRest.maximumDeadTime = 5
        var hedging = HedgeSettings()
        hedging.quantile = 0.9
        hedging.minimumSampleCount = 10
        hedging.minimumDelay = 0.1
        hedging.maximumDelay = 5
        hedging.share = 0.02
        hedging.burst = 4
        expected.hedging = hedging
        expected.affinity?.maximumCount = 100
        expected.affinity?.lifetime = 60
        #expect(settings == expected)
    }

    @Test func switches() {
        #expect(settings(#"{"hedging":{}}"#)?.hedging == HedgeSettings())
        #expect(settings(#"{"hedging":{"enabled":false}}"#)?.hedging == nil)
        #expect(settings(#"{"prompt_cache_affinity":{"enabled":false}}"#)?.affinity == nil)
    }

    @Test(
        arguments: [
            (
                #"{"max_attempts":0}"#,
                "reliability.max_attempts: must be a number of attempts, not 0; use a whole number from 1 to 100"
            ),
            (
                #"{"fall_back_on":["server_error"]}"#,
                #"reliability.fall_back_on[0]: "server_error" is not a failure to choose; "#
                    + "use context_length, content_policy, request_too_large, caller_error"
            ),
            (
                #"{"circuit_breaker":{"failure_rate":2}}"#,
                "reliability.circuit_breaker.failure_rate: 2 is out of range; "
                    + "use a number of units from 0 to 1, for example 0.5"
            ),
            (
                #"{"hedging":{"delay":2}}"#,
                "reliability.hedging.delay: is not known here; remove it, or see docs/configuration.md for the names"
            ),
            (
                #"{"key_rest":[]}"#,
                "reliability.key_rest: must be an object, not a list; write it in braces"
            ),
        ]
    )
    func problemsAreNamed(_ text: String, _ line: String) {
        let read = ReadConfiguration(#"{"reliability":\#(text)}"#)
        #expect(read.lines == [line])
        #expect(read.configuration == nil)
    }

    @Test func timesOfModels() {
        let read = ReadConfiguration(
            provider: "openai",
            #"{"keys":[{"value":"k"}],"network_config":{"stream_idle_timeout_in_seconds":9,"#
                + #""model_timeouts":{"o3*":{"default_request_timeout_in_seconds":900}}}}"#
        )
        #expect(read.lines == [])
        var times = TimeoutConfiguration()
        times.idle = 9
        times.firstByte = 900
        #expect(read.provider?.modelTimeouts == [ModelTimeouts(model: "o3*", timeouts: times)])
    }

    @Test func fieldsForProviders() {
        let read = ReadConfiguration(
            #"{"client":{"header_filter_config":{"allowlist":["X-A","x-b"],"denylist":["x-b"]}}}"#
        )
        let filter = read.configuration?.headerFilter
        #expect(filter?.allows("x-a") == true)
        #expect(filter?.allows("x-b") == false)
        #expect(filter?.allows("x-c") == false)
        #expect(HeaderFilter().allows("x-c"))
        for name in ["authorization", "cookie", "host", "x-api-key", "x-bf-vk", "x-amz-date", "content-length"] {
            #expect(!HeaderFilter().allows(name))
        }
    }
}
