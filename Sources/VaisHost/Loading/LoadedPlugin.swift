internal import CVaisPlugin
internal import Glibc
internal import Synchronization

/// A plugin in this process. It stays until the process ends: unloading code whose thread-local storage, exit handlers or runtime
/// records may still be in use has no safe moment.
package final class LoadedPlugin: Sendable {
    /// How many threads may be inside the plugin at once.
    package enum ThreadModel: Sendable { case one, perSession, any }

    package let kind: PluginKind
    package let path: String
    package let id: String
    package let version: String
    package let summary: String
    package let threadModel: ThreadModel
    /// Every call of the plugin passes it, but those that the ABI allows at any time. All that is loaded from the same file shares one.
    package let gate: PluginGate
    /// The configuration the plugin understands.
    package let schema: [SettingSchema]

    private nonisolated(unsafe) let getInterface: InterfaceFunction
    typealias InterfaceFunction = @convention(c) (UnsafePointer<CChar>?, UInt64) -> UnsafeRawPointer?

    /// Loads a file that passed the checks, and asks it what it is. Code of the plugin runs from here on.
    package init(_ file: PluginFile, kind: PluginKind) throws(PluginError) {
        let refusal = PluginRefusal(kind, file.path, note: file.note)
        let library = try DynamicLibrary(file, refusal)
        let descriptor = try Descriptor(library, refusal)
        try descriptor.requireIdentity(file.note, refusal)
        self.kind = kind
        path = file.path
        id = file.note.id
        version = file.note.version
        summary = plainText(descriptor.value.summary.text(atMost: 500))
        threadModel = try descriptor.threadModel(refusal)
        gate = PluginGate.shared(library.address, threadModel, plugin: "\(id) \(version)")
        schema = try descriptor.schema(refusal)
        getInterface = try descriptor.getInterface(refusal)
    }

    /// The plugin's table for an interface, nil when it does not offer it. The copy is as long as this host's struct, complete but for
    /// optional slots, and lives as long as the process, like the plugin; a table that is asked for again is the same copy.
    package func table<T: PluginTable>(_ type: T.Type) throws(PluginError) -> UnsafePointer<T>? {
        var name = T.interface
        let answer = name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { getInterface($0.baseAddress, UInt64($0.count)) }
        }
        guard let answer else { return nil }
        guard UInt(bitPattern: answer) % 8 == 0 else { throw error("the table \(T.interface) is not aligned") }
        let address: UInt = try Self.copies.withLock { copies throws(PluginError) in
            let key = TableKey(address: UInt(bitPattern: answer), type: ObjectIdentifier(T.self))
            if let address = copies[key] { return address }
            let (copy, known) = copied(answer, as: T.self)
            if let slot = missingSlot(UnsafePointer(copy)) {
                copy.deallocate()
                throw error(
                    "its table \(T.interface) (\(known) bytes) lacks function \(slot), which this interface requires",
                    hint: "upgrade the plugin, or report this to its author")
            }
            copies[key] = UInt(bitPattern: copy)
            return UInt(bitPattern: copy)
        }
        return UnsafePointer(bitPattern: address)
    }

    /// Copies of tables by what they are copies of, which stays where it is: plugins are not unloaded.
    private static let copies = Mutex<[TableKey: UInt]>([:])
    private struct TableKey: Hashable {
        var address: UInt
        var type: ObjectIdentifier
    }

    /// As `table`, for the interface without which the plugin cannot fill its place.
    package func requiredTable<T: PluginTable>(_ type: T.Type) throws(PluginError) -> UnsafePointer<T> {
        guard let table = try table(type) else {
            throw error("its note promises \(T.interface), but it answers with no such table")
        }
        return table
    }

    private func error(_ reason: String, hint: String = "report this to the plugin's author") -> PluginError {
        PluginError(
            .incompatible, "cannot use the \(kind.rawValue) plugin \(plainText(path)) (\(id) \(version)): \(reason)",
            hint: hint)
    }
}

/// The plugin's own description of itself, copied out of its memory.
private struct Descriptor {
    let value: vais_plugin

    init(_ library: DynamicLibrary, _ refusal: PluginRefusal) throws(PluginError) {
        guard let answer = library.entry(HostTable.pointer) else {
            throw refusal.error(
                .incompatible, "it declines to work with \(HostIdentity.name) \(HostIdentity.version)",
                hint: "look for a version of the plugin made for this one of vais")
        }
        let (copy, known) = copied(answer, as: vais_plugin.self)
        defer { copy.deallocate() }
        value = copy.pointee
        guard known >= 8, value.magic == VAIS_PLUGIN_MAGIC else {
            throw refusal.error(
                .incompatible,
                "its descriptor has no magic number, so `vais_plugin_entry` is not that of a Vais plugin",
                hint: "build the plugin against <vais/plugin.h>")
        }
        try refusal.requireABI(ABIVersion(major: UInt(value.abi_major), minor: UInt(value.abi_minor)))
        // One of a later minor is longer, one of an earlier minor shorter than this host's own.
        guard known >= Int(VAIS_PLUGIN_SIZE_1_0) else {
            throw refusal.error(
                .incompatible, "its descriptor has \(known) bytes, and ABI 1.0 has \(VAIS_PLUGIN_SIZE_1_0)",
                hint: "set `struct_size` to `sizeof(vais_plugin)`")
        }
    }

    /// The note is what was checked, so what runs must be what the note says.
    func requireIdentity(_ note: PluginNote, _ refusal: PluginRefusal) throws(PluginError) {
        let id = value.id.text(atMost: 256)
        let version = value.version.text(atMost: 256)
        guard id == note.id, version == note.version else {
            throw refusal.error(
                .incompatible, "it calls itself \(plainText(id)) \(plainText(version)) once loaded, unlike its note",
                hint: "build the plugin again from one state of its sources")
        }
    }

    func threadModel(_ refusal: PluginRefusal) throws(PluginError) -> LoadedPlugin.ThreadModel {
        switch value.thread_model {
        case VAIS_THREADS_ONE: return .one
        case VAIS_THREADS_PER_SESSION: return .perSession
        case VAIS_THREADS_ANY: return .any
        default:
            throw refusal.error(
                .incompatible, "it asks for thread model \(value.thread_model), which this host does not know",
                hint: "upgrade vais, or use an older version of the plugin")
        }
    }

    func schema(_ refusal: PluginRefusal) throws(PluginError) -> [SettingSchema] {
        let count = value.setting_count
        guard count > 0 else { return [] }
        let stride = value.setting_stride
        guard let settings = value.settings, count <= 256, stride >= UInt64(VAIS_SETTING_SCHEMA_SIZE_1_0),
            stride <= 4096, stride % 8 == 0
        else {
            throw refusal.error(
                .incompatible, "its configuration schema is malformed", hint: "report this to the plugin's author")
        }
        var schema: [SettingSchema] = []
        for position in 0..<Int(count) {
            let (copy, _) = copied(UnsafeRawPointer(settings) + position * Int(stride), as: vais_setting_schema.self)
            defer { copy.deallocate() }
            guard let setting = SettingSchema(copy.pointee) else {
                throw refusal.error(
                    .incompatible, "setting \(position + 1) of its configuration schema is malformed",
                    hint: "report this to the plugin's author")
            }
            schema.append(setting)
        }
        return schema
    }

    func getInterface(_ refusal: PluginRefusal) throws(PluginError) -> LoadedPlugin.InterfaceFunction {
        guard let function = value.get_interface else {
            throw refusal.error(
                .incompatible, "its descriptor has no `get_interface`", hint: "report this to the plugin's author")
        }
        return function
    }
}
