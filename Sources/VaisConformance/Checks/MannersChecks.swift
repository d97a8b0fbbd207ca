internal import CVaisPlugin
internal import VaisHost

extension Check {
    /// What every plugin owes its host, whatever it is for.
    static func manners(of kind: PluginKind) -> [Check] {
        [
            Check(.hygiene, "exports vais_plugin_entry and nothing else", for: kind) { bench in
                let symbols = try exportedSymbols(of: bench.plugin.path)
                bench.expect(symbols == ["vais_plugin_entry"], "it exports \(symbols.sorted().prefix(10))")
            },
            Check(
                .hygiene, "the entry answers the same each time, and works with a host that offers nothing", for: kind
            ) { bench in
                let entry = try EntryPoint(bench.plugin.path)
                guard let plugin = entry(bareHost) else { return bench.found("the entry answers NULL to a bare host") }
                bench.expect(entry(bareHost) == plugin, "the second call answers another descriptor")
                for interface in bench.plugin.note.interfaces {
                    let table = plugin.pointee.interface(interface)
                    bench.expect(table != nil, "the note promises \(interface), and get_interface answers NULL")
                    bench.expect(
                        plugin.pointee.interface(interface) == table, "\(interface) is another table each time")
                }
            },
            Check(
                .hygiene, "a host of another major version of the ABI learns from the entry that it does not fit",
                for: kind
            ) { bench in
                let entry = try EntryPoint(bench.plugin.path)
                var future = bareHost.pointee
                future.abi_major = VAIS_ABI_MAJOR + 1
                if let plugin = entry(&future) {
                    bench.expect(
                        plugin.pointee.abi_major == VAIS_ABI_MAJOR,
                        "it says it was built for \(plugin.pointee.abi_major)")
                }
                bench.expect(entry(bareHost) != nil, "after that it declines this host")
            },
            Check(.hygiene, "a host of a later minor version, whose table is longer, is served the same", for: kind) {
                bench in
                let entry = try EntryPoint(bench.plugin.path)
                let plugin = entry(laterHost)
                bench.expect(plugin != nil && plugin == entry(bareHost), "it answers another descriptor, or none")
                guard let plugin else { return }
                for name in bench.plugin.note.interfaces {
                    guard let table = plugin.pointee.interface(name) else { continue }
                    let known = table.load(as: UInt32.self)
                    // Slots at the end of the table may be left out, not cut in half.
                    bench.expect(known % 8 == 0 && known > 16, "the table \(name) says it has \(known) bytes")
                }
            },
            Check(.hygiene, "names of interfaces it does not know are answered with NULL", for: kind) { bench in
                guard let plugin = try EntryPoint(bench.plugin.path)(bareHost) else { throw Refusal("no descriptor") }
                let name = kind.interface
                let base = String(name.dropLast(2))
                for unknown in [
                    "", "vais", base, base + "/", base + "/2", base + "/10", name + " ", "V" + name.dropFirst(),
                ] {
                    bench.expect(plugin.pointee.interface(unknown) == nil, "\"\(unknown)\" is answered with a table")
                }
                // The size counts, not a NUL: the buffer goes on behind the name.
                let answer = (name + "1").withCString { plugin.pointee.get_interface($0, UInt64(name.utf8.count)) }
                bench.expect(answer != nil, "\(name) is not found when its name is not followed by NUL")
            },
            Check(.hygiene, "every interface it offers is in its note", for: kind) { bench in
                guard let plugin = try EntryPoint(bench.plugin.path)(bareHost) else { throw Refusal("no descriptor") }
                for interface in [
                    VAIS_STORAGE_1, VAIS_STORAGE_BLOB_1, VAIS_STORAGE_SEARCH_1, VAIS_TRANSPORT_1, VAIS_DIGEST_1,
                    VAIS_PASSWORD_1,
                ] {
                    let isNoted = bench.plugin.note.interfaces.contains(interface)
                    bench.expect(
                        isNoted || plugin.pointee.interface(interface) == nil, "\(interface) is not in the note")
                }
            },
        ]
    }
}

/// The host of a later minor version of the ABI. Never freed: a plugin may keep the pointer.
private nonisolated(unsafe) let laterHost: UnsafePointer<vais_host> = {
    let longer = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 8)
    longer.initializeMemory(as: UInt8.self, repeating: 0xA5, count: 256)
    var host = bareHost.pointee
    host.abi_minor = VAIS_ABI_MINOR + 1
    host.struct_size = size(of: vais_host.self) + 64
    longer.storeBytes(of: host, as: vais_host.self)
    return UnsafePointer(longer.assumingMemoryBound(to: vais_host.self))
}()
