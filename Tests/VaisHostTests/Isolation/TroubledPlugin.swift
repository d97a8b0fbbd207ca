import Foundation
import Testing
import VaisModel

@testable import VaisHost

/// A plugin of any kind that does as it is told: what it is given to digest, hash or fetch is the name of something that a plugin must never
/// do, or of something that it can find out about the process it is in.
struct TroubledPlugin {
    let folder: TestFolder
    let file: String

    /// - Parameter trouble: C that runs while the file is loaded.
    init(_ kind: PluginKind, whileLoading trouble: String = "") throws {
        folder = try TestFolder()
        let source = try folder.write("troubled.c", Self.source)
        file = folder.path + "/libtroubled.so"
        try run([
            "gcc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-I", packageFolder + "/Sources/CVaisPlugin/include",
            "-DKIND=\"\(kind.rawValue)\"", "-DWHILE_LOADING=\(trouble)", "-o", file, source, "-lcrypto",
        ])
    }

    /// A host that runs it in a process of its own.
    func host(_ kind: PluginKind, _ config: String = "", _ change: (inout IsolationLimits) -> Void = { _ in }) throws
        -> PluginHost
    {
        var limits = IsolationLimits()
        // What ends a process on purpose is not to be held up.
        limits.starts = 1000
        change(&limits)
        let text = "[\(kind.rawValue)]\nplugin = \"\(file)\"\nisolation = \"process\"\n"
        return try RealPlugins.host(text + "[\(kind.rawValue).config]\n" + config, folder: folder, limits: limits)
    }

    func digester(_ change: (inout IsolationLimits) -> Void = { _ in }) throws -> any Digester {
        try host(.digest, "", change).loadDigest()
    }

    static let source = #"""
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <fcntl.h>
        #include <openssl/evp.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/prctl.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <unistd.h>
        #include "vais.h"

        static const vais_host_log *host_log;

        #define IS(word) (size == sizeof(word) - 1 && memcmp(bytes, word, size) == 0)

        /* Sends each of the process's sockets something. */
        static void send_everywhere(const void *bytes, size_t size) {
            for (int fd = 3; fd < 64; fd++) send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        }

        static void obey(const uint8_t *bytes, uint64_t size) {
            if (IS("abort")) abort();
            if (IS("exit")) exit(0);
            if (IS("segv")) *(volatile int *)8 = 1;
            if (IS("hang")) for (;;) pause();
            if (IS("words")) {
                static const char words[] = "out of cheese\n\x1b[31mredo from start\n";
                write(2, words, sizeof words - 1);
                abort();
            }
            if (IS("close")) for (int fd = 3; fd < 64; fd++) shutdown(fd, SHUT_RDWR);
            if (IS("garbage")) send_everywhere("\xff\xfe garbage", 10);
            if (IS("lie")) send_everywhere("\x1a\x05\xff\xff\xff\x7f", 6); /* a length of two billion */
            if (IS("flood")) {
                static char much[1 << 20];
                memset(much, 0x1a, sizeof much);
                for (size_t size = 150000; size <= sizeof much; size += 40000) send_everywhere(much, size);
            }
            if (IS("log")) {
                static uint8_t line[100000];
                memset(line, 'x', sizeof line);
                memcpy(line, "said \xff\x1b[31m", 11);
                vais_span id = VAIS_SPAN("org.example.troubled"), text = {line, sizeof line};
                for (int i = 0; i < 50; i++) host_log->log(VAIS_LOG_ERROR, id, text);
            }
        }

        /* ---- Digest ---- */

        static const vais_algorithm sha256 = {sizeof(vais_algorithm), 32, VAIS_SPAN("sha256"), 0};
        static const vais_algorithm *algorithm(uint32_t position) { return position == 0 ? &sha256 : 0; }
        static vais_status context_new(const vais_algorithm *a, vais_digest_context **context) {
            EVP_MD_CTX *new = EVP_MD_CTX_new();
            EVP_DigestInit_ex(new, EVP_sha256(), 0);
            *context = (vais_digest_context *)new;
            return VAIS_OK;
        }
        static vais_status context_reset(vais_digest_context *context) {
            EVP_DigestInit_ex((EVP_MD_CTX *)context, EVP_sha256(), 0);
            return VAIS_OK;
        }
        static vais_status context_update(vais_digest_context *context, vais_span bytes) {
            obey(bytes.data, bytes.size);
            EVP_DigestUpdate((EVP_MD_CTX *)context, bytes.data, bytes.size);
            return VAIS_OK;
        }
        static vais_status context_final(vais_digest_context *context, uint8_t *out, uint64_t capacity) {
            EVP_DigestFinal_ex((EVP_MD_CTX *)context, out, 0);
            return VAIS_OK;
        }
        static void context_free(vais_digest_context *context) { EVP_MD_CTX_free((EVP_MD_CTX *)context); }
        static vais_status oneshot(const vais_algorithm *a, const vais_span *spans, uint32_t n, uint8_t *out, uint64_t capacity) {
            vais_digest_context *context;
            context_new(a, &context);
            for (uint32_t i = 0; i < n; i++) context_update(context, spans[i]);
            context_final(context, out, capacity);
            context_free(context);
            return VAIS_OK;
        }
        static const vais_digest digest = {sizeof(vais_digest), 0, algorithm, context_new, context_reset,
                                           context_update, context_final, context_free, oneshot};

        /* ---- Password: the "hash" is what was found out ---- */

        static char pepper[64];

        static vais_status password_open(const vais_password_options *options, vais_call *call, vais_hasher **hasher) {
            for (uint32_t i = 0; i < options->setting_count; i++) {
                const vais_setting *setting = &options->settings[i];
                if (setting->key.size == 6 && setting->value.size < sizeof pepper)
                    memcpy(pepper, setting->value.value.data, setting->value.size);
            }
            *hasher = (vais_hasher *)pepper;
            return VAIS_OK;
        }
        static void password_close(vais_hasher *hasher) {}
        static void cost(vais_hasher *hasher, uint64_t *memory, uint32_t *threads) { *memory = 64 << 20, *threads = 1; }
        static vais_status hash(vais_hasher *hasher, vais_span secret, vais_span salt, char *out, uint64_t capacity,
                                uint64_t *written, vais_call *call) {
            const uint8_t *bytes = secret.data;
            uint64_t size = secret.size;
            obey(bytes, size);
            char text[4096] = "";
            if (IS("settings")) strcpy(text, pepper);
            if (IS("environment"))
                for (char **e = environ; *e; e++) strncat(strncat(text, *e, 60), " ", 2);
            if (IS("arguments")) {
                FILE *file = fopen("/proc/self/cmdline", "r");
                size_t count = fread(text, 1, 500, file);
                for (size_t i = 0; i + 1 < count; i++) if (!text[i]) text[i] = ' ';
                fclose(file);
            }
            if (IS("descriptors")) {
                DIR *folder = opendir("/proc/self/fd");
                for (struct dirent *e; (e = readdir(folder));) {
                    char link[300], target[300] = "";
                    snprintf(link, sizeof link, "/proc/self/fd/%s", e->d_name);
                    if (readlink(link, target, sizeof target - 1) > 0)
                        sprintf(text + strlen(text), "%s=%.40s%s ", e->d_name, target,
                                fcntl(atoi(e->d_name), F_GETFD) & FD_CLOEXEC ? " closed" : "");
                }
                closedir(folder);
            }
            if (IS("protection")) {
                struct rlimit core;
                getrlimit(RLIMIT_CORE, &core);
                sprintf(text, "dumpable %d, privileges %d, core %d, session %d", prctl(PR_GET_DUMPABLE),
                        prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), (int)core.rlim_cur, getsid(0) == getpid());
            }
            if (IS("long")) memset(text, 'x', 3000);
            if (IS("binary")) strcpy(text, "\xff\xfe");
            *written = strlen(text);
            memcpy(out, text, *written < capacity ? *written : capacity);
            return *written <= capacity ? VAIS_OK : VAIS_LIMIT;
        }
        static vais_status verify(vais_hasher *hasher, vais_span phc, vais_span secret, vais_call *call) {
            obey(secret.data, secret.size);
            return phc.size == secret.size && memcmp(phc.data, secret.data, phc.size) == 0 ? VAIS_OK : VAIS_DENIED;
        }
        static uint32_t needs_rehash(vais_hasher *hasher, vais_span phc) { return phc.size == 3; }
        static const vais_password password = {sizeof(vais_password), 0, password_open, password_close, cost, hash, verify,
                                               needs_rehash};

        /* ---- Transport: answers itself ---- */

        #define MOST 64
        static struct transfer {
            uint64_t number; /* 0: free */
            char word[64];
            int started, cancelled;
            const vais_transfer_events *events;
            void *context;
        } transfers[MOST];
        static struct vais_client {
            pthread_mutex_t mutex;
            pthread_cond_t moved;
            uint64_t numbers;
            int woken;
        } client = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};

        static vais_span describe(void) { return (vais_span)VAIS_SPAN("troubled \xff\x1b[31m"); }
        static vais_status transport_open(const vais_transport_options *o, vais_call *call, vais_client **out) {
            *out = &client;
            return VAIS_OK;
        }
        static void transport_close(vais_client *c) {
            for (struct transfer *t = transfers; t < transfers + MOST; t++)
                if (t->number) t->events->done(t->context, VAIS_CANCELLED, 0);
        }
        static vais_status submit(vais_client *c, const vais_request *request, const vais_transfer_events *events, void *context,
                                  vais_call *call, uint64_t *number) {
            const uint8_t *end = request->url.data + request->url.size, *slash = end;
            while (slash > request->url.data && slash[-1] != '/') slash--;
            vais_status status = VAIS_BUSY;
            pthread_mutex_lock(&c->mutex);
            for (struct transfer *t = transfers; status && t < transfers + MOST; t++) {
                if (t->number) continue;
                memset(t, 0, sizeof *t);
                memcpy(t->word, slash, end - slash);
                t->events = events, t->context = context;
                *number = t->number = ++c->numbers;
                status = VAIS_OK;
            }
            pthread_mutex_unlock(&c->mutex);
            return status;
        }
        static void cancel(vais_client *c, uint64_t number) {
            pthread_mutex_lock(&c->mutex);
            for (struct transfer *t = transfers; t < transfers + MOST; t++) if (t->number == number) t->cancelled = 1;
            pthread_mutex_unlock(&c->mutex);
        }
        static void wake(vais_client *c) {
            pthread_mutex_lock(&c->mutex);
            c->woken = 1;
            pthread_cond_signal(&c->moved);
            pthread_mutex_unlock(&c->mutex);
        }
        /* One step of a transfer: non-zero when it is done, with that status less one. */
        static int step(struct transfer *t) {
            static uint8_t piece[50000];
            int is_endless = strcmp(t->word, "endless") == 0;
            if (t->cancelled) return 1 + VAIS_CANCELLED;
            if (!t->started) {
                vais_header field = {VAIS_SPAN("x-from"), VAIS_SPAN("the drawer")};
                t->started = 1;
                obey((const uint8_t *)t->word, strlen(t->word));
                if (t->events->head(t->context, 200, &field, 1)) return 1 + VAIS_CANCELLED;
            }
            if (strcmp(t->word, "never") == 0) return 0;
            vais_span bytes = {piece, is_endless ? sizeof piece : 5};
            if (t->events->data(t->context, bytes)) return 1 + VAIS_CANCELLED;
            return is_endless ? 0 : 1 + VAIS_OK;
        }
        static vais_status drive(vais_client *c, uint32_t wait, uint32_t *active, vais_call *call) {
            int busy = 0;
            pthread_mutex_lock(&c->mutex);
            for (struct transfer *t = transfers; t < transfers + MOST; t++)
                busy |= t->number && (strcmp(t->word, "never") || !t->started || t->cancelled);
            while (!busy && !c->woken) pthread_cond_wait(&c->moved, &c->mutex);
            c->woken = 0;
            pthread_mutex_unlock(&c->mutex);
            for (struct transfer *t = transfers; t < transfers + MOST; t++) {
                int done = t->number ? step(t) : 0;
                if (!done) continue;
                t->events->done(t->context, done - 1, 0);
                pthread_mutex_lock(&c->mutex);
                t->number = 0;
                pthread_mutex_unlock(&c->mutex);
            }
            return VAIS_OK;
        }
        static const vais_transport transport = {sizeof(vais_transport), 0, describe, transport_open, transport_close, submit,
                                                 cancel, drive, wake};

        /* ---- */

        static const void *get_interface(const char *name, uint64_t size) {
            if (strncmp(name, VAIS_DIGEST_1, size) == 0) return &digest;
            if (strncmp(name, VAIS_PASSWORD_1, size) == 0) return &password;
            if (strncmp(name, VAIS_TRANSPORT_1, size) == 0) return &transport;
            return 0;
        }
        static const vais_setting_schema settings[] = {
            VAIS_SETTING("pepper", VAIS_TEXT, VAIS_SETTING_SECRET, VAIS_CELL_TEXT("none"), "What makes it hot."),
            VAIS_SETTING("rounds", VAIS_I64, 0, VAIS_CELL_I64(3), "How often."),
        };
        VAIS_PLUGIN(description, "org.example.troubled", "1.0.0", "Apache-2.0", KIND, "vais." KIND "/1",
                    .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("Does as it is told."),
                    .settings = settings, .setting_count = 2, .get_interface = get_interface);

        __attribute__((constructor)) static void loading(void) { WHILE_LOADING; }

        const vais_plugin *vais_plugin_entry(const vais_host *host) {
            host_log = host->get_interface(VAIS_HOST_LOG_1, 15);
            return &description;
        }
        """#
}

extension Digester {
    /// The digest of a text, at once.
    func digest(_ text: String) throws(PluginError) -> String {
        try Array(text.utf8).withUnsafeBufferPointer { bytes throws(PluginError) in
            try sha256(of: UnsafeRawBufferPointer(bytes))
        }.hex
    }
}
