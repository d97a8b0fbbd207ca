// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Where the toolchain on PATH keeps what Embedded Swift links: the Unicode tables behind `String` comparison.
let embeddedLibraries: String = {
    #if arch(arm64)
        let triple = "aarch64-unknown-linux-gnu"
    #else
        let triple = "x86_64-unknown-linux-gnu"
    #endif
    let folders = (Context.environment["PATH"] ?? "").split(separator: ":")
    let swiftc =
        folders.map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/bin/swiftc"
    let toolchain = URL(fileURLWithPath: swiftc).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
    return toolchain.appendingPathComponent("lib/swift/embedded/\(triple)").path
}()

/// "address" or "thread" where `scripts/check-sanitizers` builds, beside the `--sanitize` of SwiftPM.
let sanitizer = Context.environment["VAIS_SANITIZER"]

/// C of our own is watched for undefined behaviour, too; the reports are made by what AddressSanitizer links.
let undefinedBehavior: [CSetting] = sanitizer == "address" ? [.unsafeFlags(["-fsanitize=undefined"])] : []

let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A plugin written in Embedded Swift: a small shared object without the Swift runtime, whose only export is
/// `vais_plugin_entry`. Its folder `C` holds the note, the entry, and what Swift cannot call directly (variadic functions, macros).
func embeddedPlugin(_ name: String, library: String) -> [Target] {
    [
        .target(
            name: "C\(name)", dependencies: ["CVaisPlugin", "CPluginSupport"], path: "Sources/Plugins/\(name)/C",
            cSettings: undefinedBehavior),
        .target(
            name: name,
            dependencies: ["CVaisPlugin", "CPluginSupport", .target(name: "C\(name)")],
            path: "Sources/Plugins/\(name)",
            exclude: ["C"],
            swiftSettings: [
                .enableExperimentalFeature("Embedded"),
                .unsafeFlags(["-wmo", "-no-static-stdlib"]),
            ],
            linkerSettings: pluginLinkerSettings(library: library, embedded: true)),
    ]
}

/// One exported symbol, never unloaded, every symbol resolved at load time.
func pluginLinkerSettings(library: String?, embedded: Bool) -> [LinkerSetting] {
    var flags = [
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/Plugins/plugin.map",
        "-Xlinker", "-z", "-Xlinker", "nodelete",
        "-Xlinker", "-z", "-Xlinker", "now",
    ]
    // What a sanitizer calls is in the program.
    if sanitizer == nil { flags += ["-Xlinker", "-z", "-Xlinker", "defs"] }
    if embedded {
        flags += ["-L", embeddedLibraries, "-Xlinker", "-l:libswiftUnicodeDataTables.a"]
    }
    return [.unsafeFlags(flags)] + (library.map { [.linkedLibrary($0)] } ?? [])
}

/// What makes the program start sooner where it is released: nothing is exported, since plugins are handed what they may call, and the
/// hundred thousand relative relocations of a static Swift runtime are packed to a hundredth of their size (glibc 2.36 or newer).
let quickStart: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
        ], .when(platforms: [.linux], configuration: .release))
]

/// What ThreadSanitizer has in the program for Swift in plugins, and does not export by itself.
let threadSanitizerExports = ["__tsan_external_write", "__tsan_ignore_thread_begin", "__tsan_ignore_thread_end"]
let sanitizerLinking: [LinkerSetting] =
    sanitizer == "thread"
    ? [.unsafeFlags(threadSanitizerExports.flatMap { ["-Xlinker", "--export-dynamic-symbol", "-Xlinker", $0] })] : []

let package = Package(
    name: "vais",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "vais", targets: ["vais"]),
        .library(name: "storage-memory", type: .dynamic, targets: ["StorageMemory"]),
        .library(name: "storage-sqlite", type: .dynamic, targets: ["StorageSQLite"]),
        .library(name: "transport-curl", type: .dynamic, targets: ["TransportCurl"]),
        .library(name: "digest-openssl", type: .dynamic, targets: ["DigestOpenSSL"]),
        .library(name: "password-argon2", type: .dynamic, targets: ["PasswordArgon2"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CVaisPlugin"),
        .target(name: "CVaisShim", cSettings: undefinedBehavior),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "VaisModel", swiftSettings: swift),
        .target(name: "VaisResolver", dependencies: ["VaisModel"], swiftSettings: swift),
        .target(name: "VaisArchive", dependencies: ["CZlib", "CVaisShim"], swiftSettings: swift),
        .target(name: "VaisProtocol", dependencies: ["VaisModel"], swiftSettings: swift),
        .target(
            name: "VaisHost",
            dependencies: [
                "VaisModel", "CVaisPlugin", "CVaisShim",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .target(
            name: "VaisRegistry", dependencies: ["VaisModel", "VaisArchive", "VaisProtocol", "VaisHost"],
            swiftSettings: swift),
        .target(
            name: "VaisServer",
            dependencies: [
                "VaisModel", "VaisProtocol", "VaisHost", "VaisRegistry", "CZlib", "CVaisShim",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: swift),
        .target(
            name: "VaisClient",
            dependencies: ["VaisModel", "VaisResolver", "VaisArchive", "VaisProtocol", "VaisHost", "CVaisShim"],
            swiftSettings: swift),
        .target(
            name: "VaisConformance", dependencies: ["VaisProtocol", "VaisHost", "CVaisPlugin", "CVaisShim"],
            swiftSettings: swift),
        .executableTarget(
            name: "vais",
            dependencies: [
                "VaisModel", "VaisResolver", "VaisArchive", "VaisProtocol", "VaisHost", "VaisRegistry", "VaisServer",
                "VaisClient", "VaisConformance", "CVaisShim",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift, linkerSettings: quickStart + sanitizerLinking),

        .target(
            name: "CPluginSupport", dependencies: ["CVaisPlugin"], path: "Sources/Plugins/CPluginSupport",
            cSettings: undefinedBehavior),
        .target(
            name: "StorageMemory", dependencies: ["CVaisPlugin"], path: "Sources/Plugins/StorageMemory",
            publicHeadersPath: ".", cSettings: undefinedBehavior,
            linkerSettings: pluginLinkerSettings(library: nil, embedded: false)),

        .target(name: "Loopback", path: "Tests/Support/Loopback", swiftSettings: swift),
        .target(name: "SeededRandom", path: "Tests/Support/SeededRandom", swiftSettings: swift),
        .testTarget(name: "VaisModelTests", dependencies: ["VaisModel", "SeededRandom"], swiftSettings: swift),
        .testTarget(
            name: "VaisResolverTests", dependencies: ["VaisResolver", "VaisModel", "SeededRandom"], swiftSettings: swift
        ),
        .target(name: "ArchiveCorpus", dependencies: ["CZlib"], path: "Tests/ArchiveCorpus", swiftSettings: swift),
        .testTarget(
            name: "VaisArchiveTests", dependencies: ["VaisArchive", "ArchiveCorpus", "SeededRandom"],
            swiftSettings: swift),
        .testTarget(
            name: "VaisProtocolTests", dependencies: ["VaisProtocol", "VaisModel", "SeededRandom"], swiftSettings: swift
        ),
        .target(name: "CFaultyStorage", dependencies: ["CVaisPlugin"], path: "Tests/CFaultyStorage"),
        .executableTarget(
            name: "isolation-host",
            dependencies: ["VaisHost", "VaisModel", .product(name: "Logging", package: "swift-log")],
            path: "Tests/IsolationHost", swiftSettings: swift),
        .testTarget(
            name: "VaisHostTests",
            dependencies: [
                "VaisHost", "VaisModel", "CVaisPlugin", "CFaultyStorage", "SeededRandom", "Loopback", "isolation-host",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Golden"], swiftSettings: swift),
        .target(
            name: "CTestTLS", path: "Tests/Support/CTestTLS",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .testTarget(
            name: "PluginTests", dependencies: ["CVaisPlugin", "CTestTLS", "Loopback"], path: "Tests/Plugins",
            swiftSettings: swift),
        .testTarget(
            name: "ConformanceTests", dependencies: ["VaisConformance", "VaisHost"], path: "Tests/Conformance",
            exclude: ["Samples", "Wrapper"],
            swiftSettings: swift),
        .target(
            name: "RegistryTesting",
            dependencies: ["VaisRegistry", "VaisHost", "VaisProtocol", "VaisModel", "ArchiveCorpus"],
            path: "Tests/RegistryTesting", swiftSettings: swift),
        .testTarget(
            name: "VaisRegistryTests",
            dependencies: [
                "RegistryTesting", "VaisRegistry", "VaisHost", "VaisProtocol", "VaisModel", "ArchiveCorpus",
            ],
            swiftSettings: swift),
        .testTarget(
            name: "VaisServerTests",
            dependencies: [
                "RegistryTesting", "VaisServer", "VaisRegistry", "VaisHost", "VaisProtocol", "VaisModel",
                "ArchiveCorpus",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "VaisClientTests",
            dependencies: [
                "VaisClient", "VaisHost", "VaisProtocol", "VaisModel", "VaisResolver", "VaisArchive", "ArchiveCorpus",
                "Loopback",
            ],
            swiftSettings: swift),
        .systemLibrary(
            name: "CSQLite", path: "Tests/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CFaultyDisk", dependencies: ["CSQLite"], path: "Tests/CFaultyDisk"),
        .target(
            name: "StorageSQLiteTesting", dependencies: ["CVaisPlugin"], path: "Tests/StorageSQLiteTesting",
            swiftSettings: swift),
        .executableTarget(
            name: "storage-sqlite-child", dependencies: ["StorageSQLiteTesting", "CVaisPlugin"],
            path: "Tests/StorageSQLiteChild", swiftSettings: swift),
        .testTarget(
            name: "StorageSQLiteTests",
            dependencies: ["StorageSQLiteTesting", "storage-sqlite-child", "CVaisPlugin", "CSQLite", "CFaultyDisk"],
            swiftSettings: swift),
        .target(name: "CTestSpawn", path: "Tests/Support/CTestSpawn"),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["CTestSpawn", "VaisModel", "VaisProtocol", "ArchiveCorpus", "SeededRandom", "Loopback"],
            path: "Tests/EndToEnd", swiftSettings: swift),
    ]
        + embeddedPlugin("StorageSQLite", library: "sqlite3")
        + embeddedPlugin("TransportCurl", library: "curl")
        + embeddedPlugin("DigestOpenSSL", library: "crypto")
        + embeddedPlugin("PasswordArgon2", library: "argon2"),
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
