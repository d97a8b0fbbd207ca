import CVaisPlugin
import Glibc
import Testing

/// A plugin as the build left it beside the test binary, loaded the way a host does but without the host: these tests
/// use the C tables only.
struct PluginFile {
    let descriptor: UnsafePointer<vais_plugin>

    /// - Parameter name: as in `libNAME.so`.
    init(_ name: String) throws {
        let path = try Self.buildFolder() + "/lib\(name).so"
        guard let image = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw PluginProblem("\(path): \(dlerror().map { String(cString: $0) } ?? "cannot be loaded")")
        }
        guard let symbol = dlsym(image, "vais_plugin_entry") else { throw PluginProblem("\(path) has no entry") }
        let entry = unsafeBitCast(symbol, to: vais_plugin_entry_function.self)
        guard let descriptor = entry(testHost) else { throw PluginProblem("\(path) refuses this host") }
        guard entry(testHost) == descriptor else { throw PluginProblem("\(path) answers differently each time") }
        self.descriptor = descriptor
    }

    func table<Table>(_ id: String, as type: Table.Type) throws -> Table {
        let found = id.withCString { descriptor.pointee.get_interface($0, UInt64(id.utf8.count)) }
        return try #require(found, "no \(id)").load(as: type)
    }

    func offers(_ id: String) -> Bool {
        id.withCString { descriptor.pointee.get_interface($0, UInt64(id.utf8.count)) } != nil
    }

    var settings: [(key: String, type: UInt32, help: String)] {
        (0..<Int(descriptor.pointee.setting_count)).map { index in
            let setting = descriptor.pointee.settings[index]
            return (String(setting.key), setting.type, String(setting.help))
        }
    }

    private static func buildFolder() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let size = readlink("/proc/self/exe", &buffer, buffer.count)
        guard size > 0, size < buffer.count else { throw PluginProblem("cannot read /proc/self/exe") }
        let path = String(decoding: buffer[..<size].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { throw PluginProblem("\(path) has no folder") }
        return String(path[..<slash])
    }
}

struct PluginProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A host that offers nothing: every plugin must work without.
nonisolated(unsafe) private let testHost: UnsafePointer<vais_host> = {
    let host = UnsafeMutablePointer<vais_host>.allocate(capacity: 1)
    host.initialize(
        to: vais_host(
            struct_size: UInt32(MemoryLayout<vais_host>.size), abi_major: VAIS_ABI_MAJOR, abi_minor: VAIS_ABI_MINOR,
            reserved: 0, name: vais_span(), version: vais_span(), get_interface: { _, _ in nil }))
    return UnsafePointer(host)
}()
