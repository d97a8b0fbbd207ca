/// Entries that point elsewhere, are something else than a file or folder, or get in each other's way.
extension HostileCase {
    static let pathCases: [HostileCase] = [
        tar(1, "a path that begins with ..", "path_escape") { $0.file("../x") },
        tar(1, "a path that climbs out by way of a folder", "path_escape") { $0.file("a/../../x") },
        tar(1, "a path that ends in ..", "path_escape") { $0.folder("a/..") },
        tar(1, "a .. that would stay inside", "path_escape") { $0.file("a/../b") },
        tar(1, "a pax path that climbs out", "path_escape") {
            $0.pax("path", "../x")
            $0.file("x")
        },
        tar(2, "an absolute path", "path_escape") { $0.file("/tmp/vais-was-here") },
        tar(2, "an absolute pax path", "path_escape") {
            $0.pax("path", "/tmp/vais-was-here")
            $0.file("x")
        },
        tar(2, "a path of two slashes", "path_escape") { $0.file("//x") },
    ]

    static let linkCases: [HostileCase] = [
        tar(3, "a symbolic link to outside and a file through it", "link") {
            $0.link("out", to: "/tmp")
            $0.file("out/vais-was-here")
        },
        tar(4, "a symbolic link that stays inside", "link") {
            $0.folder("a")
            $0.link("b", to: "a")
        },
        tar(5, "a hard link to outside", "link") { $0.link("x", to: "/etc/passwd", type: "1") },
        tar(5, "a hard link by way of two symbolic links", "link") {
            $0.folder("a")
            $0.link("a/b", to: "..")
            $0.link("a/c", to: "b/..")
            $0.link("x", to: "a/c/etc/passwd", type: "1")
        },
        tar(7, "a file named like the mark of a finished unpacking", "reserved") { $0.file(".vais-ok") },
        tar(7, "a symbolic link named like that mark", "reserved") { $0.link(".vais-ok", to: "../../x") },
        tar(7, "that mark in capitals, in a folder", "reserved") { $0.file("a/.VAIS-OK") },
        tar(7, "a git repository", "reserved") { $0.file(".git/config") },
        tar(7, "our own state", "reserved") { $0.file(".vais/packages/left-pad") },
        tar(9, "a folder replaced by a link", "link") {
            $0.folder("a", mode: 0o000)
            $0.link("a", to: "/tmp")
        },
    ]

    static let typeCases: [HostileCase] =
        [("a fifo", "6"), ("a character device", "3"), ("a block device", "4"), ("a contiguous file", "7")].map {
            special in tar(6, special.0, "type") { $0.entry(Array("x".utf8), type: Character(special.1)) }
        } + [
            tar(6, "an unknown type", "type") { $0.entry(Array("x".utf8), type: "Z") },
            tar(6, "a file of the type before ustar", "type") { $0.entry(Array("x".utf8), type: "\u{0}") },
        ]

    static let twinCases: [HostileCase] = [
        tar(11, "the same file twice", "duplicate") {
            $0.file("a", "1")
            $0.file("a", "2")
        },
        tar(11, "the same file twice, once with ./", "duplicate") {
            $0.file("a", "1")
            $0.file("./a", "2")
        },
        tar(11, "the manifest twice", "duplicate") { $0.file("vais.toml", manifest) },
        tar(11, "the same folder twice", "duplicate") {
            $0.folder("a")
            $0.folder("a")
        },
        tar(12, "two files that differ in case", "collision") {
            $0.file("Foo")
            $0.file("foo")
        },
        tar(12, "two folders that differ in case", "collision") {
            $0.file("Foo/a")
            $0.file("foo/b")
        },
        tar(12, "the Kelvin sign and a k", "collision") {
            $0.file("\u{212A}")
            $0.file("k")
        },
        tar(12, "a sharp s and two", "collision") {
            $0.file("stra\u{DF}e")
            $0.file("STRASSE")
        },
        tar(12, "the two small sigmas", "collision") {
            $0.file("\u{3C3}")
            $0.file("\u{3C2}")
        },
        tar(13, "one name composed and decomposed", "collision") {
            $0.file("caf\u{E9}")
            $0.file("cafe\u{301}")
        },
        tar(13, "a folder composed and decomposed", "collision") {
            $0.file("caf\u{E9}/a")
            $0.file("cafe\u{301}/b")
        },
        tar(13, "an iota subscript before and behind an accent", "collision") {
            $0.file("\u{3B1}\u{345}\u{301}")
            $0.file("\u{3B1}\u{301}\u{345}")
        },
        tar(38, "a file used as a folder", "path_conflict") {
            $0.file("a")
            $0.file("a/b")
        },
        tar(38, "a folder used as a file", "path_conflict") {
            $0.file("a/b")
            $0.file("a")
        },
        tar(38, "a file and a folder of one name", "path_conflict") {
            $0.file("a")
            $0.folder("a")
        },
    ]

    static let nameCases: [HostileCase] =
        [
            tar(14, "a path that is not UTF-8", "encoding") { $0.entry([0x61, 0xFF]) },
            tar(14, "an overlong slash", "encoding") { $0.entry([0x61, 0xC0, 0xAF, 0x62]) },
            tar(14, "a surrogate in UTF-8", "encoding") { $0.entry([0xED, 0xA0, 0x80]) },
            tar(15, "a NUL in the middle of a name", "name") { $0.entry([0x61, 0, 0x62]) },
            tar(15, "a NUL in a pax path", "name") {
                $0.pax([("path", [0x61, 0, 0x62])])
                $0.file("a")
            },
            tar(15, "a slash behind a file", "name") { $0.file("a/") },
            tar(15, "an empty name", "name") { $0.file("") },
        ]
        + [
            ("a newline", "a\nb"), ("an escape character", "a\u{1B}[2Jb"), ("a delete character", "a\u{7F}"),
            ("a C1 control", "a\u{9B}b"), ("a right-to-left override", "a\u{202E}b"),
            ("a zero-width joiner", "a\u{200D}b"),
            ("a backslash", "a\\b"), ("a drive letter", "C:x"), ("an alternate stream", "a:b"),
            ("a trailing dot", "a."), ("a trailing space", "a "), ("a folder with a trailing dot", "a./b"),
            ("CON", "CON"), ("aux with an extension", "aux.txt"), ("a device in a folder", "a/nul"), ("COM1", "com1"),
            ("LPT with a superscript two", "lpt\u{B2}.log"), ("a device with a space", "prn .x"),
            ("CONOUT$", "conout$"),
            ("an empty component", "a//b"), ("a dot component", "a/./b"), ("two leading dots and slashes", "././a"),
        ].map { odd in tar(15, odd.0, "name") { $0.file(odd.1) } }
        + [
            tar(16, "a component of 256 bytes", "path_too_long") {
                $0.pax("path", String(repeating: "a", count: 256))
                $0.file("a")
            },
            tar(16, "a path of 1,025 bytes", "path_too_long") {
                $0.pax("path", String(repeating: String(repeating: "a", count: 204) + "/", count: 5))
                $0.entry(Array("a/".utf8), type: "5")
                $0.pax("path", String(repeating: String(repeating: "b", count: 204) + "/", count: 5) + "c")
                $0.file("a")
            },
            tar(16, "a path longer than PATH_MAX", "path_too_long") {
                $0.pax("path", String(repeating: "abcdefg/", count: 600) + "x")
                $0.file("a")
            },
            tar(17, "folders deeper and deeper, one entry each", "depth") { tar in
                for depth in 1...50 { tar.entry(Array(String(repeating: "d/", count: depth).utf8), type: "5") }
            },
            tar(17, "a path 10,000 deep", "pax") {
                $0.pax("path", String(repeating: "d/", count: 10_000) + "f")
                $0.file("a")
            },
            tar(17, "a file 33 deep", "depth") { $0.file(String(repeating: "d/", count: 32) + "f") },
        ]
}
