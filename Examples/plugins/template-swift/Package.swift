// swift-tools-version: 6.2
import PackageDescription

// The plugin is Embedded Swift: a small shared object with no Swift runtime, neither inside nor beside it.
let package = Package(
    name: "storage-template",
    products: [.library(name: "storage-template", type: .dynamic, targets: ["Plugin"])],
    targets: [
        // The headers of the plugin ABI, and in plugin.c the note, the entry and what is awkward from Swift.
        .target(name: "CVais"),
        .target(
            name: "Plugin",
            dependencies: ["CVais"],
            swiftSettings: [
                .enableExperimentalFeature("Embedded"),
                .unsafeFlags(["-wmo", "-no-static-stdlib"]),
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/plugin.map",
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                    "-Xlinker", "-z", "-Xlinker", "now",
                    "-Xlinker", "-z", "-Xlinker", "defs",
                ])
            ]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
