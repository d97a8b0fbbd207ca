import CVaisPlugin
import Glibc

/// The plugin as it was built beside this test program, loaded once.
struct Plugin: @unchecked Sendable {
    let storage: UnsafePointer<vais_storage>
    let search: UnsafePointer<vais_storage_search>
    let descriptor: UnsafePointer<vais_plugin>

    static let folder: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }()

    static let path = folder + "/libstorage-sqlite.so"

    static let shared: Plugin? = {
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
struct Refusal: Error {
    var status: vais_status
    var message: String
    var place: UInt32
    var position: UInt32
    var vendorCode: Int64
}
