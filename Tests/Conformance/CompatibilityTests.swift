import Glibc
import Testing
import VaisConformance
import VaisHost

/// Tests/Compatibility keeps the headers of earlier versions of the ABI, and plugins written for them. Its transport, which needs no network, is
/// tried by the host's own tests.
@Suite("The plugins written for ABI 1.0") struct CompatibilityTests {
    @Test(
        "keep every promise to the kit of today, built against the headers of their version",
        arguments: [PluginKind.storage, .digest, .password])
    func earlierPlugins(_ kind: PluginKind) throws {
        let scratch = try Scratch()
        let report = try Kit.run(build(kind, in: scratch), kind: kind, Check.Group.all(of: kind))
        #expect(report.findings == [], "seed \(report.seed)")
        #expect(report.results.count >= Check.all(of: kind, at: .quick).count)
    }

    private func build(_ kind: PluginKind, in scratch: Scratch) throws -> String {
        let folder = sourceRoot + "/Tests/Compatibility/abi-1.0"
        let sources =
            kind == .storage
            ? try fileNames(in: folder + "/storage").filter { $0.hasSuffix(".c") }.sorted().map {
                folder + "/storage/" + $0
            }
            : [folder + "/\(kind.rawValue).c"]
        let library = scratch.path + "/lib\(kind.rawValue)-earlier.so"
        try run(
            [
                "clang", "-shared", "-fPIC", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-pthread",
                "-I" + folder + "/include", "-Wl,--version-script=" + sourceRoot + "/Sources/Plugins/plugin.map", "-o",
                library,
            ] + sources)
        // The host refuses a plugin that others may write to, whatever the umask.
        chmod(library, 0o755)
        return library
    }
}
