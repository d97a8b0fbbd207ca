import VaisConformance

/// A fault put into the in-memory plugin, and the part of the kit that must notice.
struct Mutation: Sendable, CustomStringConvertible {
    /// What goes wrong, in words.
    var description: String
    var file: String
    /// Stands in the file exactly once.
    var original: String
    var replacement: String
    /// A check of this group must fail.
    var group: Check.Group

    private init(
        _ group: Check.Group, _ description: String, in file: String, _ original: String, becomes replacement: String
    ) {
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
