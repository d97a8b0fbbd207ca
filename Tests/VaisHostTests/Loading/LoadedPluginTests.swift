import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("A loaded plugin") struct LoadedPluginTests {
    let folder: TestFolder
    let sample: SamplePlugin

    init() throws {
        folder = try TestFolder()
        sample = SamplePlugin(folder: folder)
    }

    func load(_ path: String) throws -> LoadedPlugin {
        let choice = PluginChoice(.digest, plugin: path, origin: .file("/etc/vais/plugins.toml", line: 3))
        return try LoadedPlugin(try PluginFile.checking(path, for: choice), kind: .digest)
    }

    @Test("says who it is and how many threads it bears")
    func identity() throws {
        let plugin = try load(try sample.build())
        #expect(plugin.id == "org.example.sample")
        #expect(plugin.version == "1.2.3")
        #expect(plugin.summary == "A sample.")
        #expect(plugin.threadModel == .any)
        #expect(try load(try sample.build("one", ["THREADS=VAIS_THREADS_ONE"])).threadModel == .one)
    }

    @Test("gives a table cut to what this host knows, and zeros for what the plugin does not")
    func tables() throws {
        let long = try load(try sample.build("long", ["TABLE_SIZE=sizeof(table)"]))
        #expect(try long.table(vais_digest.self)?.pointee.oneshot != nil)
        let storage = try #require(try long.table(vais_storage.self))
        #expect(storage.pointee.commit != nil)
        // Behind the plugin's struct_size there is garbage in its memory; an optional function it does not have is none.
        #expect(storage.pointee.commit_many == nil)
        #expect(try long.table(vais_transport.self) == nil)
    }

    @Test("of thread model one is entered by one thread at a time")
    func gate() async {
        let gate = PluginGate(.one)
        let inside = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 { gate.end("cannot count") { inside.enterAndLeave() } }
                }
            }
        }
        #expect(inside.most == 1 && inside.total == 4000)
    }

    @Test("has one gate for its file, by whatever name and for whatever use it was loaded")
    func oneGate() throws {
        let path = try sample.build("one", ["THREADS=VAIS_THREADS_ONE"])
        let other = folder.path + "/libother.so"
        try run(["ln", path, other])
        #expect(try load(path).gate === load(path).gate)
        #expect(try load(path).gate === load(other).gate)
        #expect(try load(path).gate !== load(try sample.build("two", ["THREADS=VAIS_THREADS_ONE"])).gate)
    }

    /// Counts without protection of its own: only the gate keeps it right.
    private final class Counter: @unchecked Sendable {
        private var now = 0
        private(set) var most = 0
        private(set) var total = 0

        func enterAndLeave() {
            now += 1
            total += 1
            most = max(most, now)
            now -= 1
        }
    }
}

@Suite("Text from a plugin") struct PlainTextTests {
    @Test("stays on its line and cannot steer a terminal")
    func controls() {
        #expect(plainText("a\nb\u{1b}[31m\u{7f}\u{202e}c\u{85}") == "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}\u{FFFD}c\u{FFFD}")
        #expect(plainText("grüße 日本") == "grüße 日本")
        #expect(plainText("aaaa", limit: 2) == "aa…")
    }
}
