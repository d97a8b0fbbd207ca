import Testing

@Suite("The example plugins") struct ExamplePluginTests {
    /// What takes several processes, a kill, a full store or a damaged file; the kit's checks are in `StoragePluginTests`.
    @Test("for LMDB passes the checks its author wrote for it, and builds with nothing but the headers")
    func lmdb() throws {
        let scratch = try Scratch()
        let folder = sourceRoot + "/Examples/plugins/storage-lmdb"
        let headers = scratch.path + "/include", build = scratch.path + "/build"
        defer { try? run(["rm", "-rf", headers, build]) }
        try run(["cp", "-r", sourceRoot + "/Sources/CVaisPlugin/include", headers])
        try run(["make", "-s", "-C", folder, "check", "VAIS_INCLUDE=" + headers, "BUILD=" + build])
    }
}
