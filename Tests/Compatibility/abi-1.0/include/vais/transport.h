/// vais/transport.h: "vais.transport/1", many HTTP transfers at once.
///
/// The host gives one thread to a client and calls `drive` on it in a loop; every event function below is called on that thread,
/// from inside `drive`. `submit`, `cancel` and `wake` may be called from any thread. The plugin starts no thread.
#ifndef VAIS_TRANSPORT_H
#define VAIS_TRANSPORT_H

#include "vais/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VAIS_TRANSPORT_1 "vais.transport/1"

typedef struct vais_client vais_client;  ///< Connections, kept alive and shared by transfers.

/// One header field. Frozen.
typedef struct vais_header {
    vais_span name;
    vais_span value;
} vais_header;

/// What happens to one transfer. Called on the driving thread; must not call back into the client, except `submit` and `cancel`.
typedef struct vais_transfer_events {
    uint32_t struct_size;
    uint32_t reserved;
    /// The status line and header fields of the final response (not of 1xx). Borrowed. Non-zero stops the transfer (VAIS_CANCELLED).
    uint32_t (*head)(void *context, uint32_t status, const vais_header *headers, uint32_t header_count);
    /// Some bytes of the body, content decoding undone as asked. Borrowed. Non-zero stops the transfer.
    uint32_t (*data)(void *context, vais_span bytes);
    /// Fills `buffer` with the next bytes of the request's body; answers how many, 0 at the end, UINT64_MAX to give up.
    uint64_t (*body)(void *context, uint8_t *buffer, uint64_t capacity);
    /// The last event, exactly once for every submitted transfer. `error` is borrowed, NULL with VAIS_OK. The status is
    ///  - VAIS_OK           the response arrived whole; also when its HTTP status tells of an error;
    ///  - VAIS_UNAVAILABLE  no usable connection (name not found, refused, no route, TLS handshake failed): nothing was sent;
    ///  - VAIS_DENIED       the server's certificate is not trusted, or belongs to another name: nothing was sent;
    ///  - VAIS_CORRUPT      the connection broke before the response was whole, or the response is not valid HTTP: the server may have
    ///                      acted on the request;
    ///  - VAIS_TIMEOUT      the connect timeout, the stall timeout or the deadline passed; `error` says which;
    ///  - VAIS_LIMIT        the response's body or header fields are larger than the request allows;
    ///  - VAIS_CANCELLED    `cancel` or `close`, or an event function stopped the transfer;
    ///  - VAIS_INVALID, VAIS_UNSUPPORTED, VAIS_INTERNAL  as everywhere.
    void (*done)(void *context, vais_status status, const vais_error *error);
} vais_transfer_events;
#define VAIS_TRANSFER_EVENTS_SIZE_1_0 40u

#define VAIS_REQUEST_DECODE 1u   ///< Ask for gzip and other codings the plugin knows, and undo them.
#define VAIS_REQUEST_BODY 2u     ///< The request has a body, read by `body`.

/// One request. Borrowed until `submit` returns. Redirects are never followed: the host decides, so that no credential follows one
/// to another origin.
typedef struct vais_request {
    uint32_t struct_size;
    uint32_t flags;      ///< VAIS_REQUEST_*
    vais_span method;    ///< "GET" …
    vais_span url;       ///< Absolute, http or https.
    const vais_header *headers;
    uint32_t header_count;
    uint32_t connect_timeout;    ///< Milliseconds to a usable connection; 0: the plugin's default.
    uint64_t body_size;          ///< Bytes of the body; UINT64_MAX: unknown, send it chunked.
    uint64_t max_response_bytes; ///< Of the body as delivered; more is VAIS_LIMIT. 0: no limit.
    uint64_t max_header_bytes;   ///< Of all header fields; more is VAIS_LIMIT. 0: the plugin's default.
    uint32_t stall_timeout;      ///< Milliseconds with fewer than `stall_bytes` a second before VAIS_TIMEOUT; 0: never.
    uint32_t stall_bytes;
    uint64_t deadline;           ///< CLOCK_MONOTONIC nanoseconds for the whole transfer; 0: none.
} vais_request;
#define VAIS_REQUEST_SIZE_1_0 96u

/// How to open a client.
typedef struct vais_transport_options {
    uint32_t struct_size;
    uint32_t setting_count;
    const vais_setting *settings;
    vais_span user_agent;
    uint32_t max_connections_per_origin;
    uint32_t reserved;
} vais_transport_options;
#define VAIS_TRANSPORT_OPTIONS_SIZE_1_0 40u

typedef struct vais_transport {
    uint32_t struct_size;
    uint32_t reserved;
    /// One line about the library and what it can do, such as "libcurl 7.88.1, HTTP/2, gzip, br, zstd". Static.
    vais_span (*describe)(void);
    vais_status (*open)(const vais_transport_options *options, vais_call *call, vais_client **client);
    /// After `drive` has returned for the last time. Transfers still under way end with VAIS_CANCELLED.
    void (*close)(vais_client *client);
    /// Queues a transfer and answers its number, never 0. `events` must stay valid, and `context` usable, until `done`.
    vais_status (*submit)(vais_client *client, const vais_request *request, const vais_transfer_events *events, void *context,
                          vais_call *call, uint64_t *transfer);
    /// Ends a transfer early with VAIS_CANCELLED. No effect on one that is done.
    void (*cancel)(vais_client *client, uint64_t transfer);
    /// Moves every transfer forward, waiting at most `wait_milliseconds` for something to do. One thread at a time.
    /// `*active` is the number of transfers not yet done.
    vais_status (*drive)(vais_client *client, uint32_t wait_milliseconds, uint32_t *active, vais_call *call);
    /// Makes a waiting `drive` return.
    void (*wake)(vais_client *client);
} vais_transport;
#define VAIS_TRANSPORT_SIZE_1_0 64u

#ifdef __cplusplus
}
#endif
#endif
