/// Bombs, faults of the package's layout, and what looks odd but is fine.
extension HostileCase {
    static let bombCases: [HostileCase] = [
        file(31, "100 MB of zeros", "ratio", isLarge: true) { zeroBomb },
        file(32, "gzip in gzip", "format", isLarge: true) { GzipBuilder.member(zeroBomb, level: 9) },
        file(33, "a million empty entries, cut after the first 70,000", "entries", isLarge: true) { manyEntries },
        file(33, "a few deep paths that imply too many folders", "entries", isLarge: true) { manyFolders },
        file(45, "a manifest of 5 MB", "too_large", isLarge: true) { largeManifest },
    ]

    static let layoutCases: [HostileCase] = [
        bareTar(35, "two packages side by side", "root") {
            $0.file("foo-1.0.0/vais.toml", manifest)
            $0.file("bar-1.0.0/vais.toml", manifest)
            $0.end()
        },
        tar(36, "two manifests that differ in case", "manifest_case") { $0.file("Vais.toml", manifest) },
        bareTar(36, "a manifest in capitals alone", "manifest_case") {
            $0.file("VAIS.TOML", manifest)
            $0.end()
        },
        bareTar(37, "no manifest", "manifest_missing") {
            $0.file("README.md")
            $0.end()
        },
        bareTar(37, "a manifest in a folder", "manifest_missing") {
            $0.file("foo-1.0.0/vais.toml", manifest)
            $0.end()
        },
        bareTar(37, "a folder in place of the manifest", "manifest_missing") {
            $0.folder("vais.toml")
            $0.end()
        },
        bareTar(37, "a symbolic link in place of the manifest", "link") {
            $0.link("vais.toml", to: "/etc/passwd")
            $0.end()
        },
        bareTar(37, "no entries", "manifest_missing") { $0.end() },
    ]

    static let acceptedCases: [HostileCase] = [
        file(0, "an ordinary package", nil) { plain() },
        tar(8, "folders of mode 0000, 0777 and 4755", nil) {
            $0.folder("a", mode: 0)
            $0.file("a/x")
            $0.folder("b", mode: 0o777)
            $0.folder("c", mode: 0o4755)
        },
        tar(10, "setuid, setgid and sticky files of foreign owners", nil) { tar in
            for (index, mode) in [0o4755, 0o2755, 0o1644, 0o7777].enumerated() {
                tar.entry(Array("f\(index)".utf8), contents: [1], mode: mode) { header in
                    header.set(108, "0001750")
                    header.set(265, "mallory")
                    header.set(297, "root")
                }
            }
        },
        file(30, "a gzip header that names a path", nil) {
            GzipBuilder.member(plainTar(), flags: 8, extra: Array("../../etc/passwd\u{0}".utf8))
        },
        file(30, "a gzip header with every field", nil) {
            GzipBuilder.member(
                plainTar(), flags: 4 | 8 | 16, extra: [3, 0, 1, 2, 3] + Array("name\u{0}comment\u{0}".utf8))
        },
        file(30, "a gzip header with an empty extra field and name", nil) {
            GzipBuilder.member(plainTar(), flags: 4 | 8, extra: [0, 0, 0])
        },
        bareTar(0, "paths that begin with ./", nil) {
            $0.folder(".")
            $0.file("./vais.toml", manifest)
            $0.folder("./src")
            $0.file("./src/a")
            $0.end()
        },
        bareTar(0, "a last record filled up as GNU tar does", nil) {
            $0.file("vais.toml", manifest)
            $0.end(blocks: 18)
        },
        bareTar(0, "a package in GNU tar's own format without its extensions", nil) {
            $0.entry(Array("vais.toml".utf8), contents: Array(manifest.utf8)) { $0.set(257, "ustar  \u{0}") }
            $0.end()
        },
        tar(0, "a folder named after what lies in it", nil) {
            $0.file("a/b")
            $0.folder("a")
        },
        tar(0, "times in a pax header, which are ignored", nil) {
            $0.pax([("mtime", Array("1700000000.123456".utf8)), ("path", Array("caf\u{E9}".utf8))])
            $0.file("x")
        },
        tar(0, "a path at every limit", nil) {
            $0.pax("path", String(repeating: "a", count: 255))
            $0.file("x")
            $0.pax("path", String(repeating: String(repeating: "b", count: 203) + "/", count: 5) + "cccc")
            $0.file("x")
            $0.file(String(repeating: "d/", count: 31) + "f")
        },
        tar(0, "names that only look reserved", nil) {
            for name in ["console", "com10", "aux-x", "nul_", "lpt", ".gitignore", "vais.toml.orig", "a/vais.toml"] {
                $0.file(name)
            }
        },
    ]

    // Large archives are made once per process.

    private static let zeroBomb: [UInt8] = {
        var tar = TarBuilder()
        tar.file("vais.toml", manifest)
        tar.entry(Array("zeros".utf8), declaredSize: 100 << 20)
        return GzipBuilder.zeros(100 << 20, after: tar.bytes)
    }()

    private static let manyEntries: [UInt8] = {
        var tar = TarBuilder()
        tar.file("vais.toml", manifest)
        tar.file("0000000", "")
        let template = Array(tar.bytes.suffix(512))
        let start = Array(tar.bytes.dropLast(512))
        return GzipBuilder.stream([start] + (0..<70).map { thousandEntries($0, template) })
    }()

    private static let manyFolders: [UInt8] = {
        var tar = TarBuilder()
        tar.file("vais.toml", manifest)
        for index in 0..<2_300 { tar.file("\(index)/" + String(repeating: "d/", count: 30) + "f", "") }
        tar.end()
        return GzipBuilder.member(tar.bytes)
    }()

    private static let largeManifest: [UInt8] = {
        var tar = TarBuilder()
        tar.file("vais.toml", String(repeating: "# nothing\n", count: 500_000))
        tar.end()
        return GzipBuilder.member(tar.bytes)
    }()

    /// A thousand copies of a header named by seven digits, each with its number and checksum.
    private static func thousandEntries(_ thousand: Int, _ template: [UInt8]) -> [UInt8] {
        var blocks: [UInt8] = []
        let templateSum = TarBuilder.value(template[148..<154])
        for index in 0..<1_000 {
            let digits = TarBuilder.digits(thousand * 1_000 + index)
            let start = blocks.count
            blocks += template
            blocks.replaceSubrange(start..<start + 7, with: digits)
            let sum = digits.reduce(templateSum - 7 * 0x30) { $0 + Int($1) }
            blocks.replaceSubrange(start + 148..<start + 154, with: TarBuilder.octal(sum, digits: 6))
        }
        return blocks
    }
}

extension TarBuilder {
    /// Seven decimal digits.
    static func digits(_ value: Int) -> [UInt8] {
        let text = String(value)
        return Array((String(repeating: "0", count: 7 - text.count) + text).utf8)
    }

    static func value(_ octal: ArraySlice<UInt8>) -> Int { octal.reduce(0) { $0 * 8 + Int($1) - 0x30 } }
}
