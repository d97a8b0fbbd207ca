import CPluginSupport
import CVaisPlugin

/// The plugin's only export; see `vais/plugin.h`.
@c(vais_plugin_entry)
public func entry(_ host: UnsafePointer<vais_host>?) -> UnsafePointer<vais_plugin>? {
    hostLog = HostLog(host)
    return UnsafePointer(descriptor)
}

/// Written by each call of the entry, always with the same value.
nonisolated(unsafe) var hostLog = HostLog(nil)

/// Allocated once and never freed: the host keeps it until the process ends.
nonisolated(unsafe) private let descriptor: UnsafeMutablePointer<vais_plugin> = {
    let descriptor = UnsafeMutablePointer<vais_plugin>.allocate(capacity: 1)
    descriptor.initialize(
        to: vais_plugin(
            struct_size: UInt32(MemoryLayout<vais_plugin>.size),
            magic: VAIS_PLUGIN_MAGIC,
            abi_major: VAIS_ABI_MAJOR,
            abi_minor: VAIS_ABI_MINOR,
            thread_model: VAIS_THREADS_ANY,
            setting_count: Settings.schemaCount,
            id: vais_span("dev.vais.password-argon2"),
            version: vais_span("0.1.0"),
            license: vais_span("Apache-2.0"),
            summary: vais_span("Argon2id password hashes by libargon2."),
            settings: Settings.schema(),
            setting_stride: UInt64(MemoryLayout<vais_setting_schema>.stride),
            get_interface: { name, size in
                guard let name, size == UInt64(strlen(VAIS_PASSWORD_1)), memcmp(name, VAIS_PASSWORD_1, Int(size)) == 0
                else { return nil }
                return UnsafeRawPointer(passwordTable)
            }))
    return descriptor
}()
