package import CVaisPlugin

/// The C table of one interface: `struct_size`, a reserved word, then function pointers only.
package protocol PluginTable {
    static var interface: String { get }
    /// Slots that a plugin may leave empty. All others must be filled in; the host calls them without looking.
    static var optional: [PartialKeyPath<Self>] { get }
}

extension vais_storage: PluginTable {
    package static var interface: String { VAIS_STORAGE_1 }
    package static var optional: [PartialKeyPath<Self>] { [\.commit_many] }
}

extension vais_storage_blob: PluginTable {
    package static var interface: String { VAIS_STORAGE_BLOB_1 }
    package static var optional: [PartialKeyPath<Self>] { [\.get_descriptor] }
}

extension vais_storage_search: PluginTable {
    package static var interface: String { VAIS_STORAGE_SEARCH_1 }
    package static var optional: [PartialKeyPath<Self>] { [] }
}

extension vais_transport: PluginTable {
    package static var interface: String { VAIS_TRANSPORT_1 }
    package static var optional: [PartialKeyPath<Self>] { [] }
}

extension vais_digest: PluginTable {
    package static var interface: String { VAIS_DIGEST_1 }
    package static var optional: [PartialKeyPath<Self>] { [] }
}

extension vais_password: PluginTable {
    package static var interface: String { VAIS_PASSWORD_1 }
    package static var optional: [PartialKeyPath<Self>] { [] }
}

/// A copy of the struct at `pointer`, as long as this host's own: what the plugin's version lacks is zero, what it has more is left out.
/// The struct begins with its size; a size that ends in the middle of a word, which no struct of the ABI has, counts to the word before.
func copied<T>(_ pointer: UnsafeRawPointer, as type: T.Type) -> (value: UnsafeMutablePointer<T>, known: Int) {
    let declared = Int(pointer.loadUnaligned(as: UInt32.self))
    let full = MemoryLayout<T>.size
    let known = min(declared, full)
    let copy = UnsafeMutableRawPointer.allocate(byteCount: full, alignment: MemoryLayout<T>.alignment)
    copy.initializeMemory(as: UInt8.self, repeating: 0, count: full)
    copy.copyMemory(from: pointer, byteCount: known & ~7)
    return (copy.assumingMemoryBound(to: T.self), known)
}

/// The first slot that must be filled in and is not, counted from 1; nil when the table is complete.
func missingSlot<T: PluginTable>(_ table: UnsafePointer<T>) -> Int? {
    let optional = T.optional.compactMap { MemoryLayout<T>.offset(of: $0) }
    let bytes = UnsafeRawPointer(table)
    for offset in stride(from: 8, to: MemoryLayout<T>.size, by: 8) where !optional.contains(offset) {
        if bytes.loadUnaligned(fromByteOffset: offset, as: UInt.self) == 0 { return offset / 8 }
    }
    return nil
}
