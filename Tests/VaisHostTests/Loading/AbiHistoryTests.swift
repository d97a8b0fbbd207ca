import Foundation
import Testing

/// `scripts/check-abi`, which `make lint` runs on the headers of every earlier version.
@Suite("A change of the plugin headers") struct AbiHistoryTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    static let earlier = packageFolder + "/Tests/Compatibility/abi-1.0/include"

    @Test("since ABI 1.0 is an append") func today() throws {
        #expect(try run(["python3", "-B", packageFolder + "/scripts/check-abi"]) == "")
    }

    @Test(
        "is taken when it appends",
        arguments: [
            (
                "storage.h", "} vais_storage;",
                "    vais_status (*compact)(vais_store *store, vais_call *call);\n} vais_storage;"
            ),
            ("base.h", "#define VAIS_OK 0 ", "#define VAIS_LATER 19\n#define VAIS_OK 0 "),
            ("base.h", "#define VAIS_ABI_MINOR 0u", "#define VAIS_ABI_MINOR 1u"),
            (
                "log.h", "typedef struct vais_host_log {",
                "typedef struct vais_new { uint32_t struct_size; } vais_new;\ntypedef struct vais_host_log {"
            ),
        ])
    func appends(_ file: String, _ old: String, _ new: String) throws {
        #expect(try faults(file, old, new) == nil)
    }

    @Test(
        "is refused when plugins already built, or their sources, would see something else",
        arguments: [
            ("base.h", "#define VAIS_BUSY 6 ", "#define VAIS_BUSY 16 ", "the constant VAIS_BUSY was 6 and is 16"),
            ("base.h", "#define VAIS_AT_USE 4u", "#define VAIS_AT_USAGE 4u", "the constant VAIS_AT_USE is gone"),
            (
                "digest.h", "#define VAIS_DIGEST_1 \"vais.digest/1\"", "#define VAIS_DIGEST_1 \"vais.digest/2\"",
                "the constant VAIS_DIGEST_1 was"
            ),
            // Between two fields, so that what follows moves.
            (
                "base.h", "    uint64_t deadline;", "    uint64_t priority;\n    uint64_t deadline;",
                "vais_call.deadline was at 8 and is at 16"
            ),
            // In the padding of a struct, which an old plugin counts as its own.
            (
                "plugin.h", "    uint32_t reserved;\n    vais_span name;     ///< \"vais\"", "    vais_span name;",
                "the type of reserved is gone"
            ),
            (
                "storage.h", "    void (*session_interrupt)(vais_session *session);",
                "    void (*session_interrupt)(vais_session *session, uint32_t why);",
                "in vais_storage the type of session_interrupt was"
            ),
            ("storage.h", "    void (*close)(vais_store *store);\n", "", "in vais_storage the type of close is gone"),
            (
                "transport.h", "    uint32_t connect_timeout;", "    int32_t connect_timeout;",
                "in vais_request the type of connect_timeout was uint32_t and is int32_t"
            ),
            (
                "base.h", "    uint64_t size;\n} vais_span;", "    uint64_t size;\n    uint64_t more;\n} vais_span;",
                "vais_span had 16 bytes and has 24, and is frozen"
            ),
            (
                "base.h", "        double f64;\n", "        float f64;\n",
                "the type of value.f64 was double and is float"
            ),
            (
                "base.h", "typedef int32_t vais_status;", "typedef int64_t vais_status;",
                "the type vais_status was int32_t and is int64_t"
            ),
            (
                "base.h", "#define VAIS_HAS(type, pointer, field)", "#define VAIS_HAS(pointer, type, field)",
                "the macro VAIS_HAS was"
            ),
        ])
    func others(_ file: String, _ old: String, _ new: String, _ words: String) throws {
        let faults = try #require(try faults(file, old, new), "it is taken")
        #expect(faults.contains(words), "\(faults)")
    }

    @Test("is refused when it puts a field where an old struct had padding")
    func padding() throws {
        try folder.write(
            "old/vais.h",
            "#include <stddef.h>\n#include <stdint.h>\ntypedef struct vais_a { uint32_t struct_size; uint64_t b; uint32_t c; } vais_a;\n"
        )
        try folder.write(
            "new/vais.h",
            "#include <stddef.h>\n#include <stdint.h>\ntypedef struct vais_a { uint32_t struct_size; uint64_t b; uint32_t c; uint32_t d; } vais_a;\n"
        )
        let faults = try #require(compared(folder.path + "/old", folder.path + "/new"), "it is taken")
        #expect(faults.contains("vais_a.d is new, at 20: within the 24 bytes the struct had"), "\(faults)")
    }

    /// What the script says of the headers of ABI 1.0 with one change, nil when nothing.
    private func faults(_ file: String, _ old: String, _ new: String) throws -> String? {
        try run(["cp", "-r", Self.earlier, folder.path + "/include"])
        let path = folder.path + "/include/vais/" + file
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.components(separatedBy: old).count == 2, "`\(old)` is not in \(file) once")
        try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        return compared(Self.earlier, folder.path + "/include")
    }

    private func compared(_ old: String, _ new: String) -> String? {
        do {
            try run(["python3", "-B", packageFolder + "/scripts/check-abi", old, new])
            return nil
        } catch { return "\(error)" }
    }
}
