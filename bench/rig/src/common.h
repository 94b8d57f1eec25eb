// Shared helpers: monotonic clock, log-linear histogram, epoll wait with nanosecond timeout.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static inline int wait_ns(int ep, struct epoll_event *ev, int n, uint64_t ns) {
    struct timespec t = {.tv_sec = (time_t)(ns / 1000000000ull), .tv_nsec = (long)(ns % 1000000000ull)};
    int r = (int)syscall(SYS_epoll_pwait2, ep, ev, n, &t, NULL, 0);
    if (r < 0 && errno == ENOSYS)
        r = epoll_wait(ep, ev, n, (int)((ns + 999999) / 1000000));
    return r < 0 ? 0 : r;
}

static void process_setup(void) {
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
}

static void sock_opts(int fd) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int listen_on(const char *host, int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, host, &a.sin_addr);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 4096)) {
        perror("listen");
        exit(1);
    }
    return fd;
}

// Histogram of nanosecond values: 1024 linear steps per power of two (error below 0.1 %).
#define H_BITS 10
#define H_SUB (1 << H_BITS)
#define H_N ((64 - H_BITS + 1) * H_SUB)
typedef struct {
    uint64_t n, sum, max;
    uint32_t b[H_N];
} hist;

static inline int h_idx(uint64_t v) {
    if (v < H_SUB)
        return (int)v;
    int e = 63 - __builtin_clzll(v); // >= H_BITS
    return (e - H_BITS + 1) * H_SUB + (int)((v >> (e - H_BITS)) - H_SUB);
}
static inline uint64_t h_val(int i) {
    if (i < H_SUB)
        return (uint64_t)i;
    int e = i / H_SUB + H_BITS - 1;
    return ((uint64_t)(i % H_SUB) + H_SUB) << (e - H_BITS);
}
static inline void h_add(hist *h, uint64_t v) {
    h->n++;
    h->sum += v;
    if (v > h->max)
        h->max = v;
    h->b[h_idx(v)]++;
}
static double h_q(const hist *h, double q) { // microseconds
    if (!h->n)
        return 0;
    uint64_t want = (uint64_t)(q * (double)h->n), c = 0;
    if (want >= h->n)
        want = h->n - 1;
    for (int i = 0; i < H_N; i++) {
        c += h->b[i];
        if (c > want)
            return (double)h_val(i) / 1000.0;
    }
    return (double)h->max / 1000.0;
}
static void h_json(FILE *f, const char *name, const hist *h) {
    fprintf(f, "\"%s\":{\"n\":%lu,\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", name,
            (unsigned long)h->n, h->n ? (double)h->sum / (double)h->n / 1000.0 : 0, h_q(h, .5), h_q(h, .9), h_q(h, .99),
            h_q(h, .999), (double)h->max / 1000.0);
}
