import ArgumentParser
import Martlet

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration file.",
        discussion: "Names every problem with its place and how to mend it. Ends with status 1 when there is an error."
    )

    @Argument(help: "The file, in the form of Bifrost's config.json.")
    var file: String

    func run() throws {
        let result = BifrostConfiguration.read(
            try FileContents.read(file),
            fileName: file,
            environment: ProcessEnvironment.current
        )
        for problem in result.problems {
            print(problem)
        }
        guard let configuration = result.configuration else {
            throw ExitCode.failure
        }
        let names = configuration.providers.map(\.name).joined(separator: ", ")
        print("\(file) can be used. Providers: \(names.isEmpty ? "none" : names).")
    }
}
