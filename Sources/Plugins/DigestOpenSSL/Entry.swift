import CPluginSupport
import CVaisPlugin

/// Answers the plugin's tables; the descriptor in `C/plugin.c` names this function.
@c(digest_openssl_interface)
public func interface(_ name: UnsafePointer<CChar>?, _ size: UInt64) -> UnsafeRawPointer? {
    if vais_is_interface(name, size, VAIS_DIGEST_1) != 0 { return UnsafeRawPointer(digestTable) }
    return nil
}
