/// Names that no package may have, because the language, a file system or a reader would take them for something else.
enum ReservedNames {
    /// Why `name` is reserved, as the end of a sentence, or nil when it is free.
    static func reason(for name: String) -> String? {
        if language.contains(name) { return "the name belongs to the language and its tools" }
        if roles.contains(name) { return "the name could pass for the registry's own" }
        if devices.contains(name) { return "Windows reserves the name for a device, so no folder can have it" }
        return nil
    }

    private static let language: Set<String> = [
        "std", "core", "alloc", "vais", "test", "tests", "main", "lib", "self", "super", "crate", "prelude", "builtin",
        "builtins", "proc-macro", "proc_macro", "true", "false", "nil", "null", "none", "undefined",
    ]

    private static let roles: Set<String> = ["admin", "administrator", "registry", "security", "support"]

    /// The device names of the Win32 file name rules (Microsoft Learn, "Naming Files, Paths, and Namespaces").
    private static let devices: Set<String> = {
        var names: Set<String> = ["con", "prn", "aux", "nul", "conin", "conout"]
        for digit in 0...9 {
            names.insert("com\(digit)")
            names.insert("lpt\(digit)")
        }
        return names
    }()
}
