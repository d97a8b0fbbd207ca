internal import CVaisPlugin
internal import Glibc

/// The plugin's only symbol, called directly: what the host's loader does once, the kit does again and again.
struct EntryPoint {
    private let entry: vais_plugin_entry_function

    init(_ path: String) throws {
        guard let image = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE),
            let symbol = dlsym(image, "vais_plugin_entry")
        else { throw Refusal("cannot find vais_plugin_entry in \(path)") }
        entry = unsafeBitCast(symbol, to: vais_plugin_entry_function.self)
    }

    func callAsFunction(_ host: UnsafePointer<vais_host>) -> UnsafePointer<vais_plugin>? { entry(host) }
}

/// A host that offers nothing: a plugin must work without, and may keep the pointer.
nonisolated(unsafe) let bareHost: UnsafePointer<vais_host> = {
    let host = UnsafeMutablePointer<vais_host>.allocate(capacity: 1)
    host.initialize(
        to: vais_host(
            struct_size: size(of: vais_host.self), abi_major: VAIS_ABI_MAJOR, abi_minor: VAIS_ABI_MINOR, reserved: 0,
            name: vais_span(), version: vais_span(), get_interface: { _, _ in nil }))
    return UnsafePointer(host)
}()

extension vais_plugin {
    func interface(_ name: String) -> UnsafeRawPointer? {
        name.withCString { get_interface($0, UInt64(name.utf8.count)) }
    }
}
