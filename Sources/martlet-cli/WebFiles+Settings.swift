import MartletServer

extension WebFiles {
    /// The directory that is taken when none is named.
    private static let standardDirectory = "static"

    /// These files with those of the directory in their place that the settings name, or that is there.
    ///
    /// What is left out is told at the terminal. A directory that nobody named may belong to something else, so that it
    /// cannot keep the gateway from starting.
    func overridden(_ settings: ServeSettings) async throws -> WebFiles {
        guard let path = settings.staticDirectory ?? Self.foundDirectory else { return self }
        let directory: WebDirectory
        do {
            directory = try await WebDirectory(reading: path)
        } catch {
            let message = "The directory \(path) cannot be read: \(error)"
            guard settings.staticDirectory == nil else { throw CommandFailure(message) }
            Terminal.write(message)
            return self
        }
        for problem in directory.problems where settings.logLevel.shows(.warning) {
            Terminal.write(problem)
        }
        return overridden(by: directory)
    }

    private static var foundDirectory: String? {
        FileContents.exists(standardDirectory) ? standardDirectory : nil
    }
}
