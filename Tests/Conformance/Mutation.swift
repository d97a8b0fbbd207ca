import VaisConformance

/// A fault put into the in-memory plugin, and the part of the kit that must notice.
struct Mutation: Sendable, CustomStringConvertible {
    /// What goes wrong, in words.
    var description: String
    var file: String
    /// Stands in the file exactly once.
    var original: String
    var replacement: String
    /// A header that the replacement needs.
    var header: String?
    /// A check of this group must fail.
    var group: Check.Group
    /// What one of the findings must say, where a group could fail for another reason; nil for anything.
    var words: String?
    /// Seconds after which a check counts as hanging, where that is the fault.
    var deadline: Int?
    /// The plugin of this build that is wrapped, where the fault stands in Wrapper/wrapper.c; then `replacement` is its name there.
    var wrapper: String?

    private init(
        _ group: Check.Group, _ description: String, in file: String, _ original: String, becomes replacement: String,
        found words: String? = nil, deadline: Int? = nil, wrapping wrapper: String? = nil
    ) {
        self.words = words
        self.deadline = deadline
        self.wrapper = wrapper
        self.description = description
        self.file = file
        self.original = original
        self.replacement = replacement
        self.group = group
    }

    static let all = [
        Mutation(.hygiene, "exports its inner functions", in: "plugin.map", "local: *;", becomes: ""),
        Mutation(
            .hygiene, "offers any interface whose name begins well", in: "plugin.c",
            "size == strlen(VAIS_STORAGE_1) && memcmp(name, VAIS_STORAGE_1, size) == 0",
            becomes: "size >= 14 && memcmp(name, VAIS_STORAGE_1, 14) == 0"),
        Mutation(
            .hygiene, "steps over the host's structs by its own size", in: "merge.c",
            "strided(declared->columns, declared->column_stride, i)", becomes: "&declared->columns[i]"),
        Mutation(
            .hygiene, "writes to standard output", in: "store.c", "store_health(vais_store *store, vais_call *call) {",
            becomes: "store_health(vais_store *store, vais_call *call) { printf(\"healthy\\n\");\n",
            found: "standard output"
        ).including("stdio.h"),
        Mutation(
            .hygiene, "changes the working directory", in: "store.c", "*result = store;",
            becomes: "chdir(\"/\"); *result = store;", found: "working directory"
        ).including("unistd.h"),
        Mutation(
            .hygiene, "changes the locale", in: "store.c", "*result = store;",
            becomes: "setlocale(LC_ALL, \"C.UTF-8\"); *result = store;", found: "locale"
        ).including("locale.h"),
        Mutation(
            .hygiene, "changes the umask and the environment", in: "store.c", "*result = store;",
            becomes: "umask(077); setenv(\"TZ\", \"UTC-3\", 1); *result = store;", found: "umask"
        ).including("sys/stat.h"),
        Mutation(
            .hygiene, "installs a signal handler", in: "store.c", "*result = store;",
            becomes: "signal(SIGUSR1, SIG_IGN); *result = store;", found: "SIGUSR1"
        ).including("signal.h"),
        Mutation(
            .hygiene, "leaves a thread behind", in: "store.c", "*result = store;",
            becomes:
                "pthread_t thread; pthread_create(&thread, NULL, (void *(*)(void *))pause, NULL); *result = store;",
            found: "remain"
        ).including("unistd.h"),
        Mutation(
            .hygiene, "ends the process", in: "store.c", "(void)session;  // A call leaves nothing",
            becomes: "exit(3);  // A call leaves nothing", found: "status 3"),
        Mutation(
            .hygiene, "never returns from a call", in: "store.c", "(void)session;  // A call leaves nothing",
            becomes: "for (;;) pause();  // A call leaves nothing", found: "did not return", deadline: 2
        ).including("unistd.h"),
        Mutation(
            .atomicity, "crashes when a guard fails", in: "commit.c",
            "return fail_at(call, VAIS_GUARD_FAILED, VAIS_AT_GUARD, i, \"guard %u does not hold\", i);",
            becomes: "*(volatile int *)8 = 1;", found: "SIGSEGV"),
        Mutation(
            .soak, "forgets to free sessions", in: "store.c", "    free(session);", becomes: "    (void)session;",
            found: "open, use, close"),
        Mutation(
            .soak, "keeps a descriptor of every store", in: "store.c", "*result = store;",
            becomes: "open(\"/dev/null\", O_RDONLY); *result = store;", found: "open, use, close"
        ).including("fcntl.h"),
        Mutation(
            .isolation, "lets others in between two reads of one call", in: "reads.c",
            "        if (i % CHECK_INTERVAL == 0) TRY(call_check(call, &session->state));\n        answer answer = {0};",
            becomes: """
                        answer answer = {0};
                        pthread_mutex_unlock(&session->store->lock);
                        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
                        pthread_mutex_lock(&session->store->lock);
                """
        ).including("time.h"),
        Mutation(
            wrapping: "storage-sqlite", .processes, "declares several hosts, and refuses a second", "LIES_ABOUT_HOSTS"),
        Mutation(
            wrapping: "storage-sqlite", .crashes, "opens without what was in the log when a process was killed",
            "LOSES_LOG"),
        Mutation(
            .refusals, "ignores the flags of a call", in: "call.c", "if (call->flags != 0)", becomes: "if (0)"),
        Mutation(
            .refusals, "takes null for a value of any column", in: "shapes.c",
            "if (may_be_null && cell->type == VAIS_NULL)", becomes: "if (cell->type == VAIS_NULL)"),
        Mutation(
            .model, "wraps around on overflow", in: "commit.c", "if (__builtin_add_overflow(",
            becomes: "if (0 & __builtin_add_overflow("),
        Mutation(
            .model, "leaves out equal values at an inclusive bound", in: "shapes.c",
            "(shape->flags & VAIS_SHAPE_LOWER_EXCLUSIVE) != 0)", becomes: "(shape->flags & VAIS_SHAPE_LOWER) != 0)"),
        Mutation(
            .atomicity, "does not undo a batch that fails", in: "commit.c", "undo(&log);", becomes: "forget(&log);"),
        Mutation(
            .atomicity, "looks at the first guard only", in: "commit.c", "i < batch->guard_count; i++",
            becomes: "i < (batch->guard_count > 0); i++"),
        Mutation(
            .atomicity, "takes null for unlike null", in: "cells.c", "case VAIS_NULL: return 0;",
            becomes: "case VAIS_NULL: return 1;"),
        Mutation(
            .atomicity, "stamps records that ADD touches", in: "commit.c",
            "shape->kind == VAIS_ADD ? old->stamp : stamp", becomes: "stamp"),
        Mutation(
            .atomicity, "names the wrong operation", in: "commit.c", "VAIS_EXISTS, VAIS_AT_OP, position,",
            becomes: "VAIS_EXISTS, VAIS_AT_OP, 0,"),
        Mutation(
            .order, "compares bytes up to a NUL", in: "cells.c", "memcmp(left->value.data, right->value.data, common)",
            becomes: "strncmp((const char *)left->value.data, (const char *)right->value.data, common)"),
        Mutation(
            .order, "ignores letter case", in: "cells.c", "memcmp(left->value.data, right->value.data, common)",
            becomes: "strncasecmp((const char *)left->value.data, (const char *)right->value.data, common)"),
        Mutation(
            .paging, "delivers the row it resumes behind again", in: "reads.c", "index_position(index, &key, 1)",
            becomes: "index_position(index, &key, 0)"),
        Mutation(
            .paging, "says DONE a page too late", in: "reads.c", "rows <= row_limit ? VAIS_DONE",
            becomes: "rows < row_limit ? VAIS_DONE"),
        Mutation(
            .paging, "asks for too little when a page is too small", in: "page.c", "= extent.bytes;",
            becomes: "= extent.bytes / 2;"),
        Mutation(
            .concurrency, "lets others in between guards and operations", in: "commit.c",
            "for (uint32_t i = 0; i < batch->op_count; i++)",
            becomes: """
                pthread_mutex_unlock(&session->store->lock);
                nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
                pthread_mutex_lock(&session->store->lock);
                for (uint32_t i = 0; i < batch->op_count; i++)
                """),
        Mutation(
            .schema, "retypes a column without a word", in: "merge.c",
            "if (other->type != column.type || other->flags != column.flags)", becomes: "if (0)"),
        Mutation(
            .reopening, "claims to be durable, and is not", in: "store.c", "out->durable = VAIS_NONE;",
            becomes: "out->durable = VAIS_NATIVE;"),
        Mutation(
            .search, "offers a search that finds nothing", in: "plugin.c",
            "static const void *get_interface(const char *name, uint64_t size) {", becomes: emptySearch),
        Mutation(
            .groupCommit, "lets one failing batch stop the others", in: "commit.c", "outcomes[i] = (vais_outcome){",
            becomes: "if (i && outcomes[i - 1].status) status = VAIS_CONFLICT;\noutcomes[i] = (vais_outcome){"),
        Mutation(
            .blobs, "keeps half of an object", in: "blobs.c", ".size = writer->size, .bytes",
            becomes: ".size = writer->size / 2, .bytes"),
        Mutation(
            .blobs, "stores an object twice", in: "blobs.c",
            "int exists = find(&store->blobs, id, &position) != NULL;",
            becomes: "find(&store->blobs, id, &position);\nint exists = 0;"),
        Mutation(
            .cancelling, "ignores deadlines", in: "call.c", "if (nanoseconds >= call->deadline)", becomes: "if (0)"),
        Mutation(
            .cancelling, "ignores the cancel flag", in: "call.c", "(call->cancelled &&", becomes: "(0 &&"),
    ]

    /// What the kit must find nothing wrong with: nil is the plugin as it is.
    static let harmless: [Mutation?] = [
        nil,
        Mutation(
            .hygiene, "has a table without its optional end", in: "plugin.c", ".struct_size = sizeof(vais_storage),",
            becomes: ".struct_size = offsetof(vais_storage, commit_many),"),
        Mutation(
            .hygiene, "has a table of a later version", in: "plugin.c",
            "size) == 0) return &storage_interface;",
            becomes: """
                size) == 0) {
                    static struct { vais_storage known; void *added[4]; } longer;
                    longer.known = storage_interface;
                    longer.known.struct_size = sizeof longer;
                    return &longer;
                }
                """),
    ]

    private init(wrapping plugin: String, _ group: Check.Group, _ description: String, _ fault: String) {
        self.init(group, description, in: "wrapper.c", "", becomes: fault, wrapping: plugin)
    }

    /// The file with one more header.
    private func including(_ header: String) -> Mutation {
        var mutation = self
        mutation.header = header
        return mutation
    }

    private static let emptySearch = """
        #include "vais/search.h"
        static vais_status apply(
            vais_store *store, const vais_schema *schema, const vais_search_index *indexes, uint64_t stride,
            uint32_t count, vais_call *call) {
            return VAIS_OK;
        }
        static vais_status query(
            vais_session *session, uint32_t index, const vais_span *terms, uint32_t count, uint64_t offset,
            uint32_t limit, vais_page *page, uint64_t *total, vais_call *call) {
            page->row_count = page->cell_count = page->byte_count = *total = 0;
            return VAIS_DONE;
        }
        static const vais_storage_search empty_search = {
            .struct_size = sizeof empty_search, .apply = apply, .query = query};
        static const void *get_interface(const char *name, uint64_t size) {
            if (size == strlen(VAIS_STORAGE_SEARCH_1) && memcmp(name, VAIS_STORAGE_SEARCH_1, size) == 0)
                return &empty_search;
        """
}
