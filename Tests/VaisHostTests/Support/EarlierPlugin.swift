import Foundation

@testable import VaisHost

/// A plugin of Tests/Compatibility, which holds those of earlier versions of the ABI.
struct EarlierPlugin: Sendable {
    enum Kind: String, Sendable { case storage, digest, password, transport }

    /// What the plugin is built with, and against.
    enum Build: CaseIterable, Sendable {
        /// The headers of its own version.
        case asItWas
        /// Headers in which every struct has grown; behind each table's known part stands something that is not NULL.
        case later
        /// Those, but its tables say that they end where those of its own version did.
        case laterSayingEarlier
    }

    let kind: Kind

    /// - Parameter shortened: the type of a table that says it is one function shorter than it is.
    func file(_ build: Build, shortened: String? = nil, in folder: TestFolder) throws -> String {
        let sources = packageFolder + "/Tests/Compatibility/abi-1.0"
        let headers = build == .asItWas ? sources + "/include" : try laterHeaders(in: folder)
        var names = ["/\(kind.rawValue).c"]
        if kind == .storage {
            names = try FileManager.default.contentsOfDirectory(atPath: sources + "/storage").filter {
                $0.hasSuffix(".c")
            }.sorted().map { "/storage/" + $0 }
        }
        let file = folder.path + "/lib\(kind.rawValue)-earlier-\(shortened ?? "whole").so"
        try run(
            [
                "gcc", "-std=gnu11", "-w", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread", "-I", headers, "-o",
                file,
            ]
                + (build == .asItWas ? [] : ["-DLATER"])
                + (build == .laterSayingEarlier ? ["-DSHORTEN_ALL"] : [])
                + (shortened.map { ["-DSHORTEN=\($0)"] } ?? []) + names.map { sources + $0 })
        return file
    }

    /// A host that was told to use it.
    func host(_ build: Build, shortened: String? = nil, config: String = "", in folder: TestFolder) throws -> PluginHost
    {
        let file = try file(build, shortened: shortened, in: folder)
        return try RealPlugins.host("[\(kind.rawValue)]\nplugin = \"\(file)\"\n" + config, folder: folder)
    }
}
