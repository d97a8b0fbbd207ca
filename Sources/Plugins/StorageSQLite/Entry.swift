import CPluginSupport
import CVaisPlugin

/// Answers the plugin's tables; the descriptor in `C/plugin.c` names this function.
@c(storage_sqlite_interface)
public func interface(_ name: UnsafePointer<CChar>?, _ size: UInt64) -> UnsafeRawPointer? {
    if vais_is_interface(name, size, VAIS_STORAGE_1) != 0 { return UnsafeRawPointer(storageTable) }
    if vais_is_interface(name, size, VAIS_STORAGE_SEARCH_1) != 0 { return UnsafeRawPointer(searchTable) }
    return nil
}
