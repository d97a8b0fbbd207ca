// Several processes on one store: at once, killed, stopped, and with another schema.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "host.h"

#define ROUNDS 200

static void count_up(void) {
    host host;
    open_host(&host, 64, 1);
    vais_cell cells[] = {text("counter", 7), number(1)};
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(run(&host, ADD, cells, 2) == VAIS_OK);
        int64_t value;
        CHECK(get(&host, "counter", &value) == VAIS_OK && value > i);
    }
    close_host(&host);
}

static void several_processes_share_one_store(void) {
    // No process may inherit an open environment: all of them are children, the first of which makes the record.
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "counter", 0, 0) == VAIS_OK);
    close_host(&host);
    pid_t children[4];
    for (int i = 0; i < 4; i++) children[i] = start(count_up);
    for (int i = 0; i < 4; i++) CHECK(end_of(children[i]) == 0);
    int64_t value;
    open_host(&host, 64, 1);
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4 * ROUNDS);
    close_host(&host);
}

/// Where a child and its parent meet: how many records the child has been told are stored.
static _Atomic int64_t *acknowledged;

static void insert_forever(void) {
    host host;
    open_host(&host, 64, 1);
    for (int64_t i = 0;; i++) {
        char id[32];
        snprintf(id, sizeof id, "kept-%lld", (long long)i);
        CHECK(insert(&host, id, i, 100) == VAIS_OK);
        atomic_store(acknowledged, i + 1);
    }
}

static void a_killed_process_loses_nothing(void) {
    for (int64_t most = 1; most < 300; most *= 6) {
        atomic_store(acknowledged, 0);
        pid_t child = start(insert_forever);
        while (atomic_load(acknowledged) < most) usleep(100);
        kill(child, SIGKILL);
        CHECK(WIFSIGNALED(end_of(child)));
        int64_t kept = atomic_load(acknowledged), value;
        host host;
        open_host(&host, 64, 1);
        for (int64_t i = 0; i <= kept + 1; i++) {
            char id[32];
            snprintf(id, sizeof id, "kept-%lld", (long long)i);
            CHECK(get(&host, id, &value) == VAIS_OK);
            CHECK(i < kept ? value == i : i == kept || value == -1);  // The one under way may have got there.
            vais_cell key = text(id, strlen(id));
            CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
        }
        close_host(&host);
    }
}

/// Holds a lock like a process that was stopped while it wrote.
static void take_the_turn_and_stop(void) {
    host host;
    open_host(&host, 64, 1);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    CHECK(fcntl(host.store->environment->writer_lock, F_OFD_SETLK, &lock) == 0);
    atomic_store(acknowledged, 1);
    for (;;) pause();
}

static void a_stopped_writer_costs_others_their_deadline_only(void) {
    atomic_store(acknowledged, 0);
    pid_t child = start(take_the_turn_and_stop);
    while (!atomic_load(acknowledged)) usleep(100);
    host host;
    int64_t value;
    CHECK(open_store_within(&host, 64, 20000000) == VAIS_TIMEOUT);
    kill(child, SIGKILL);
    end_of(child);
    open_host(&host, 64, 1);
    CHECK(get(&host, "counter", &value) == VAIS_OK && value == 4 * ROUNDS);
    close_host(&host);
}

static void add_index(void) {
    host host;
    open_host(&host, 64, 2);
    close_host(&host);
}

static void an_index_of_a_newer_process_is_kept_by_an_older_one(void) {
    host host;
    open_host(&host, 64, 1);
    CHECK(insert(&host, "before", -5, 0) == VAIS_OK);
    CHECK(end_of(start(add_index)) == 0);
    CHECK(insert(&host, "behind", -6, 0) == VAIS_OK);
    CHECK(insert(&host, "clash", -5, 0) == VAIS_EXISTS);
    close_host(&host);
    open_host(&host, 64, 2);
    CHECK(count(&host) == 3);  // With the counter.
    close_host(&host);
}

static void stop_while_reading(void) {
    host host;
    open_host(&host, 64, 1);
    CHECK(environment_begin_read(host.store->environment, &host.session->reading, call(&host)) == VAIS_OK);
    atomic_store(acknowledged, 1);
    for (;;) pause();
}

static void a_reader_that_died_keeps_no_pages(void) {
    atomic_store(acknowledged, 0);
    pid_t child = start(stop_while_reading);
    while (!atomic_load(acknowledged)) usleep(100);
    kill(child, SIGKILL);
    end_of(child);
    host host;
    open_host(&host, 4, 1);
    vais_cell key = text("big", 3);
    for (int i = 0; i < 20; i++) {
        CHECK(insert(&host, "big", 1, 1 << 20) == VAIS_OK);
        CHECK(run(&host, DELETE, &key, 1) == VAIS_OK);
    }
    close_host(&host);
}

int main(void) {
    make_folder();
    acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(acknowledged != MAP_FAILED);
    several_processes_share_one_store();
    a_killed_process_loses_nothing();
    a_stopped_writer_costs_others_their_deadline_only();
    a_reader_that_died_keeps_no_pages();
    an_index_of_a_newer_process_is_kept_by_an_older_one();
    remove_folder();
    return 0;
}
