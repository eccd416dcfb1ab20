import Testing

@testable import Martlet

@Suite("Secrets in what services say")
struct SecretMaskTests {
    private let mask = SecretMask([
        CredentialSecret("correct-horse-battery"), CredentialSecret("pin42"), CredentialSecret(""),
    ])

    @Test(
        arguments: [
            ("nothing to hide", "nothing to hide"),
            ("got correct-horse-battery.", "got ***."),
            ("begins with correct-ho and so on", "begins with *** and so on"),
            ("correct-", "***"), ("correct", "correct"), ("has pin42, pin42", "has ***, ***"), ("pin4", "pin4"),
            ("", ""), ("größe correct-horse", "größe ***"),
        ]
    )
    func whatIsLeft(_ text: String, _ shown: String) {
        #expect(mask.masked(text) == shown)
    }
}
