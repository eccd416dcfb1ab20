// swift-tools-version: 6.3

import PackageDescription

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Targets stand in the order of the floors in docs/architecture.md: each imports only what stands above it here.
let package = Package(
    name: "martlet",
    products: [
        .library(name: "Martlet", targets: ["Martlet"]),
        .executable(name: "martlet", targets: ["martlet"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CWebPages", exclude: ["files"]),
        .target(name: "JSON"),
        .target(name: "Framing"),
        .target(name: "Transport", dependencies: ["CZlib", deque, nioCore, nioPosix, nioTLS, nioSSL]),
        .target(name: "Dialects", dependencies: ["JSON", "Framing"]),
        .target(
            name: "Martlet",
            dependencies: [
                "JSON", "Framing", "Dialects", "Transport", crypto, cryptoExtras, deque, nioConcurrencyHelpers, nioCore,
                nioPosix,
            ]
        ),
        .target(
            name: "MartletServer",
            dependencies: [
                "CWebPages", "Dialects", "Transport", "Martlet", nioConcurrencyHelpers, nioCore, nioPosix,
            ]
        ),
        .target(
            name: "MartletMock",
            dependencies: ["JSON", "Framing", "Transport", nioConcurrencyHelpers, nioCore]
        ),
        .executableTarget(
            name: "martlet",
            dependencies: ["Martlet", "MartletServer", "MartletMock", "Transport", argumentParser],
            path: "Sources/martlet-cli"
        ),
        .executableTarget(name: "microbench", dependencies: ["JSON", "Framing", "Dialects", "Transport", nioCore]),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .target(
            name: "WireTestSupport",
            dependencies: ["Transport", nioCore, nioPosix],
            path: "Tests/WireTestSupport"
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(name: "FramingTests", dependencies: ["Framing", "TestSupport"]),
        .testTarget(
            name: "TransportTests",
            dependencies: ["Transport", "CZlib", nioCore, nioPosix, nioEmbedded, nioSSL, nioConcurrencyHelpers]
        ),
        .testTarget(name: "DialectsTests", dependencies: ["Dialects", "JSON", "TestSupport"]),
        .testTarget(
            name: "MartletTests",
            dependencies: ["Martlet", "Dialects", "JSON", "Transport", "TestSupport", nioCore, nioPosix]
        ),
        .testTarget(
            name: "MartletServerTests",
            dependencies: [
                "MartletServer", "MartletMock", "Martlet", "Dialects", "Transport", "JSON", "TestSupport",
                "WireTestSupport",
                nioConcurrencyHelpers, nioCore, nioPosix,
            ]
        ),
        .testTarget(
            name: "MartletMockTests",
            dependencies: ["MartletMock", "Transport", "WireTestSupport", nioCore, nioPosix]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableUpcomingFeature("InferIsolatedConformances"),
            .treatAllWarnings(as: .error),
        ]
}
