import Martlet

/// How much is said.
enum LogLevel: Int {
    case debug
    case info
    case warning
    case error

    init?(_ name: String) {
        switch name.lowercased() {
        case "debug": self = .debug
        case "info": self = .info
        case "warn", "warning": self = .warning
        case "error": self = .error
        default: return nil
        }
    }

    /// Whether messages of `level` are written.
    func shows(_ level: LogLevel) -> Bool { level.rawValue >= rawValue }
}

/// The options of `serve` with the environment and the defaults behind them, checked.
struct ServeSettings {
    let host: String
    let port: Int
    let appDirectory: String
    let configurationFile: String?
    let staticDirectory: String?
    let logLevel: LogLevel
    let logStyle: LogStyle
    let threadCount: Int?
    let shutdownGrace: Duration
    let tls: (certificate: String, key: String)?

    init(_ options: ServeOptions, environment: [String: String]) throws {
        func text(_ option: String?, _ names: String...) -> String? {
            option ?? names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        func number(_ option: Int?, _ name: String, _ names: [String], _ range: ClosedRange<Int>) throws -> Int? {
            let variable = names.first { environment[$0]?.isEmpty == false }
            guard let value = option ?? variable.flatMap({ Int(environment[$0] ?? "") }) else {
                guard let variable else { return nil }
                throw CommandFailure("\(variable) must be a number from \(range.lowerBound) to \(range.upperBound).")
            }
            guard range.contains(value) else {
                throw CommandFailure("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
            }
            return value
        }
        host = text(options.host, "MARTLET_HOST", "BIFROST_HOST", "APP_HOST") ?? "127.0.0.1"
        port = try number(options.port, "--port", ["MARTLET_PORT", "APP_PORT"], 0...65535) ?? 8080
        appDirectory =
            text(options.appDir, "MARTLET_APP_DIR", "APP_DIR") ?? Self.defaultDirectory(environment: environment)
        configurationFile = text(options.config, "MARTLET_CONFIG")
        staticDirectory = text(options.staticDir, "MARTLET_STATIC_DIR")
        let level = text(options.logLevel, "MARTLET_LOG_LEVEL", "LOG_LEVEL") ?? "info"
        guard let logLevel = LogLevel(level) else {
            throw CommandFailure("--log-level must be debug, info, warn or error, not \"\(level)\".")
        }
        self.logLevel = logLevel
        let style = text(options.logStyle, "MARTLET_LOG_STYLE", "LOG_STYLE") ?? "json"
        guard let logStyle = LogStyle(rawValue: style) else {
            throw CommandFailure("--log-style must be json or pretty, not \"\(style)\".")
        }
        self.logStyle = logStyle
        threadCount = try number(options.threads, "--threads", ["MARTLET_THREADS"], 1...1024)
        let grace = try number(options.shutdownGrace, "--shutdown-grace", ["MARTLET_SHUTDOWN_GRACE"], 0...86400)
        shutdownGrace = .seconds(grace ?? 30)
        switch (options.tlsCert, options.tlsKey) {
        case (nil, nil): tls = nil
        case (let certificate?, let key?): tls = (certificate, key)
        default: throw CommandFailure("--tls-cert and --tls-key go together.")
        }
    }

    /// The user's configuration directory by the XDG Base Directory Specification.
    private static func defaultDirectory(environment: [String: String]) -> String {
        if let directory = environment["XDG_CONFIG_HOME"], directory.hasPrefix("/") {
            return "\(directory)/martlet"
        }
        if let home = environment["HOME"], !home.isEmpty {
            return "\(home)/.config/martlet"
        }
        return "."
    }
}
