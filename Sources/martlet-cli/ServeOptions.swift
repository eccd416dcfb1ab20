import ArgumentParser

/// The options of `serve` as they are written.
struct ServeOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("host", withSingleDash: true)],
        help: "Name or address to listen on (default: 127.0.0.1)."
    )
    var host: String?

    @Option(
        name: [.long, .customLong("port", withSingleDash: true)],
        help: "TCP port; 0 lets the system choose (default: 8080)."
    )
    var port: Int?

    @Option(
        name: [.long, .customLong("app-dir", withSingleDash: true)],
        help: "Directory of the gateway's files; config.json is read from it (default: the user's configuration)."
    )
    var appDir: String?

    @Option(
        name: [.long, .customLong("config", withSingleDash: true)],
        help: "Configuration file, instead of config.json in the directory."
    )
    var config: String?

    @Option(
        name: [.long, .customLong("static-dir", withSingleDash: true)],
        help: "Directory whose files replace the chat page (default: static, if it is there)."
    )
    var staticDir: String?

    @Option(
        name: [.long, .customLong("log-level", withSingleDash: true)],
        help: "debug, info, warn or error (default: info). Requests are logged from info on."
    )
    var logLevel: String?

    @Option(
        name: [.long, .customLong("log-style", withSingleDash: true)],
        help: "json or pretty (default: json)."
    )
    var logStyle: String?

    @Option(
        name: [.long, .customLong("threads", withSingleDash: true)],
        help: "Event loops (default: one for each processor)."
    )
    var threads: Int?

    @Option(
        name: [.long, .customLong("shutdown-grace", withSingleDash: true)],
        help: "Seconds that running requests have to end when the gateway stops (default: 30)."
    )
    var shutdownGrace: Int?

    @Option(
        name: [.long, .customLong("tls-cert", withSingleDash: true)],
        help: "Certificate chain in PEM, to serve HTTPS."
    )
    var tlsCert: String?

    @Option(
        name: [.long, .customLong("tls-key", withSingleDash: true)],
        help: "Private key in PEM, to serve HTTPS."
    )
    var tlsKey: String?
}
