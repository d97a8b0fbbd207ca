package import CVaisPlugin
import Glibc

/// The plugin as it was built beside this test program, loaded once.
package struct Plugin: @unchecked Sendable {
    package let storage: UnsafePointer<vais_storage>
    package let search: UnsafePointer<vais_storage_search>
    package let descriptor: UnsafePointer<vais_plugin>

    package static let folder: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }()

    package static let path = folder + "/libstorage-sqlite.so"

    package static let shared: Plugin? = {
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "vais_plugin_entry") else {
            return nil
        }
        let entry = unsafeBitCast(symbol, to: vais_plugin_entry_function.self)
        guard let descriptor = entry(nil) else { return nil }
        func table<Table>(_ name: String, _ type: Table.Type) -> UnsafePointer<Table>? {
            name.withCString { descriptor.pointee.get_interface($0, UInt64(name.utf8.count)) }
                .map { $0.assumingMemoryBound(to: Table.self) }
        }
        guard let storage = table(VAIS_STORAGE_1, vais_storage.self),
            let search = table(VAIS_STORAGE_SEARCH_1, vais_storage_search.self)
        else { return nil }
        return Plugin(storage: storage, search: search, descriptor: descriptor)
    }()
}

/// What the plugin answered instead of success.
package struct Refusal: Error {
    package var status: vais_status
    package var message: String
    package var place: UInt32
    package var position: UInt32
    package var vendorCode: Int64
}
