import CPluginSupport
import CVaisPlugin

/// Answers the plugin's tables; the descriptor in `C/plugin.c` names this function.
@c(password_argon2_interface)
public func interface(_ name: UnsafePointer<CChar>?, _ size: UInt64) -> UnsafeRawPointer? {
    if vais_is_interface(name, size, VAIS_PASSWORD_1) != 0 { return UnsafeRawPointer(passwordTable) }
    return nil
}
