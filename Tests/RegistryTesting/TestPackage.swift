internal import ArchiveCorpus

/// Archives of small packages.
package enum TestPackage {
    /// A valid archive. `package` lines go below `[package]`, `rest` behind it; `filler` bytes of a second file make it as large.
    package static func archive(
        _ name: String, _ version: String = "1.0.0", package: String = "", rest: String = "", filler: Int = 0,
        mark: String = "x"
    ) -> [UInt8] {
        var tar = TarBuilder()
        tar.file(
            "vais.toml", "[package]\nname = \"\(name)\"\nversion = \"\(version)\"\n\(package)\n\(rest)\n")
        tar.file("src/main.vais", "// \(mark)\n")
        if filler > 0 { tar.file("data.bin", noise(filler)) }
        tar.end()
        return GzipBuilder.member(tar.bytes, level: filler > 0 ? 1 : 6)
    }

    /// Text that does not compress below about three quarters: a random block, repeated at a distance that gzip cannot see.
    private static func noise(_ count: Int) -> String {
        String(decoding: (0...(count / block.utf8.count)).map { _ in block }.joined().utf8.prefix(count), as: UTF8.self)
    }

    private static let block: String = {
        var state: UInt64 = 42
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        let bytes = (0..<(128 << 10)).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return letters[Int(state >> 58)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }()
}
