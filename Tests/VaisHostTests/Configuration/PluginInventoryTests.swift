import Foundation
import Testing

@testable import VaisHost

@Suite("The list of plugins") struct PluginInventoryTests {
    @Test("shows chosen and installed ones, their pins, origins and faults, and runs none of their code")
    func listing() throws {
        let folder = try TestFolder()
        let sample = SamplePlugin(folder: folder)
        // A plugin whose code, once loaded, would leave a trace.
        let trace = folder.path + "/was-run"
        let constructor = try folder.write(
            "constructor.c",
            "#include <fcntl.h>\n__attribute__((constructor)) static void run(void) { open(\"\(trace)\", O_CREAT | O_WRONLY, 0600); }\n"
        )
        let chosen = try sample.build("chosen", flags: [constructor])
        _ = try sample.build("pinned", [SamplePlugin.note(["kind": "password", "interfaces": "vais.password/1"])])
        _ = try sample.build("spare", [SamplePlugin.note(["kind": "storage", "interfaces": "vais.storage/1"])])
        _ = try sample.build("alien", [SamplePlugin.note(["kind": "kitchen"])])
        _ = try sample.build("plain", ["NO_NOTE"])
        let file = try folder.write(
            "plugins.toml",
            """
            search = ["."]
            [digest]
            plugin = "chosen"
            isolation = "process"
            [password]
            plugin = "pinned"
            sha256 = "\(String(repeating: "0", count: 64))"
            [transport]
            plugin = "absent"
            """)
        let inventory = PluginInventory(
            try PluginConfiguration.load(ConfigurationPlaces(explicit: file, environment: [:], binaryFolder: nil)))
        let lines = inventory.items.map { item in
            "\(item.kind) \(item.name) \(item.id ?? "-") \(item.version ?? "-") \(item.state) \(item.pin.rawValue)"
        }
        #expect(
            lines == [
                "transport absent - - refused none", "digest chosen org.example.sample 1.2.3 ready none",
                "password pinned org.example.sample 1.2.3 refused differs",
                "kitchen alien org.example.sample 1.2.3 refused none",
                "storage spare org.example.sample 1.2.3 available none",
            ])
        let digest = try #require(inventory.items.first { $0.name == "chosen" })
        #expect(digest.isolation == .process)
        #expect(inventory.items.filter { $0.isolation == .process }.count == 1)
        #expect(digest.origin == .file(file, line: 3))
        #expect(digest.path == chosen)
        #expect(digest.sha256 == String(try run(["sha256sum", chosen]).prefix(64)))
        #expect(!FileManager.default.fileExists(atPath: trace))
    }
}
