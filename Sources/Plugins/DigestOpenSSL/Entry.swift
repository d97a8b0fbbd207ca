import CDigestOpenSSL
import CPluginSupport
import CVaisPlugin

extension vais_span {
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}

@c(vais_plugin_entry)
public func entry(_ host: UnsafePointer<vais_host>?) -> UnsafePointer<vais_plugin>? {
    UnsafePointer(descriptor)
}

nonisolated(unsafe) let descriptor: UnsafeMutablePointer<vais_plugin> = {
    let p = UnsafeMutablePointer<vais_plugin>.allocate(capacity: 1)
    p.initialize(to: vais_plugin(
        struct_size: UInt32(MemoryLayout<vais_plugin>.size), magic: VAIS_PLUGIN_MAGIC, abi_major: 1, abi_minor: 0,
        thread_model: VAIS_THREADS_ANY, setting_count: 0, id: vais_span("dev.vais.digest-openssl"), version: vais_span("0.1.0"),
        license: vais_span("Apache-2.0"), summary: vais_span("x"), settings: nil, setting_stride: 0,
        get_interface: { name, size in nil }))
    return p
}()
