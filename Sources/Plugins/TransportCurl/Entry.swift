import CPluginSupport
import CVaisPlugin

/// The plugin's only export; see `vais/plugin.h`. libcurl is not started here but when the first client is opened.
@c(vais_plugin_entry)
public func entry(_ host: UnsafePointer<vais_host>?) -> UnsafePointer<vais_plugin>? {
    UnsafePointer(descriptor)
}

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
            id: vais_span("dev.vais.transport-curl"),
            version: vais_span("0.1.0"),
            license: vais_span("Apache-2.0"),
            summary: vais_span("HTTP/1.1 and HTTP/2 by libcurl, many transfers at once."),
            settings: Settings.schema(),
            setting_stride: UInt64(MemoryLayout<vais_setting_schema>.stride),
            get_interface: { name, size in
                guard let name, size == UInt64(strlen(VAIS_TRANSPORT_1)), memcmp(name, VAIS_TRANSPORT_1, Int(size)) == 0
                else { return nil }
                return UnsafeRawPointer(transportTable)
            }))
    return descriptor
}()
