// "vais.transport/1" by ABI 1.0, without a network: the response to every request is the request, read back field by field.
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "vais/plugin.h"
#include "vais/transport.h"

typedef struct transfer {
    struct transfer *next;
    uint64_t number;
    int is_cancelled;
    const vais_transfer_events *events;
    void *context;
    int has_body;
    uint64_t max_response_bytes;
    char *text;  ///< What the response begins with; the request's body follows.
    size_t size;
} transfer;

struct vais_client {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    transfer *first;
    uint64_t count;  ///< Transfers ever submitted.
    int is_woken;
    char greeting[64];
};

static vais_span describe(void) {
    static const vais_span text = VAIS_SPAN("an echo");
    return text;
}

static void copy_text(char *out, size_t capacity, vais_span text) {
    size_t size = text.size < capacity ? text.size : capacity - 1;
    if (size) memcpy(out, text.data, size);
    out[size] = 0;
}

static vais_status open_client(const vais_transport_options *options, vais_call *call, vais_client **client) {
    if (options->struct_size < VAIS_TRANSPORT_OPTIONS_SIZE_1_0 || call->struct_size < VAIS_CALL_SIZE_1_0) return VAIS_INVALID;
    if (call->flags) return VAIS_UNSUPPORTED;
    vais_client *opened = calloc(1, sizeof *opened);
    if (!opened) return VAIS_BUSY;
    for (uint32_t i = 0; i < options->setting_count; i++) {
        const vais_setting *setting = &options->settings[i];
        if (setting->value.type != VAIS_TEXT) continue;
        copy_text(opened->greeting, sizeof opened->greeting,
                  (vais_span){setting->value.value.data, setting->value.size});
    }
    pthread_mutex_init(&opened->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&opened->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *client = opened;
    return VAIS_OK;
}

static void add(transfer *transfer, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size < 0) return;
    size_t kept = (size_t)size < sizeof line ? (size_t)size : sizeof line - 1;
    char *text = realloc(transfer->text, transfer->size + kept);
    if (!text) return;
    memcpy(text + transfer->size, line, kept);
    transfer->text = text;
    transfer->size += kept;
}

static vais_status submit(vais_client *client, const vais_request *request, const vais_transfer_events *events,
                          void *context, vais_call *call, uint64_t *number) {
    if (request->struct_size < VAIS_REQUEST_SIZE_1_0 || events->struct_size < VAIS_TRANSFER_EVENTS_SIZE_1_0) return VAIS_INVALID;
    if (call->flags) return VAIS_UNSUPPORTED;
    transfer *new = calloc(1, sizeof *new);
    if (!new) return VAIS_BUSY;
    new->events = events;
    new->context = context;
    new->has_body = (request->flags & VAIS_REQUEST_BODY) != 0;
    new->max_response_bytes = request->max_response_bytes;
    add(new, "%s\n%.*s %.*s\n", client->greeting, (int)request->method.size, (const char *)request->method.data,
        (int)request->url.size, (const char *)request->url.data);
    for (uint32_t i = 0; i < request->header_count; i++) {
        const vais_header *header = &request->headers[i];
        add(new, "%.*s: %.*s\n", (int)header->name.size, (const char *)header->name.data, (int)header->value.size,
            (const char *)header->value.data);
    }
    add(new, "decode %d, connect %" PRIu32 ", stall %" PRIu32 " at %" PRIu32 ", at most %" PRIu64 ", body %" PRIu64 "\n",
        (request->flags & VAIS_REQUEST_DECODE) != 0, request->connect_timeout, request->stall_timeout,
        request->stall_bytes, request->max_response_bytes, request->body_size);
    pthread_mutex_lock(&client->lock);
    *number = new->number = ++client->count;
    transfer **end = &client->first;
    while (*end) end = &(*end)->next;
    *end = new;
    pthread_cond_signal(&client->changed);
    pthread_mutex_unlock(&client->lock);
    return VAIS_OK;
}

static void cancel(vais_client *client, uint64_t number) {
    pthread_mutex_lock(&client->lock);
    for (transfer *one = client->first; one; one = one->next)
        if (one->number == number) one->is_cancelled = 1;
    pthread_cond_signal(&client->changed);
    pthread_mutex_unlock(&client->lock);
}

static void refuse(transfer *transfer) {
    static char message[] = "the echo is longer than the request allows";
    vais_error error = {.struct_size = sizeof error, .message_capacity = sizeof message - 1, .message = message,
                        .message_size = sizeof message - 1, LATER_FIELD};
    transfer->events->done(transfer->context, VAIS_LIMIT, &error);
}

static vais_status answer(transfer *transfer) {
    static const vais_header headers[] = {{VAIS_SPAN("x-abi"), VAIS_SPAN(VAIS_ABI_TEXT)}};
    const vais_transfer_events *events = transfer->events;
    if (events->head(transfer->context, 200, headers, 1)) return VAIS_CANCELLED;
    uint64_t total = transfer->size;
    if (transfer->max_response_bytes && total > transfer->max_response_bytes) return VAIS_LIMIT;
    vais_span text = {(const uint8_t *)transfer->text, transfer->size};
    if (events->data(transfer->context, text)) return VAIS_CANCELLED;
    uint8_t buffer[1000];
    while (transfer->has_body) {
        uint64_t count = events->body(transfer->context, buffer, sizeof buffer);
        if (count == 0) break;
        if (count == UINT64_MAX) return VAIS_CANCELLED;
        total += count;
        if (transfer->max_response_bytes && total > transfer->max_response_bytes) return VAIS_LIMIT;
        if (events->data(transfer->context, (vais_span){buffer, count})) return VAIS_CANCELLED;
    }
    return VAIS_OK;
}

static void finish(transfer *transfer, int is_closing) {
    vais_status status = transfer->is_cancelled || is_closing ? VAIS_CANCELLED : answer(transfer);
    if (status == VAIS_LIMIT)
        refuse(transfer);
    else
        transfer->events->done(transfer->context, status, NULL);
    free(transfer->text);
    free(transfer);
}

/// Ends every transfer submitted by now. Events come without the lock, since they may submit and cancel.
static void finish_all(vais_client *client, int is_closing) {
    pthread_mutex_lock(&client->lock);
    while (client->first) {
        transfer *one = client->first;
        client->first = one->next;
        pthread_mutex_unlock(&client->lock);
        finish(one, is_closing);
        pthread_mutex_lock(&client->lock);
    }
    pthread_mutex_unlock(&client->lock);
}

static vais_status drive(vais_client *client, uint32_t wait_milliseconds, uint32_t *active, vais_call *call) {
    if (call->flags) return VAIS_UNSUPPORTED;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_milliseconds / 1000;
    until.tv_nsec += (long)(wait_milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&client->lock);
    while (!client->first && !client->is_woken)
        if (pthread_cond_timedwait(&client->changed, &client->lock, &until) != 0) break;
    client->is_woken = 0;
    pthread_mutex_unlock(&client->lock);
    finish_all(client, 0);
    *active = 0;
    return VAIS_OK;
}

static void wake(vais_client *client) {
    pthread_mutex_lock(&client->lock);
    client->is_woken = 1;
    pthread_cond_signal(&client->changed);
    pthread_mutex_unlock(&client->lock);
}

static void close_client(vais_client *client) {
    if (!client) return;
    finish_all(client, 1);
    pthread_cond_destroy(&client->changed);
    pthread_mutex_destroy(&client->lock);
    free(client);
}

static const vais_transport table = {
    .struct_size = TABLE_SIZE(vais_transport),
    .describe = describe,
    .open = open_client,
    .close = close_client,
    .submit = submit,
    .cancel = cancel,
    .drive = drive,
    .wake = wake,
    LATER_FIELD};

static const vais_setting_schema settings[] = {
    VAIS_SETTING("greeting", VAIS_TEXT, 0, VAIS_CELL_TEXT("hello"), "What every echo begins with."),
};

static const void *get_interface(const char *name, uint64_t size) {
    return size == strlen(VAIS_TRANSPORT_1) && memcmp(name, VAIS_TRANSPORT_1, size) == 0 ? &table : NULL;
}

VAIS_PLUGIN(plugin, "dev.vais.fixture-transport", "0.1.0", "Apache-2.0", "transport", VAIS_TRANSPORT_1,
            .thread_model = VAIS_THREADS_PER_SESSION, .summary = VAIS_SPAN("An echo by ABI 1.0."), .settings = settings,
            .setting_count = 1, .get_interface = get_interface, LATER_FIELD);

__attribute__((visibility("default"))) const vais_plugin *vais_plugin_entry(const vais_host *host) {
    return host->abi_major == VAIS_ABI_MAJOR ? &plugin : NULL;
}
