// The least a user-space two-hop relay can do: one thread, epoll, one upstream connection per client connection,
// bytes copied as they come, nothing parsed. Its CPU per request is the practical floor for any proxy here.
#include "common.h"
typedef struct side {
    int fd;
    struct side *peer;
    int dead;
} side;
static int ep;
static side *dead_list[4096];
static int dead_n;
static void kill_pair(side *s) {
    if (s->dead)
        return;
    s->dead = s->peer->dead = 1;
    close(s->fd);
    close(s->peer->fd);
    dead_list[dead_n++] = s;
}
static void pump(side *s) {
    static char b[65536];
    ssize_t r = recv(s->fd, b, sizeof b, MSG_DONTWAIT);
    if (r <= 0) {
        if (r == 0 || errno != EAGAIN)
            kill_pair(s);
        return;
    }
    for (ssize_t o = 0; o < r;) {
        ssize_t w = send(s->peer->fd, b + o, (size_t)(r - o), MSG_NOSIGNAL); // blocking socket: back-pressure by waiting
        if (w <= 0) {
            kill_pair(s);
            return;
        }
        o += w;
    }
}
int main(int argc, char **argv) {
    int port = argc > 1 ? atoi(argv[1]) : 9201, up = argc > 2 ? atoi(argv[2]) : 9100;
    process_setup();
    int ls = listen_on("127.0.0.1", port);
    ep = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ev[512];
    epoll_ctl(ep, EPOLL_CTL_ADD, ls, &e);
    for (;;) {
        int n = epoll_wait(ep, ev, 512, -1);
        for (int i = 0; i < n; i++) {
            side *s = ev[i].data.ptr;
            if (s) {
                if (!s->dead)
                    pump(s);
                continue;
            }
            for (int fd; (fd = accept4(ls, NULL, NULL, SOCK_CLOEXEC)) >= 0;) {
                int u = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                struct sockaddr_in a = {
                    .sin_family = AF_INET, .sin_port = htons((uint16_t)up), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
                if (connect(u, (struct sockaddr *)&a, sizeof a)) {
                    close(u);
                    close(fd);
                    continue;
                }
                sock_opts(fd);
                sock_opts(u);
                side *p = calloc(2, sizeof *p);
                p[0].fd = fd;
                p[1].fd = u;
                p[0].peer = &p[1];
                p[1].peer = &p[0];
                for (int k = 0; k < 2; k++) {
                    struct epoll_event x = {.events = EPOLLIN, .data.ptr = &p[k]};
                    epoll_ctl(ep, EPOLL_CTL_ADD, p[k].fd, &x);
                }
            }
        }
        while (dead_n) {
            side *s = dead_list[--dead_n];
            free(s < s->peer ? s : s->peer);
        }
    }
}
