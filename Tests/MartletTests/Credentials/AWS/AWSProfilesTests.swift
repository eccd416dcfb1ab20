import TestSupport
import Testing

@testable import Martlet

@Suite("AWS's shared files")
struct AWSProfilesTests {
    @Test func areReadWithAllThatStandsInThem() {
        let config = """
            \u{FEFF}# a comment
            stray = 1
            [default]
            region = eu-west-1\t
            Output=json   ; a comment

            [profile one]
            region=us-east-1 # a comment
            role_session_name = a#b;c
            url = https://a.example/?b=c
            s3 =
              max_concurrent_requests = 20
              region = nested
            ; a comment
            nonsense
            = 5
            empty =
            [ profile\t "t w o" ] # a comment
              region = two
              indented = too
                region = deeper
            [sso-session one]
            region = sso
            [profiles]
            region = profiles
            [one]
            region = no profile
            [profile one]
            region = us-east-2
            [broken
            region = still us-east-2
            """
        let profiles = AWSProfiles(config: config, credentials: "")
        #expect(profiles["default"] == ["region": "eu-west-1", "output": "json"])
        #expect(profiles["t w o"] == ["region": "two", "indented": "too"])
        #expect(
            profiles["one"] == [
                "region": "still us-east-2", "role_session_name": "a#b;c", "url": "https://a.example/?b=c", "s3": "",
                "empty": "",
            ]
        )
        for name in ["sso-session one", "profiles", "profile one", "", "s"] {
            #expect(profiles[name] == nil)
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func haveAnyLineEnds(_ end: String) {
        let text = ["[a]", "x = 1", "", "[b]", "x = 2"].joined(separator: end)
        let profiles = AWSProfiles(config: "", credentials: text)
        #expect(profiles["a"] == ["x": "1"])
        #expect(profiles["b"] == ["x": "2"])
    }

    @Test func areMergedWithTheCredentialsFirst() {
        let config = "[profile a]\nx = config\ny = config\n[b]\nx = config"
        let credentials = "[a]\nx = credentials\nz = credentials\n[b]\nx = credentials\n[profile c]\nx = credentials"
        let profiles = AWSProfiles(config: config, credentials: credentials)
        #expect(profiles["a"] == ["x": "credentials", "y": "config", "z": "credentials"])
        #expect(profiles["b"] == ["x": "credentials"])
        #expect(profiles["c"] == nil)
    }

    @Test(arguments: [
        "[default]\nx = 1\ny = 1\n[profile default]\nx = 2\n[profile default]\nz = 3",
        "[profile default]\nx = 2\n[default]\nx = 1\ny = 1\n[profile default]\nz = 3",
    ])
    func preferADefaultThatIsCalledAProfile(_ config: String) {
        #expect(AWSProfiles(config: config, credentials: "")["default"] == ["x": "2", "z": "3"])
    }

    @Test func mayHoldAnything() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = [
            "[", "]", "=", " ", "\t", "\n", "\r", "#", ";", "profile", "default", "a", "\"", "'", "ä", "\u{301}",
        ]
        for _ in 0..<2000 {
            let text = (0..<24).compactMap { _ in alphabet.randomElement(using: &generator) }.joined()
            _ = AWSProfiles(config: text, credentials: text)
        }
    }

    @Test func showNoSecret() {
        let profiles = AWSProfiles(config: "", credentials: "[a]\naws_secret_access_key = s3cret")
        var dumped = ""
        dump(profiles, to: &dumped)
        #expect(!"\(profiles)\(String(reflecting: profiles))\(dumped)".contains("s3cret"))
    }
}
