import Glibc
import VaisConformance
import VaisHost

/// A fault that a sample plugin of Samples/ is built with, and the part of the kit that must notice.
struct SampleFault: Sendable, CustomStringConvertible {
    var kind: PluginKind
    /// A check of this group must fail.
    var group: Check.Group
    /// Its name in the sample's file, where it is described; nil for the sample without a fault.
    var name: String?
    /// What one of the findings must say, where a group could fail for another reason.
    var words: String?

    var description: String { "\(kind.rawValue) \(name ?? "without a fault")" }

    private init(_ kind: PluginKind, _ group: Check.Group, _ name: String?, found words: String? = nil) {
        self.kind = kind
        self.group = group
        self.name = name
        self.words = words
    }

    static let none = [SampleFault(.digest, .hygiene, nil), SampleFault(.password, .hygiene, nil)]

    static let all = [
        SampleFault(.digest, .hygiene, "PRINTS", found: "standard output"),
        SampleFault(.digest, .knownAnswers, "WRONG_BLOCK"),
        SampleFault(.digest, .contexts, "RESET_KEEPS", found: "after reset"),
        SampleFault(.digest, .contexts, "ONE_STATE", found: "one of 24"),
        SampleFault(.digest, .contexts, "CRASHES_ON_NULL", found: "SIGSEGV"),
        SampleFault(.digest, .refusals, "IGNORES_CAPACITY", found: "with room for"),
        SampleFault(.digest, .concurrency, "ONE_SCRATCH", found: "otherwise than on one thread"),
        SampleFault(.password, .hygiene, "PRINTS", found: "standard output"),
        SampleFault(.password, .hashing, "ENDS_AT_NUL", found: "verify of"),
        SampleFault(.password, .hashing, "SHORT_SALT", found: "of the salt makes no difference"),
        SampleFault(.password, .refusals, "IGNORES_CAPACITY", found: "with room for"),
        SampleFault(.password, .refusals, "ANY_FLAG"),
        SampleFault(.password, .damage, "COMPARES_PREFIX", found: "the first"),
        SampleFault(.password, .damage, "CRASHES_ON_SHORT", found: "SIGSEGV"),
        SampleFault(.password, .concurrency, "ONE_SCRATCH", found: "threads at once"),
        SampleFault(.password, .cancelling, "NO_DEADLINE"),
    ]

    /// The plugin as a shared object in `scratch`.
    func build(in scratch: Scratch) throws -> String {
        let library = scratch.path + "/lib\(kind.rawValue)-sample.so"
        try run(
            [
                "clang", "-shared", "-fPIC", "-std=gnu11", "-w", "-O1",
                "-I" + sourceRoot + "/Sources/CVaisPlugin/include",
                sourceRoot + "/Tests/Conformance/Samples/\(kind.rawValue).c", "-o", library,
                "-Wl,--version-script=" + sourceRoot + "/Sources/Plugins/plugin.map",
            ] + (name.map { ["-D" + $0] } ?? []))
        // The host refuses a plugin that others may write to, whatever the umask.
        chmod(library, 0o755)
        return library
    }
}
