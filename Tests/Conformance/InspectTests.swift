import Glibc
import Testing

@Suite("`vais plugin inspect --load`") struct InspectTests {
    @Test("shows what the loaded plugin says: threads, tables with their sizes, settings")
    func shows() throws {
        let scratch = try Scratch()
        let outcome = try runPlugin(["inspect", "--load", PluginFiles.path("password-argon2")], scratch)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for text in ["threads     any", "vais.password/1", "table of 56 bytes", "an integer, else 19456"] {
            #expect(outcome.output.contains(text), "\(text) is missing in \(outcome.output)")
        }
        let json = try runPlugin(["inspect", "--load", "--json", PluginFiles.path("storage-sqlite")], scratch)
        #expect(json.status == 0)
        #expect(json.output.contains(#""loaded":{"threads":"one for each session""#), "\(json.output)")
    }

    @Test(
        "tells a crash, an exit and a hang while loading in one error, and ends with 1",
        arguments: [
            ("*(volatile int *)0 = 1;", "SIGSEGV"), ("_exit(7);", "status 7"),
            ("for (;;) pause();", "did not come back within 1 s"),
        ])
    func failsToLoad(_ fault: String, _ words: String) throws {
        let scratch = try Scratch()
        let source = scratch.path + "/fault.c", library = scratch.path + "/libdigest-fault.so"
        try writeFile(
            source,
            """
            #include <signal.h>
            #include <unistd.h>
            #include "vais/digest.h"
            #include "vais/plugin.h"
            VAIS_PLUGIN(plugin, "dev.vais.test-fault", "0.1.0", "Apache-2.0", "digest", VAIS_DIGEST_1);
            const vais_plugin *vais_plugin_entry(const vais_host *host) { return &plugin; }
            __attribute__((constructor)) static void begin(void) { \(fault) }

            """)
        try run([
            "clang", "-shared", "-fPIC", "-std=gnu11", "-w", "-I" + sourceRoot + "/Sources/CVaisPlugin/include", source,
            "-o", library,
        ])
        chmod(library, 0o755)
        let outcome = try runPlugin(["inspect", "--load", "--deadline", "1", library], scratch)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(words) && outcome.errors.contains(library), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint:"), "\(outcome.errors)")
        #expect(try runPlugin(["inspect", library], scratch).status == 0)
    }
}
