import ArgumentParser
import Martlet

@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "An AI gateway: every provider behind one address.",
        version: MartletVersion.current,
        subcommands: [ServeCommand.self, CheckCommand.self, MockCommand.self],
        defaultSubcommand: ServeCommand.self
    )
}
