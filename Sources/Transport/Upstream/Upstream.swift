package import NIOCore
package import NIOSSL

/// A server that requests are sent to, how it is reached and how patient to be with it. Each worker keeps a pool of
/// connections for each upstream.
package final class Upstream: Sendable {
    /// Times after which an exchange is given up. Each has an error of its own.
    package struct Timeouts: Sendable, Equatable {
        /// From the wish for a connection to one that is ready, TLS and proxies included.
        package var connect = TimeAmount.seconds(10)
        /// From the request's departure to the first byte of the answer.
        package var firstByte = TimeAmount.minutes(5)
        /// Between two reads of an answer's body.
        package var idle = TimeAmount.seconds(60)
        /// For the exchange as a whole; none by default, because a long stream is not a fault.
        package var total: TimeAmount?
        /// For the end of an answer whose content is complete; a connection that takes longer is closed.
        package var settling = TimeAmount.seconds(1)
        /// For what may still come behind an answer that is complete but for a mark of its end. Long enough for figures
        /// in an event of their own, which take some providers most of a second, and a lost packet; short enough that a
        /// caller hardly waits.
        package var trailing = TimeAmount.seconds(2)

        package init() {}
    }

    /// Limits of the connection pool of one worker.
    package struct PoolLimits: Sendable, Equatable {
        /// Connections open at once.
        package var maximumConnectionCount = Int.max
        /// Connections kept open without work.
        package var maximumIdleCount = 4096
        /// How long a connection is kept open without work. Shorter than the common 60 s of servers and balancers, so
        /// that it is rarely the other side which closes first.
        package var idleTimeout = TimeAmount.seconds(50)

        package init() {}
    }

    package let host: String
    package let port: Int
    /// Where direct connections go instead of to what the system finds for `host`, which TLS and the `Host` field name
    /// all the same; nil to look `host` up.
    package let address: SocketAddress?
    /// TLS towards the upstream; nil for plain HTTP.
    package let tls: NIOSSLContext?
    /// How the connection is made; nil for a direct one.
    package let proxy: Proxy?
    package let timeouts: Timeouts
    package let poolLimits: PoolLimits

    package init(
        host: String,
        port: Int,
        address: SocketAddress? = nil,
        tls: NIOSSLContext? = nil,
        proxy: Proxy? = nil,
        timeouts: Timeouts = .init(),
        poolLimits: PoolLimits = .init()
    ) {
        self.host = host
        self.port = port
        self.address = address
        self.tls = tls
        self.proxy = proxy
        self.timeouts = timeouts
        self.poolLimits = poolLimits
    }

    /// The value of the `Host` field: the port is left out where it is the scheme's own.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (tls == nil ? 80 : 443) ? name : "\(name):\(port)"
    }
}

/// A proxy between the gateway and an upstream.
package struct Proxy: Sendable {
    /// How the proxy is spoken to.
    package enum Scheme: Sendable, Equatable {
        /// `CONNECT` over plain TCP (RFC 9110, 9.3.6).
        case http
        /// `CONNECT` over TLS.
        case https
        /// SOCKS version 5 (RFC 1928), with a user name and a password where given (RFC 1929). The proxy resolves the
        /// upstream's name.
        case socks5
    }

    /// What a proxy asks for.
    package struct Credentials: Sendable, Equatable {
        package var username: String
        package var password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    package var scheme: Scheme
    package var host: String
    package var port: Int
    package var credentials: Credentials?
    /// TLS towards the proxy itself, for `https`.
    package var tls: NIOSSLContext?

    package init(scheme: Scheme, host: String, port: Int, credentials: Credentials? = nil, tls: NIOSSLContext? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.credentials = credentials
        self.tls = tls
    }
}
