/// Plugins compiled for the test from one C source, each with something else wrong.
struct SamplePlugin {
    let folder: TestFolder

    /// Compiles `lib<name>.so` with the given macros and answers its path.
    func build(_ name: String = "sample", _ defines: [String] = [], flags: [String] = []) throws -> String {
        let source = try folder.write("\(name).c", Self.source)
        let file = folder.path + "/lib\(name).so"
        try run(
            ["gcc", "-std=c11", "-shared", "-fPIC", "-I", packageFolder + "/Sources/CVaisPlugin/include", "-o", file]
                + defines.map { "-D\($0)" } + [source] + flags)
        return file
    }

    static func note(_ fields: [String: String] = [:]) -> String {
        var values = [
            ("abi", "1.0"), ("id", "org.example.sample"), ("version", "1.2.3"), ("license", "Apache-2.0"),
            ("kind", "digest"),
            ("interfaces", "vais.digest/1"),
        ]
        for (key, value) in fields { values = values.map { $0.0 == key ? (key, value) : $0 } }
        return "NOTE=\"" + values.map { "\($0.0)=\($0.1)\\n" }.joined() + "\""
    }

    static let source = #"""
        #include <string.h>
        #include "vais.h"

        #ifndef NOTE
        #define NOTE "abi=1.0\nid=org.example.sample\nversion=1.2.3\nlicense=Apache-2.0\nkind=digest\ninterfaces=vais.digest/1\n"
        #endif
        #ifndef NO_NOTE
        VAIS_NOTE(NOTE);
        #endif

        #ifdef UNDEFINED
        int nobody_defines_this(void);
        int uses(void) { return nobody_defines_this(); }
        #endif

        /* With WRONG_DIGEST every digest is all zeros; without, there is no algorithm. */
        static const vais_algorithm sha256 = {sizeof(vais_algorithm), 32, {(const uint8_t *)"sha256", 6}, 0};
        #ifdef WRONG_DIGEST
        #define ANSWER VAIS_OK
        #define ALGORITHM(position) ((position) == 0 ? &sha256 : 0)
        #else
        #define ANSWER VAIS_INTERNAL
        #define ALGORITHM(position) 0
        #endif
        static const vais_algorithm *algorithm(uint32_t position) { return ALGORITHM(position); }
        static vais_status new_context(const vais_algorithm *a, vais_digest_context **c) {
            *c = (vais_digest_context *)&sha256;
            return ANSWER;
        }
        static vais_status reset(vais_digest_context *c) { return ANSWER; }
        static vais_status update(vais_digest_context *c, vais_span b) { return ANSWER; }
        static vais_status final(vais_digest_context *c, uint8_t *out, uint64_t n) { return ANSWER; }
        static void free_context(vais_digest_context *c) {}
        static vais_status oneshot(const vais_algorithm *a, const vais_span *s, uint32_t n, uint8_t *o, uint64_t c) {
            return ANSWER;
        }

        #ifndef TABLE_SIZE
        #define TABLE_SIZE sizeof(vais_digest)
        #endif
        #ifndef UPDATE
        #define UPDATE update
        #endif
        static const struct {
            vais_digest digest;
            uint64_t from_a_later_version[8];
        } table = {{TABLE_SIZE, 0, algorithm, new_context, reset, UPDATE, final, free_context, oneshot}, {1, 2, 3, 4, 5, 6, 7, 8}};

        /* Two of the optional interfaces of storage, to see what the host makes of gaps. */
        static vais_status never() { return VAIS_INTERNAL; }
        static const vais_storage storage = {
            offsetof(vais_storage, commit_many), 0, (void *)never, (void *)never, (void *)never, (void *)never, (void *)never,
            (void *)never, (void *)never, (void *)never, (void *)never, (void *)never, (void *)never, (void *)never,
            (void *)never, (void *)never, /* behind struct_size, so not to be believed: */ (void *)1};

        static const void *get_interface(const char *name, uint64_t size) {
            if (size == 13 && memcmp(name, VAIS_DIGEST_1, 13) == 0) return &table;
            if (size == 14 && memcmp(name, VAIS_STORAGE_1, 14) == 0) return &storage;
            return 0;
        }

        #define SPAN(text) {(const uint8_t *)text, sizeof(text) - 1}
        static const vais_setting_schema settings[] = {
            {sizeof(vais_setting_schema), VAIS_TEXT, VAIS_SETTING_REQUIRED, 0, SPAN("path"), {0}, SPAN("Where to keep it.")},
            {sizeof(vais_setting_schema), VAIS_I64, 0, 0, SPAN("cache_pages"), {VAIS_I64, 0, {.i64 = 64}}, SPAN("Pages.")},
            {sizeof(vais_setting_schema), VAIS_BOOL, 0, 0, SPAN("read_only"), {0}, SPAN("Whether to refuse writes.")},
            {sizeof(vais_setting_schema), VAIS_F64, 0, 0, SPAN("ratio"), {0}, SPAN("A share.")},
            {sizeof(vais_setting_schema), VAIS_TEXT, VAIS_SETTING_SECRET, 0, SPAN("password"), {0}, SPAN("The password.")},
        };

        #ifndef MAGIC
        #define MAGIC VAIS_PLUGIN_MAGIC
        #endif
        #ifndef MAJOR
        #define MAJOR VAIS_ABI_MAJOR
        #endif
        #ifndef DESCRIPTOR_SIZE
        #define DESCRIPTOR_SIZE sizeof(vais_plugin)
        #endif
        #ifndef THREADS
        #define THREADS VAIS_THREADS_ANY
        #endif
        #ifndef ID
        #define ID "org.example.sample"
        #endif
        static const vais_plugin plugin = {
            DESCRIPTOR_SIZE, MAGIC, MAJOR, 0, THREADS, 5, SPAN(ID), SPAN("1.2.3"), SPAN("Apache-2.0"), SPAN("A sample."),
            settings, sizeof(vais_setting_schema), get_interface};

        #ifndef ENTRY
        #define ENTRY vais_plugin_entry
        #endif
        const vais_plugin *ENTRY(const vais_host *host) {
        #ifdef DECLINES
            return 0;
        #endif
            if (host->abi_major != VAIS_ABI_MAJOR || host->struct_size < sizeof(vais_host)) return 0;
            const vais_host_log *log = host->get_interface(VAIS_HOST_LOG_1, 15);
            if (!log || host->get_interface("vais.host.log/2", 15) || host->get_interface(VAIS_HOST_LOG_1, 14)) return 0;
            if (log->enabled(VAIS_LOG_TRACE)) {
                vais_span id = SPAN(ID), line = SPAN("one\nline\x1b[31m");
                log->log(VAIS_LOG_TRACE, id, line);
            }
            return &plugin;
        }
        """#
}
