import CVaisPlugin
import Testing

@Suite("Every small plugin") struct PluginHygieneTests {
    static let plugins = [
        ("digest-openssl", VAIS_DIGEST_1), ("password-argon2", VAIS_PASSWORD_1), ("transport-curl", VAIS_TRANSPORT_1),
    ]

    @Test("says what it is, and offers its own interface only", arguments: plugins)
    func describesItself(_ name: String, _ interface: String) throws {
        let plugin = try PluginFile(name)
        let descriptor = plugin.descriptor.pointee
        #expect(descriptor.magic == VAIS_PLUGIN_MAGIC)
        #expect(descriptor.abi_major == VAIS_ABI_MAJOR)
        #expect(descriptor.struct_size == UInt32(MemoryLayout<vais_plugin>.size))
        #expect(String(descriptor.id) == "dev.vais." + name)
        #expect(String(descriptor.license) == "Apache-2.0")
        #expect(String(descriptor.summary).hasSuffix("."))
        #expect(plugin.offers(interface))
        #expect(!plugin.offers("vais.storage/1"))
        #expect(!plugin.offers(String(interface.dropLast())))
        #expect(!plugin.offers(interface + "0"))
    }

    @Test("explains each of its settings in one sentence", arguments: plugins)
    func explainsSettings(_ name: String, _ interface: String) throws {
        for setting in try PluginFile(name).settings {
            #expect(setting.help.hasSuffix(".") && setting.help.count > 20, "\(setting.key): \(setting.help)")
            #expect(
                setting.key.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        }
    }
}
