// Threads with a session each, on two stores of one process, while the map grows and another store adds an index.
// Meant to be built with -fsanitize=thread too.
#include <pthread.h>

#include "host.h"

#define THREADS 4
#define ROUNDS 150

static host first, second;

/// A session of its own, on one store or the other.
static host host_of(int number) {
    host host = number % 2 ? first : second;
    CHECK(store_session_open(host.store, call(&host), &host.session) == VAIS_OK);
    return host;
}

static void *work(void *argument) {
    int thread = *(int *)argument;
    host host = host_of(thread);
    vais_cell add[] = {text("counter", 7), number(1)};
    for (int i = 0; i < ROUNDS; i++) {
        char id[32];
        int64_t value;
        snprintf(id, sizeof id, "%d-%d", thread, i);
        CHECK(insert(&host, id, 1000 * (thread + 1) + i, 20000) == VAIS_OK);
        CHECK(get(&host, id, &value) == VAIS_OK && value == 1000 * (thread + 1) + i);
        CHECK(run(&host, ADD, add, 2) == VAIS_OK);
        if (i % 10 == 0) {
            store_session_interrupt(host.session);
            CHECK(store_health(host.store, call(&host)) == VAIS_OK);
        }
    }
    store_session_close(host.session);
    return NULL;
}

static void *add_index(void *argument) {
    (void)argument;
    host host;
    for (int i = 0; i < 5; i++) {
        open_host(&host, 64, 2);
        close_host(&host);
    }
    return NULL;
}

int main(void) {
    make_folder();
    open_host(&first, 64, 1);
    open_host(&second, 64, 1);
    CHECK(insert(&first, "counter", 0, 0) == VAIS_OK);
    pthread_t threads[THREADS + 1];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    CHECK(pthread_create(&threads[THREADS], NULL, add_index, NULL) == 0);
    for (int i = 0; i <= THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    int64_t value;
    CHECK(get(&first, "counter", &value) == VAIS_OK && value == THREADS * ROUNDS);
    // Every commit kept the index, whether its store had declared it or not.
    host newest;
    open_host(&newest, 64, 2);
    CHECK(count(&newest) == THREADS * ROUNDS + 1);
    close_host(&newest);
    close_host(&first);
    close_host(&second);
    remove_folder();
    return 0;
}
