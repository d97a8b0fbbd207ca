/// Faults of the container: pax headers, sizes, end blocks, gzip framing, other formats.
extension HostileCase {
    static let paxCases: [HostileCase] = [
        tar(18, "a pax size larger than ustar's", "size") {
            $0.pax("size", "1024")
            $0.file("a", String(repeating: "a", count: 512))
        },
        tar(18, "a pax size of zero that would show a hidden entry", "size") {
            var hidden = TarBuilder()
            hidden.file("hidden")
            $0.pax("size", "0")
            $0.entry(Array("a".utf8), contents: hidden.bytes)
        },
        tar(18, "a pax size that is no number", "size") {
            $0.pax("size", "-1")
            $0.file("a")
        },
        tar(19, "a pax record with too short a length", "pax") {
            $0.raw(pax: Array("9 path=abcdef\n".utf8))
            $0.file("a")
        },
        tar(19, "a pax record with too long a length", "pax") {
            $0.raw(pax: Array("99 path=b\n".utf8))
            $0.file("a")
        },
        tar(19, "a pax record without a newline", "pax") {
            $0.raw(pax: Array("10 path=bb".utf8))
            $0.file("a")
        },
        tar(19, "a pax record without a length", "pax") {
            $0.raw(pax: Array("path=b\n".utf8))
            $0.file("a")
        },
        tar(19, "a pax record without a key", "pax") {
            $0.raw(pax: Array("6 =bc\n".utf8))
            $0.file("a")
        },
        tar(19, "a pax length beyond all numbers", "pax") {
            $0.raw(pax: Array("99999999999999999999 path=b\n".utf8))
            $0.file("a")
        },
        tar(19, "an empty pax header", "pax") {
            $0.raw(pax: [])
            $0.file("a")
        },
        tar(19, "a pax header that sets the path twice", "pax") {
            $0.pax([("path", Array("b".utf8)), ("path", Array("c".utf8))])
            $0.file("a")
        },
        tar(19, "two pax headers in a row", "pax") {
            $0.pax("path", "b")
            $0.pax("path", "c")
            $0.file("a")
        },
        tar(19, "a pax header without an entry", "pax") { $0.pax("path", "b") },
        tar(19, "a pax header of 1 MiB", "pax") {
            $0.pax("comment", String(repeating: "c", count: 1 << 20))
            $0.file("a")
        },
        tar(20, "a pax path and a GNU long name", "gnu") {
            $0.pax("path", "b")
            $0.entry(Array("././@LongLink".utf8), type: "L", contents: Array("c\u{0}".utf8))
            $0.file("a")
        },
        tar(20, "a GNU long name", "gnu") {
            $0.entry(Array("././@LongLink".utf8), type: "L", contents: Array("c\u{0}".utf8))
            $0.file("a")
        },
        tar(20, "a pax link path", "pax") {
            $0.pax("linkpath", "/etc/passwd")
            $0.file("a")
        },
        tar(21, "a global pax header", "global_pax") {
            $0.pax("path", "b", type: "g")
            $0.file("a")
        },
        tar(22, "a GNU sparse file", "sparse") { $0.entry(Array("a".utf8), type: "S") },
        tar(22, "a pax sparse file", "sparse") {
            $0.pax([("GNU.sparse.major", Array("1".utf8)), ("GNU.sparse.minor", Array("0".utf8))])
            $0.file("a", "1\n0\n1\n")
        },
        tar(22, "a header that keeps a sparse map where the prefix is", "gnu") {
            $0.entry(Array("a".utf8)) { header in
                header.set(257, "ustar  \u{0}")
                header.set(386, "00000001000")
            }
        },
    ]

    static let sizeCases: [HostileCase] = [
        tar(23, "a negative size", "size") { $0.entry(Array("a".utf8)) { $0.set(124, "-0000000777") } },
        tar(23, "a base-256 size", "size") {
            $0.entry(Array("a".utf8)) { $0.set(124, [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]) }
        },
        tar(23, "a negative base-256 size", "size") {
            $0.entry(Array("a".utf8)) { $0.set(124, [UInt8](repeating: 0xFF, count: 12)) }
        },
        tar(23, "a base-256 owner, at which some readers stop", "format") {
            $0.entry(Array("a".utf8)) { $0.set(108, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) }
        },
        tar(23, "a time that is no number, at which some readers stop", "format") {
            $0.entry(Array("a".utf8)) { $0.set(136, "yesterday") }
        },
        tar(23, "no size at all", "size") { $0.entry(Array("a".utf8)) { $0.clear(124..<136) } },
        tar(23, "a folder with contents", "size") { $0.entry(Array("a/".utf8), type: "5", contents: [1]) },
        bareTar(24, "a size past the end", "truncated") {
            $0.file("vais.toml", manifest)
            $0.entry(Array("a".utf8), contents: [1, 2, 3], declaredSize: 4_096)
        },
        bareTar(24, "cut in the middle of a header", "truncated") {
            $0.file("vais.toml", manifest)
            $0.file("a")
            $0.truncate(to: 1_024 + 100)
        },
        bareTar(24, "cut in the middle of a file", "truncated") {
            $0.file("vais.toml", manifest)
            $0.file("a", "0123456789")
            $0.truncate(to: 1_024 + 512 + 5)
        },
        file(24, "gzip cut in the middle", "truncated") { Array(plain().dropLast(20)) },
        file(24, "gzip cut in its trailer", "truncated") { Array(plain().dropLast(1)) },
        tar(25, "a header with a wrong checksum", "checksum") {
            $0.entry(Array("a".utf8), sums: false) { header in
                header.sum()
                header.block[0] = 0x62
            }
        },
        tar(25, "a header without a checksum", "checksum") {
            $0.entry(Array("a".utf8), sums: false) { $0.clear(148..<156) }
        },
        bareTar(26, "no end blocks", "truncated") { $0.file("vais.toml", manifest) },
        bareTar(26, "one end block", "truncated") {
            $0.file("vais.toml", manifest)
            $0.end(blocks: 1)
        },
        bareTar(26, "bytes after the end blocks", "trailing") {
            $0.file("vais.toml", manifest)
            $0.end()
            $0.append([UInt8](repeating: 7, count: 512))
        },
        bareTar(26, "a second tar after the end blocks", "trailing") {
            $0.file("vais.toml", manifest)
            $0.end()
            $0.file("hidden")
            $0.end()
        },
        bareTar(26, "an entry after a single zero block", "trailing") {
            $0.file("vais.toml", manifest)
            $0.end(blocks: 1)
            $0.file("hidden")
            $0.end()
        },
        bareTar(26, "a megabyte of zeros after the end", "trailing") {
            $0.file("vais.toml", manifest)
            $0.end(blocks: 2_048)
        },
        bareTar(26, "half a block after the end", "truncated") {
            $0.file("vais.toml", manifest)
            $0.end()
            $0.append([UInt8](repeating: 0, count: 256))
        },
        tar(26, "bytes in the padding behind a file", "format") {
            $0.file("a", "x")
            $0.truncate(to: $0.bytes.count - 1)
            $0.append([7])
        },
        bareTar(34, "a declared size of 600 MB", "too_large") {
            $0.file("vais.toml", manifest)
            $0.entry(Array("a".utf8), declaredSize: 600_000_000)
        },
    ]

    static let containerCases: [HostileCase] = [
        file(27, "two gzip members", "trailing") { plain() + GzipBuilder.member([]) },
        file(27, "one tar in two gzip members", "trailing") {
            let tar = plainTar()
            return GzipBuilder.member(Array(tar[..<512])) + GzipBuilder.member(Array(tar[512...]))
        },
        file(28, "bytes after the gzip trailer", "trailing") { plain() + [0] },
        file(29, "a wrong CRC-32", "checksum") { GzipBuilder.member(plainTar(), spoil: .crc) },
        file(29, "a wrong length", "checksum") { GzipBuilder.member(plainTar(), spoil: .length) },
        file(29, "damaged deflate data", "format") {
            var bytes = plain()
            bytes[10] = 0x07
            return bytes
        },
        file(30, "a gzip header that never ends", "format") {
            GzipBuilder.member(plainTar(), flags: 8, extra: [UInt8](repeating: 0x61, count: 100_000) + [0])
        },
        file(30, "a gzip header with unknown flags", "format") { GzipBuilder.member(plainTar(), flags: 0x80) },
        file(30, "a gzip header with a wrong checksum", "checksum") {
            GzipBuilder.member(plainTar(), flags: 2, extra: [0, 0])
        },
        file(39, "a zip file", "format") { Array("PK\u{3}\u{4}".utf8) + filler },
        file(39, "an xz file", "format") { [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00] + filler },
        file(39, "a zstd file", "format") { [0x28, 0xB5, 0x2F, 0xFD] + filler },
        file(39, "a bzip2 file", "format") { Array("BZh9".utf8) + filler },
        file(39, "a program", "format") { [0x7F, 0x45, 0x4C, 0x46] + filler },
        file(39, "an uncompressed tar", "format") { plainTar() },
        file(39, "gzip data that is no tar", "format") { GzipBuilder.member(Array(repeating: 0x20, count: 2_000)) },
        file(40, "no bytes at all", "truncated") { [] },
    ]

    private static let filler = [UInt8](repeating: 0x55, count: 600)

    /// A small valid package.
    package static func plainTar() -> [UInt8] {
        var tar = TarBuilder()
        tar.file("vais.toml", manifest)
        tar.file("README.md", "# hostile\n")
        tar.folder("src")
        tar.file("src/main.vais", "print(1)\n")
        tar.end()
        return tar.bytes
    }

    package static func plain() -> [UInt8] { GzipBuilder.member(plainTar()) }
}
