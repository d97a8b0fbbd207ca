import CDigestOpenSSL
import CPluginSupport
import CVaisPlugin

/// The plugin's only export; see `vais/plugin.h`.
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
            setting_count: 0,
            id: vais_span("dev.vais.digest-openssl"),
            version: vais_span("0.1.0"),
            license: vais_span("Apache-2.0"),
            summary: vais_span("Hash functions by OpenSSL's libcrypto."),
            settings: nil,
            setting_stride: UInt64(MemoryLayout<vais_setting_schema>.stride),
            get_interface: { name, size in
                guard let name, size == UInt64(strlen(VAIS_DIGEST_1)), memcmp(name, VAIS_DIGEST_1, Int(size)) == 0
                else { return nil }
                return UnsafeRawPointer(digestTable)
            }))
    return descriptor
}()

extension vais_span {
    /// Text of the program itself, valid as long as the plugin is loaded.
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}
