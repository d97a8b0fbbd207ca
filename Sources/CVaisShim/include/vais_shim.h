/// The few system calls and macros that Swift's Glibc module does not offer.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <string.h>
#include <unistd.h>

/// Names the calling thread for debuggers and `top`; the first 15 bytes count.
static inline void vais_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/// Non-zero if the process has more rights than whoever started it (set-user-id, file capabilities): then its environment is not
/// to be believed.
static inline int vais_is_privileged(void) {
    return getauxval(AT_SECURE) != 0;
}

/// The environment: pointers to "NAME=value", then NULL. Not to be read while another thread changes it.
static inline char **vais_environment(void) {
    extern char **environ;
    return environ;
}

/// Writes everything of the file system that `descriptor` belongs to onto the disk. 0, or -1 with errno.
static inline int vais_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

/// Gives two names in a folder each other's file, in one step. 0, or -1 with errno; EINVAL where the file system cannot.
static inline int vais_exchange_names(int folder, const char *one, const char *other) {
    const unsigned int exchange = 2; // RENAME_EXCHANGE
    return (int)syscall(SYS_renameat2, folder, one, folder, other, exchange);
}

/// A pipe that no other program inherits: `ends[0]` to read from, `ends[1]` to write to. 0, or -1 with errno.
static inline int vais_private_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

/// Closes every descriptor from `first` on.
static inline void vais_close_from(unsigned int first) {
    syscall(SYS_close_range, first, ~0u, 0u);
}

/// Makes a started program close every descriptor from `first` on. `actions` is a `posix_spawn_file_actions_t`.
static inline int vais_close_from_at_start(void *actions, int first) {
    extern int posix_spawn_file_actions_addclosefrom_np(void *, int); // glibc 2.34, declared for _GNU_SOURCE only
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/// From now on the process ends (SIGKILL) when the thread that started it does.
static inline void vais_end_with_parent(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/// From now on no program that this process starts has more rights than it, and others of the same user can neither look into it nor
/// stop it: what it holds may be secret.
static inline void vais_seclude(void) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/// A descriptor of a child process, by which it is signalled and never another that got the same number. -1 with errno.
static inline int vais_open_process(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0u);
}

static inline int vais_signal_process(int process, int number) {
    return (int)syscall(SYS_pidfd_send_signal, process, number, NULL, 0u);
}

/// A pair of connected sockets that keep the boundaries of messages. No other program inherits them. 0, or -1 with errno.
static inline int vais_message_sockets(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

/// Memory of `size` zero bytes that processes can share, and none of them can make shorter or longer. -1 with errno.
static inline int vais_shared_memory(const char *name, unsigned long size) {
    const unsigned int close_on_exec = 1, allow_sealing = 2;       // MFD_…
    const int add_seals = 1033, seal = 1, shrink = 2, grow = 4;    // F_ADD_SEALS, F_SEAL_…
    int memory = (int)syscall(SYS_memfd_create, name, close_on_exec | allow_sealing);
    if (memory < 0) return -1;
    if (ftruncate(memory, (off_t)size) == 0 && fcntl(memory, add_seals, shrink | grow | seal) == 0) return memory;
    close(memory);
    return -1;
}

/// How many descriptors one message may carry.
#define VAIS_MOST_DESCRIPTORS 2

/// Sends one message made of two parts, with descriptors. 0, or -1 with errno: EAGAIN when it takes longer than the socket's timeout, or, without
/// `waits`, any time.
static inline int vais_send_message(int socket, const void *head, unsigned long head_size, const void *body,
                                    unsigned long body_size, const int *descriptors, unsigned int count, int waits) {
    struct iovec parts[2] = {{(void *)head, head_size}, {(void *)body, body_size}};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * VAIS_MOST_DESCRIPTORS)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = body_size > 0 ? 2 : 1};
    if (count > 0 && count <= VAIS_MOST_DESCRIPTORS) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * count);
    }
    ssize_t sent;
    do { sent = sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT)); } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

/// Receives one message and the descriptors that came with it: `*count` of them, at most VAIS_MOST_DESCRIPTORS. Its size, 0 at the end, or -1
/// with errno: EAGAIN after the socket's timeout, EMSGSIZE for one that is larger than `capacity`. Without `descriptors` none is taken.
static inline long vais_receive_message(int socket, void *buffer, unsigned long capacity, int *descriptors,
                                        unsigned int *count) {
    struct iovec part = {buffer, capacity};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * VAIS_MOST_DESCRIPTORS)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptors) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    ssize_t size;
    do { size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC); } while (size < 0 && errno == EINTR);
    if (size < 0) return -1;
    if (descriptors) {
        *count = 0;
        for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
            if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
            unsigned long given = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            if (given > VAIS_MOST_DESCRIPTORS) given = VAIS_MOST_DESCRIPTORS;
            memcpy(descriptors, CMSG_DATA(part), given * sizeof(int));
            *count = (unsigned int)given;
        }
    }
    if (message.msg_flags & MSG_TRUNC) {
        for (unsigned int i = 0; descriptors && i < *count; i++) close(descriptors[i]);
        errno = EMSGSIZE;
        return -1;
    }
    return size;
}

/// Bytes that the C library's allocator has given out and not got back, large blocks included.
static inline unsigned long vais_heap_in_use(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}
