/// libcurl for Swift, which cannot call its variadic functions: one function for each type of an option or answer.
#ifndef TRANSPORT_CURL_H
#define TRANSPORT_CURL_H

#include <curl/curl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/// Starts libcurl, once for the process.
CURLcode transport_curl_start(void);

/// What the system calls the error `code`, such as "Connection refused"; NULL when unknown. Static.
const char *transport_curl_errno_text(long code);

/// Of the libcurl loaded, not the one compiled against.
static inline const curl_version_info_data *transport_curl_version(void) {
    return curl_version_info(CURLVERSION_NOW);
}

static inline CURLcode curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_set_size(CURL *easy, CURLoption option, int64_t value) {
    return curl_easy_setopt(easy, option, (curl_off_t)value);
}

/// libcurl copies the text, except for CURLOPT_ERRORBUFFER.
static inline CURLcode curl_set_text(CURL *easy, CURLoption option, const char *text) {
    return curl_easy_setopt(easy, option, text);
}

static inline CURLcode curl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(easy, option, list);
}

/// Functions libcurl calls for one transfer, all with the same `context`.
typedef struct transport_curl_functions {
    size_t (*header)(char *bytes, size_t unit, size_t count, void *context);
    size_t (*write)(char *bytes, size_t unit, size_t count, void *context);
    size_t (*read)(char *buffer, size_t unit, size_t count, void *context);
    int (*seek)(void *context, curl_off_t offset, int origin);
    int (*begin)(void *context, char *remote, char *local, int remote_port, int local_port);
} transport_curl_functions;

static inline CURLcode curl_set_functions(CURL *easy, const transport_curl_functions *functions, void *context) {
    CURLcode code = CURLE_OK;
#define SET(option, value) \
    if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value)
    SET(CURLOPT_HEADERFUNCTION, functions->header);
    SET(CURLOPT_HEADERDATA, context);
    SET(CURLOPT_WRITEFUNCTION, functions->write);
    SET(CURLOPT_WRITEDATA, context);
    SET(CURLOPT_READFUNCTION, functions->read);
    SET(CURLOPT_READDATA, context);
    SET(CURLOPT_SEEKFUNCTION, functions->seek);
    SET(CURLOPT_SEEKDATA, context);
    SET(CURLOPT_PREREQFUNCTION, functions->begin);
    SET(CURLOPT_PREREQDATA, context);
    SET(CURLOPT_PRIVATE, context);
#undef SET
    return code;
}

/// 0 when libcurl has no answer.
static inline long curl_get_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// 0 when libcurl has no answer.
static inline int64_t curl_get_size(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline const char *curl_get_text(CURL *easy, CURLINFO info) {
    const char *value = NULL;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}

static inline void *curl_get_context(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

#endif
