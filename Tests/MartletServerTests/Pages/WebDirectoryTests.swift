import Foundation
import NIOCore
import Testing
import Transport
import WireTestSupport

@testable import MartletServer

@Suite("A directory in the place of the chat page", .timeLimit(.minutes(2)))
struct WebDirectoryTests {
    @Test func itsFilesOverrideThoseOfThePage() async throws {
        try await withDirectory(["chat.css": "body {}", "own/part.txt": "mine", "index.html": "<p>own"]) { path in
            let files = WebFiles.embedded.overridden(by: try await WebDirectory(reading: path))
            try await withGateway(GatewaySettings { $0.files = files }) { gateway async throws in
                for (path, text) in [("/", "<p>own"), ("/index.html", "<p>own"), ("/chat.css", "body {}")] {
                    #expect(try await gateway.get(path).text == text)
                }
                let part = try await gateway.get("/own/part.txt")
                #expect(part.text == "mine")
                #expect(part.head.fields.string("content-type") == "text/plain; charset=utf-8")
                #expect(part.head.fields.string("x-content-type-options") == "nosniff")
                let policy = try #require(part.head.fields.string("content-security-policy"))
                #expect(policy.contains("default-src 'self' ") && !policy.contains("http"))
                #expect(try await gateway.get("/chat.js").text.contains("import"))
                #expect(try await gateway.get("/health").status == 200)
            }
        }
    }

    @Test func aPageOfTheSameNameIsThePage() async throws {
        try await withDirectory(["chat.html": "<p>chat", "health": "no", "v1/models": "no"]) { path in
            let files = WebFiles.embedded.overridden(by: try await WebDirectory(reading: path))
            try await withGateway(GatewaySettings { $0.files = files }) { gateway async throws in
                #expect(try await gateway.get("/").text == "<p>chat")
                #expect(try await gateway.get("/health").text.contains("status"))
                #expect(try await gateway.get("/v1/models").text.contains("data"))
            }
        }
    }

    @Test(
        arguments: [
            "/../secret.txt", "/own/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
            "/..\\secret.txt", "//secret.txt", "/own//part.txt", "/own%2fpart.txt", "/./page.txt", "/own/../page.txt",
            "/.hidden", "/%2ehidden", "/.git/config", "/own", "/own/", "/own/.", "/link.txt", "/linked/secret.txt",
            "/circle/page.txt", "/page.txt%00", "/page.txt/", "/PAGE.TXT", "/pipe",
        ]
    )
    func nothingElseIsReached(_ target: String) async throws {
        let contents = [
            "page.txt": "page", "own/part.txt": "part", ".hidden": "hidden", ".git/config": "config",
            "../secret.txt": "secret",
        ]
        try await withDirectory(contents) { path in
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: "\(path)/link.txt", withDestinationPath: "../secret.txt")
            try manager.createSymbolicLink(atPath: "\(path)/linked", withDestinationPath: "..")
            try manager.createSymbolicLink(atPath: "\(path)/circle", withDestinationPath: ".")
            #expect(mkfifo("\(path)/pipe", 0o600) == 0)
            let directory = try await WebDirectory(reading: path)
            #expect(directory.files.map(\.path) == [["own", "part.txt"], ["page.txt"]])
            let files = WebFiles.embedded.overridden(by: directory)
            try await withGateway(GatewaySettings { $0.files = files }) { gateway async throws in
                #expect(try await gateway.get("/page.txt").text == "page")
                let answer = try await gateway.get(target)
                #expect(answer.status == 404)
                #expect(try answer.error().code == "not_found")
            }
        }
    }

    @Test func linksWithinTheDirectoryAreFilesOfIt() async throws {
        try await withDirectory(["..data/page.txt": "page", "my page.txt": "spaced"]) { path in
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/page.txt",
                withDestinationPath: "..data/page.txt"
            )
            let files = WebFiles.embedded.overridden(by: try await WebDirectory(reading: path))
            #expect(files[ByteBuffer(string: "/page.txt")]?.body == ByteBuffer(string: "page"))
            #expect(files[ByteBuffer(string: "/my%20page.txt")]?.body == ByteBuffer(string: "spaced"))
            #expect(files[ByteBuffer(string: "/..data/page.txt")] == nil)
        }
    }

    @Test func whatLeadsOutIsNamed() async throws {
        try await withDirectory(["page.txt": "page", "../secret.txt": "secret"]) { path in
            try FileManager.default.createSymbolicLink(atPath: "\(path)/out", withDestinationPath: "../secret.txt")
            try FileManager.default.createSymbolicLink(atPath: "\(path)/gone", withDestinationPath: "nothing")
            let problems = try await WebDirectory(reading: path).problems
            #expect(problems.count == 2)
            #expect(problems.first?.contains("/gone is not served") == true)
            #expect(problems.last?.contains("/out is not served: it leads out of the directory.") == true)
        }
    }

    @Test func largeFilesAreLeftOut() async throws {
        try await withDirectory(["a.txt": "12345678", "b.txt": "123456789", "c.txt": "12345678"]) { path in
            var limits = WebDirectory.Limits()
            limits.fileByteCount = 8
            limits.byteCount = 15
            let directory = try await WebDirectory(reading: path, limits: limits)
            #expect(directory.files.map(\.path) == [["a.txt"]])
            #expect(directory.problems.count == 2)
        }
    }

    @Test func manyFilesAndDeepOnesAreLeftOut() async throws {
        try await withDirectory(["a/b/c.txt": "c", "d.txt": "d", "e.txt": "e"]) { path in
            var limits = WebDirectory.Limits()
            limits.depth = 1
            limits.entryCount = 2
            let directory = try await WebDirectory(reading: path, limits: limits)
            #expect(directory.files.map(\.path) == [["d.txt"]])
            #expect(directory.problems.count == 2)
        }
    }

    @Test func aDirectoryMustBeThere() async throws {
        await #expect(throws: IOError.self) { try await WebDirectory(reading: "/nonexistent/static") }
        try await withDirectory(["page.txt": "page"]) { path in
            await #expect(throws: IOError.self) { try await WebDirectory(reading: "\(path)/page.txt") }
        }
    }

    @Test(
        arguments: [
            ("a.HTML", "text/html; charset=utf-8"), ("a.min.js", "text/javascript; charset=utf-8"),
            ("a.png", "image/png"), ("a", "application/octet-stream"), ("a.exe", "application/octet-stream"),
            ("a.", "application/octet-stream"),
        ]
    )
    func typesFollowTheExtension(_ name: String, _ type: String) {
        #expect("\(MediaTypes.type(ofFile: name))" == type)
    }
}

/// Runs `body` with a directory that has these files, and is gone afterwards. A name may lead out of it by `..`.
private func withDirectory(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
    let manager = FileManager.default
    let root = manager.temporaryDirectory.appendingPathComponent("martlet-\(UUID())")
    let directory = root.appendingPathComponent("static")
    try manager.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: root) }
    for (name, text) in files {
        let place = directory.appendingPathComponent(name).standardizedFileURL
        try manager.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }
    try await body(directory.path)
}
