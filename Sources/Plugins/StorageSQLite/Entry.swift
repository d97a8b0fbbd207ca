import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The one symbol the shared object exports.
@c(vais_plugin_entry)
public func pluginEntry(_ host: UnsafePointer<vais_host>?) -> UnsafePointer<vais_plugin>? {
    UnsafePointer(pluginDescriptor)
}

/// Made at the first call of the entry and never freed, as the ABI asks.
nonisolated(unsafe) private let pluginDescriptor: UnsafeMutablePointer<vais_plugin> = {
    let descriptor = UnsafeMutablePointer<vais_plugin>.allocate(capacity: 1)
    descriptor.initialize(
        to: vais_plugin(
            struct_size: UInt32(MemoryLayout<vais_plugin>.size),
            magic: VAIS_PLUGIN_MAGIC,
            abi_major: VAIS_ABI_MAJOR,
            abi_minor: VAIS_ABI_MINOR,
            thread_model: VAIS_THREADS_PER_SESSION,
            setting_count: StoreSettings.schemaCount,
            id: vais_span("dev.vais.storage-sqlite"),
            version: vais_span("0.1.0"),
            license: vais_span("Apache-2.0"),
            summary: vais_span("Keeps the registry in one SQLite database file."),
            settings: UnsafePointer(StoreSettings.schema),
            setting_stride: UInt64(MemoryLayout<vais_setting_schema>.stride),
            get_interface: { name, size in
                if vais_span(data: name.map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }, size: size)
                    .equals(VAIS_STORAGE_1)
                {
                    return UnsafeRawPointer(storageTable)
                }
                if vais_span(data: name.map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }, size: size)
                    .equals(VAIS_STORAGE_SEARCH_1)
                {
                    return UnsafeRawPointer(searchTable)
                }
                return nil
            }))
    return descriptor
}()
