/// Names that no package may have, because the language, a file system or a reader would take them for something else.
enum ReservedNames {
    /// Why `name` is reserved, as the end of a sentence, or nil when it is free.
    static func reason(for name: String) -> String? {
        // Most names are longer than every reserved one, and need no look-up.
        name.utf8.count > longest ? nil : reasons[name]
    }

    private static let language = [
        "std", "core", "alloc", "vais", "test", "tests", "main", "lib", "self", "super", "crate", "prelude", "builtin",
        "builtins", "proc-macro", "proc_macro", "true", "false", "nil", "null", "none", "undefined",
    ]

    private static let roles = ["admin", "administrator", "registry", "security", "support"]

    /// The device names of the Win32 file name rules (Microsoft Learn, "Naming Files, Paths, and Namespaces").
    private static let devices =
        ["con", "prn", "aux", "nul", "conin", "conout"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] }

    private static let reasons: [String: String] = {
        var reasons: [String: String] = [:]
        for name in language { reasons[name] = "the name belongs to the language and its tools" }
        for name in roles { reasons[name] = "the name could pass for the registry's own" }
        for name in devices { reasons[name] = "Windows reserves the name for a device, so no folder can have it" }
        return reasons
    }()

    private static let longest = reasons.keys.map(\.utf8.count).max() ?? 0
}
