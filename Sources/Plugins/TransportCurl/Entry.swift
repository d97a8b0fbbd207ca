import CPluginSupport
import CVaisPlugin

/// Answers the plugin's tables; the descriptor in `C/plugin.c` names this function.
@c(transport_curl_interface)
public func interface(_ name: UnsafePointer<CChar>?, _ size: UInt64) -> UnsafeRawPointer? {
    if vais_is_interface(name, size, VAIS_TRANSPORT_1) != 0 { return UnsafeRawPointer(transportTable) }
    return nil
}
