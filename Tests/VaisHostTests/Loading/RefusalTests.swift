import CVaisPlugin
import Foundation
import SeededRandom
import Testing

@testable import VaisHost

/// Every way in which a file is not loaded, with its exact words. ROBUSTNESS numbers 104 and 105.
@Suite("A plugin file is refused") struct RefusalTests {
    static let golden = GoldenTexts("refusals.txt")

    let folder: TestFolder
    let sample: SamplePlugin

    init() throws {
        folder = try TestFolder()
        sample = SamplePlugin(folder: folder)
    }

    /// Checks and loads `path` as a digest plugin.
    @discardableResult
    func load(_ path: String, kind: PluginKind = .digest, pin: String? = nil, requirePins: Bool = false)
        throws(PluginError) -> LoadedPlugin
    {
        var choice = PluginChoice(kind, plugin: path, origin: .file("/etc/vais/plugins.toml", line: 3))
        choice.sha256 = pin
        return try LoadedPlugin(try PluginFile.checking(path, for: choice, requirePins: requirePins), kind: kind)
    }

    func expectRefusal(
        _ name: String, _ replacements: [(String, String)] = [], _ load: () throws(PluginError) -> LoadedPlugin
    ) {
        do throws(PluginError) {
            let plugin = try load()
            Issue.record("\(plugin.path) was loaded")
        } catch { Self.golden.expect(error, is: name, folder: folder, replacements) }
    }

    @Test("when its path is relative, absent, a link or not a file")
    func places() throws {
        let good = try sample.build()
        expectRefusal("relative path") { () throws(PluginError) in try load("libsample.so") }
        expectRefusal("no such file") { () throws(PluginError) in try load(folder.path + "/libnone.so") }
        expectRefusal("no such folder") { () throws(PluginError) in try load(folder.path + "/none/libnone.so") }
        let link = folder.path + "/link.so"
        try #require(symlink(good, link) == 0)
        expectRefusal("symbolic link") { () throws(PluginError) in try load(link) }
        expectRefusal("folder") { () throws(PluginError) in try load(folder.path) }
        let pipe = folder.path + "/pipe.so"
        try #require(mkfifo(pipe, 0o600) == 0)
        expectRefusal("pipe") { () throws(PluginError) in try load(pipe) }
    }

    @Test("when others may write it, or a folder above it")
    func permissions() throws {
        let file = try sample.build()
        chmod(file, 0o775)
        expectRefusal("group may write") { () throws(PluginError) in try load(file) }
        chmod(file, 0o757)
        expectRefusal("all may write") { () throws(PluginError) in try load(file) }
        chmod(file, 0o755)
        let inside = try folder.folder("open/inner")
        let moved = inside + "/libsample.so"
        try FileManager.default.copyItem(atPath: file, toPath: moved)
        chmod(folder.path + "/open", 0o777)
        expectRefusal("folder open to all") { () throws(PluginError) in try load(moved) }
        // Sticky: others can add files, but not replace this user's.
        chmod(folder.path + "/open", 0o1777)
        #expect(try load(moved).id == "org.example.sample")
    }

    @Test("when it belongs to somebody else")
    func owners() throws {
        var status = stat()
        status.st_mode = S_IFREG | 0o755
        status.st_uid = 1000
        #expect(FileTrust.fault("/p/x.so", status, user: 1000) == nil)
        #expect(
            FileTrust.fault("/p/x.so", status, user: 1001)?.reason
                == "it belongs to user 1000, neither to root nor to you")
        status.st_uid = 0
        #expect(FileTrust.fault("/p/x.so", status, user: 1001) == nil)
        // The sticky bit excuses folders only.
        status.st_mode = S_IFREG | S_ISVTX | 0o777
        #expect(FileTrust.fault("/p/x.so", status, user: 0) != nil)
    }

    @Test("when it is not a whole shared library for this machine")
    func formats() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: try sample.build()))
        func expect(_ name: String, _ bytes: Data) throws {
            let file = try folder.write("bad.so", bytes, mode: 0o755)
            expectRefusal(
                name, [("\(data.count)", "SIZE"), ("\(data.count - 1)", "SIZE-1"), ("\(data.count / 2)", "SIZE/2")]
            ) {
                () throws(PluginError) in try load(file)
            }
        }
        try expect("empty file", Data())
        try expect("text file", Data(String(repeating: "#!/bin/sh\n", count: 20).utf8))
        try expect("cut in half", data.prefix(data.count / 2))
        try expect("last byte missing", data.dropLast())
        try expect("header only", data.prefix(64))
        for (name, position, byte) in [
            ("32-bit", 4, UInt8(1)), ("big-endian", 5, 2), ("executable", 16, 2), ("other machine", 18, 243),
        ] {
            var changed = data
            changed[position] = byte
            try expect(name, changed)
        }
        var endless = data
        endless.replaceSubrange(32..<40, with: [UInt8](repeating: 0xFF, count: 8))
        try expect("program headers beyond the end", endless)
        let huge = try folder.write("huge.so", data)
        try #require(truncate(huge, 256 << 20 | 1) == 0)
        expectRefusal("too large") { () throws(PluginError) in try load(huge) }
    }

    @Test("whatever bytes it holds, without a crash", arguments: [UInt64.random(in: .min ... .max)])
    func damage(_ seed: UInt64) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: try sample.build()))
        var random = SeededGenerator(seed: seed)
        // Headers, notes and the dynamic section are what the parser reads; most damage goes there.
        for _ in 0..<400 {
            var bytes = [UInt8](data)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<min(0x300, bytes.count), using: &random)] = .random(
                    in: .min ... .max, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do { _ = try ELFImage(reading: ArraySource(array: bytes)) } catch {
                #expect(!error.reason.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test("when its note is missing, unreadable, or of another contract")
    func notes() throws {
        func expect(_ name: String, _ defines: [String], kind: PluginKind = .digest) throws {
            let file = try sample.build("noted", defines)
            expectRefusal(name) { () throws(PluginError) in try load(file, kind: kind) }
        }
        try expect("no note", ["NO_NOTE"])
        try expect("note without version", [#"NOTE="abi=1.0\nid=org.example.sample\n""#])
        try expect("note with odd ABI", [SamplePlugin.note(["abi": "one"])])
        try expect("note that says a key twice", [#"NOTE="abi=1.0\nabi=1.0\n""#])
        try expect("newer ABI", [SamplePlugin.note(["abi": "2.1"])])
        try expect("older ABI", [SamplePlugin.note(["abi": "0.9"])])
        try expect("newer interface", [SamplePlugin.note(["interfaces": "vais.digest/2"])])
        try expect("other kind", [], kind: .storage)
    }

    @Test("when its pin differs, or is missing where pins are required")
    func pins() throws {
        let file = try sample.build()
        let digest = try run(["sha256sum", file]).prefix(64)
        expectRefusal("wrong pin", [(String(digest), "DIGEST")]) { () throws(PluginError) in
            try load(file, pin: String(repeating: "0", count: 64))
        }
        expectRefusal("no pin", [(String(digest), "DIGEST")]) { () throws(PluginError) in
            try load(file, requirePins: true)
        }
        #expect(try load(file, pin: String(digest), requirePins: true).version == "1.2.3")
    }

    @Test("when the dynamic loader cannot use it")
    func dynamicLoading() throws {
        let gone = try folder.write("gone.c", "int gone(void) { return 1; }")
        let library = folder.path + "/libgone.so.7"
        try run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libgone.so.7", "-o", library, gone])
        let file = try sample.build("needs", flags: ["-Wl,--no-as-needed", library])
        try FileManager.default.removeItem(atPath: library)
        expectRefusal("missing library") { () throws(PluginError) in try load(file) }
        let undefined = try sample.build("undefined", ["UNDEFINED"])
        expectRefusal("undefined symbol") { () throws(PluginError) in try load(undefined) }
        let entry = try sample.build("entry", ["ENTRY=another_entry"])
        expectRefusal("no entry") { () throws(PluginError) in try load(entry) }
    }

    @Test("when its descriptor or its table is not what the note says")
    func descriptors() throws {
        func expect(_ name: String, _ defines: [String]) throws {
            let file = try sample.build("described-\(name.filter(\.isLetter))", defines)
            expectRefusal(name) { () throws(PluginError) in
                let plugin = try load(file)
                _ = try plugin.requiredTable(vais_digest.self)
                return plugin
            }
        }
        try expect("declines", ["DECLINES"])
        try expect("wrong magic", ["MAGIC=1"])
        try expect("descriptor of another ABI", ["MAJOR=3"])
        try expect("short descriptor", ["DESCRIPTOR_SIZE=32"])
        try expect("tiny descriptor", ["DESCRIPTOR_SIZE=4"])
        try expect("other id", [#"ID="org.example.other""#])
        try expect("unknown thread model", ["THREADS=9"])
        try expect("table without its end", ["TABLE_SIZE=offsetof(vais_digest, oneshot)"])
        try expect("table with a gap", ["UPDATE=0"])
        try expect("table of four bytes", ["TABLE_SIZE=4"])
    }
}

struct ArraySource: ByteSource {
    var array: [UInt8]
    var size: UInt64 { UInt64(array.count) }

    func read(_ offset: UInt64, _ count: UInt64) -> [UInt8]? {
        guard offset <= size, count <= size - offset else { return nil }
        return Array(array[Int(offset)..<Int(offset + count)])
    }
}
