// Mock OpenAI chat-completions upstream: one thread, epoll, prebuilt replies.
//   POST */chat/completions            ~1 KB JSON reply with usage
//   ... with "stream":true             N SSE chunks, finish chunk, usage chunk (if include_usage), [DONE]
//   GET  /mock/set?latency_ms=&chunks=&interval_ms=   change behaviour at run time
//   GET  /mock/stats                   counters as JSON        GET */models   model list
// Every streamed content piece is "#SEQ t=NANOSECONDS " (CLOCK_MONOTONIC at the moment of the write), so a
// client on the same machine can tell each chunk's delay, and loss or reordering, through any gateway.
#include "common.h"

typedef struct conn {
    int fd, heap_pos, kind, chunk, chunks; // kind: 0 idle, 1 json pending, 2 stream
    int usage, close_after, writing;
    uint64_t due, interval;
    char *in;
    size_t in_len, in_cap;
    char *out;
    size_t out_len, out_off, out_cap;
} conn;

static int ep;
static uint64_t latency_ns, interval_ns = 20000000;
static int n_chunks = 100;
static uint64_t st_req, st_stream, st_stream_done, st_abort, st_acc, st_open, st_chunk, st_bad;
static conn **heap;
static int heap_n, heap_cap;
static char json_reply[4096];
static int json_reply_len;
static char t_first[1024], t_next[1024];
static int t_first_len, t_next_len, o_first_seq, o_first_t, o_next_seq, o_next_t;
static const char SSE_HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: "
                               "no-cache\r\nx-request-id: req_mock_0001\r\nTransfer-Encoding: chunked\r\n\r\n";

static void h_swap(int a, int b) {
    conn *t = heap[a];
    heap[a] = heap[b];
    heap[b] = t;
    heap[a]->heap_pos = a;
    heap[b]->heap_pos = b;
}
static void h_up(int i) {
    while (i && heap[i]->due < heap[(i - 1) / 2]->due) {
        h_swap(i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}
static void h_down(int i) {
    for (;;) {
        int l = 2 * i + 1, m = i;
        if (l < heap_n && heap[l]->due < heap[m]->due)
            m = l;
        if (l + 1 < heap_n && heap[l + 1]->due < heap[m]->due)
            m = l + 1;
        if (m == i)
            return;
        h_swap(i, m);
        i = m;
    }
}
static void timer_set(conn *c, uint64_t due) {
    c->due = due;
    if (c->heap_pos < 0) {
        if (heap_n == heap_cap)
            heap = realloc(heap, sizeof *heap * (size_t)(heap_cap = heap_cap ? heap_cap * 2 : 1024));
        heap[heap_n] = c;
        c->heap_pos = heap_n++;
        h_up(c->heap_pos);
    } else {
        h_up(c->heap_pos);
        h_down(c->heap_pos);
    }
}
static void timer_del(conn *c) {
    int i = c->heap_pos;
    if (i < 0)
        return;
    c->heap_pos = -1;
    heap_n--;
    if (i != heap_n) {
        heap[i] = heap[heap_n];
        heap[i]->heap_pos = i;
        h_up(i);
        h_down(i);
    }
}

static void conn_close(conn *c) {
    if (c->kind == 2)
        st_abort++;
    timer_del(c);
    close(c->fd);
    free(c->in);
    free(c->out);
    free(c);
    st_open--;
}
static int conn_write(conn *c, const char *p, size_t n) { // 0 ok, -1 dead
    if (!c->out_len) {
        ssize_t r = send(c->fd, p, n, MSG_NOSIGNAL);
        if (r == (ssize_t)n)
            return 0;
        if (r < 0) {
            if (errno != EAGAIN)
                return -1;
            r = 0;
        }
        p += r;
        n -= (size_t)r;
    }
    if (c->out_len + n > c->out_cap)
        c->out = realloc(c->out, c->out_cap = (c->out_len + n) * 2);
    memcpy(c->out + c->out_len, p, n);
    c->out_len += n;
    if (!c->writing) {
        c->writing = 1;
        struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLOUT, .data.ptr = c};
        epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
    }
    return 0;
}
static void digits(char *p, int n, uint64_t v) {
    while (n--) {
        p[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

static int process_input(conn *c);
static int stream_step(conn *c) {
    char b[4096];
    size_t n = 0;
    if (c->chunk < c->chunks) {
        uint64_t t = now_ns();
        if (c->chunk == 0) {
            memcpy(b, SSE_HEAD, sizeof SSE_HEAD - 1);
            n = sizeof SSE_HEAD - 1;
            memcpy(b + n, t_first, (size_t)t_first_len);
            digits(b + n + o_first_seq, 5, 0);
            digits(b + n + o_first_t, 19, t);
            n += (size_t)t_first_len;
        } else {
            memcpy(b, t_next, (size_t)t_next_len);
            digits(b + o_next_seq, 5, (uint64_t)c->chunk);
            digits(b + o_next_t, 19, t);
            n = (size_t)t_next_len;
        }
        c->chunk++;
        st_chunk++;
        if (conn_write(c, b, n))
            return -1;
        timer_set(c, c->due + c->interval);
        return 0;
    }
    static const char fin[] = "data: "
                              "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":"
                              "\"mock-model\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    static const char done[] = "data: [DONE]\n\n";
    n += (size_t)sprintf(b + n, "%zx\r\n%s\r\n", sizeof fin - 1, fin);
    if (c->usage) {
        char u[512];
        int k =
            sprintf(u,
                    "data: "
                    "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"mock-"
                    "model\",\"choices\":[],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n",
                    c->chunks, c->chunks + 24);
        n += (size_t)sprintf(b + n, "%x\r\n%s\r\n", k, u);
    }
    n += (size_t)sprintf(b + n, "%zx\r\n%s\r\n0\r\n\r\n", sizeof done - 1, done);
    c->kind = 0;
    timer_del(c);
    st_stream_done++;
    if (conn_write(c, b, n))
        return -1;
    return process_input(c);
}
static int reply(conn *c, const char *status, const char *body) {
    char b[2048];
    int n = snprintf(b, sizeof b, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", status,
                     strlen(body), body);
    return conn_write(c, b, (size_t)n);
}
static int fire(conn *c) {
    if (c->kind == 2)
        return stream_step(c);
    c->kind = 0;
    timer_del(c);
    if (conn_write(c, json_reply, (size_t)json_reply_len))
        return -1;
    return process_input(c);
}
static void param(const char *q, const char *end, const char *name, double scale, uint64_t *v) {
    size_t n = strlen(name);
    const char *p = memmem(q, (size_t)(end - q), name, n);
    if (p && p[n] == '=')
        *v = (uint64_t)(atof(p + n + 1) * scale);
}
static int handle(conn *c, const char *path, size_t path_len, const char *body, size_t body_len) {
    if (path_len >= 17 && memmem(path, path_len, "/chat/completions", 17)) {
        st_req++;
        const char *s = memmem(body, body_len, "\"stream\"", 8), *end = body + body_len;
        int stream = 0;
        if (s) {
            s += 8;
            while (s < end && (*s == ' ' || *s == ':' || *s == '\n' || *s == '\t'))
                s++;
            stream = s < end && *s == 't';
        }
        if (stream) {
            st_stream++;
            c->kind = 2;
            c->chunk = 0;
            c->chunks = n_chunks;
            c->interval = interval_ns;
            c->usage = memmem(body, body_len, "\"include_usage\"", 15) != NULL;
            c->due = now_ns() + latency_ns;
            if (!latency_ns)
                return stream_step(c);
        } else {
            if (!latency_ns)
                return conn_write(c, json_reply, (size_t)json_reply_len);
            c->kind = 1;
            c->due = now_ns() + latency_ns;
        }
        timer_set(c, c->due);
        return 0;
    }
    if (path_len >= 9 && !memcmp(path, "/mock/set", 9)) {
        uint64_t k = (uint64_t)n_chunks;
        param(path, path + path_len, "latency_ms", 1e6, &latency_ns);
        param(path, path + path_len, "interval_ms", 1e6, &interval_ns);
        param(path, path + path_len, "chunks", 1, &k);
        n_chunks = (int)k;
        return reply(c, "200 OK", "{}");
    }
    if (path_len >= 11 && !memcmp(path, "/mock/stats", 11)) {
        char b[512];
        snprintf(b, sizeof b,
                 "{\"requests\":%lu,\"streams\":%lu,\"streams_done\":%lu,\"streams_aborted\":%lu,\"accepted\":%lu,\"open\":%lu,"
                 "\"chunks\":%lu,\"bad\":%lu}",
                 st_req, st_stream, st_stream_done, st_abort, st_acc, st_open, st_chunk, st_bad);
        return reply(c, "200 OK", b);
    }
    if (memmem(path, path_len, "/models", 7))
        return reply(c, "200 OK",
                     "{\"object\":\"list\",\"data\":[{\"id\":\"mock-model\",\"object\":\"model\",\"created\":1700000000,\"owned_"
                     "by\":\"mock\"}]}");
    st_bad++;
    return reply(c, "404 Not Found", "{\"error\":{\"message\":\"not found\",\"type\":\"invalid_request_error\"}}");
}
// Returns body length (decoded in place) and the wire length in *used; -1 incomplete, -2 malformed.
static long dechunk(char *p, size_t n, size_t *used) {
    size_t i = 0, o = 0;
    // First pass: is it complete? (re-walks from the start; bodies here are small)
    for (size_t j = 0;;) {
        char *e = memmem(p + j, n - j, "\r\n", 2);
        if (!e)
            return -1;
        unsigned long k = strtoul(p + j, NULL, 16);
        j = (size_t)(e - p) + 2;
        if (k > (64u << 20))
            return -2;
        if (n < j + k + 2)
            return -1;
        j += k + 2;
        if (!k) {
            *used = j;
            break;
        }
    }
    while (1) {
        char *e = memmem(p + i, n - i, "\r\n", 2);
        unsigned long k = strtoul(p + i, NULL, 16);
        i = (size_t)(e - p) + 2;
        if (!k)
            return (long)o;
        memmove(p + o, p + i, k);
        o += k;
        i += k + 2;
    }
}
static int process_input(conn *c) {
    while (c->kind == 0 && c->in_len) {
        char *he = memmem(c->in, c->in_len, "\r\n\r\n", 4);
        if (!he)
            return 0;
        size_t hl = (size_t)(he - c->in) + 4, cl = 0, used = 0;
        int chunked = 0;
        char *sp = memchr(c->in, ' ', hl);
        if (!sp) {
            st_bad++;
            return -1;
        }
        char *path = sp + 1, *pe = memchr(path, ' ', (size_t)(he + 4 - path));
        if (!pe) {
            st_bad++;
            return -1;
        }
        for (char *l = memchr(pe, '\n', (size_t)(he + 4 - pe)) + 1; l < he; l = memchr(l, '\n', (size_t)(he + 4 - l)) + 1) {
            char f = (char)(*l | 32);
            if (f == 'c' && !strncasecmp(l, "content-length:", 15))
                cl = strtoul(l + 15, NULL, 10);
            else if (f == 't' && !strncasecmp(l, "transfer-encoding:", 18))
                chunked = 1;
            else if (f == 'e' && !strncasecmp(l, "expect:", 7) && c->in_len == hl && (cl || chunked)) {
                if (conn_write(c, "HTTP/1.1 100 Continue\r\n\r\n", 25))
                    return -1;
            }
        }
        char *body = c->in + hl;
        size_t bl = cl;
        if (chunked) {
            long r = dechunk(body, c->in_len - hl, &used);
            if (r == -1)
                return 0;
            if (r < 0) {
                st_bad++;
                return -1;
            }
            bl = (size_t)r;
        } else {
            if (c->in_len < hl + cl)
                return 0;
            used = cl;
        }
        if (handle(c, path, (size_t)(pe - path), body, bl))
            return -1;
        size_t total = hl + used;
        if (total < c->in_len)
            memmove(c->in, c->in + total, c->in_len - total);
        c->in_len -= total;
    }
    return 0;
}
static int on_read(conn *c) {
    if (c->in_cap - c->in_len < 2048) {
        if (c->in_cap > (64u << 20))
            return -1;
        c->in = realloc(c->in, c->in_cap = c->in_cap ? c->in_cap * 2 : 4096);
    }
    ssize_t r = recv(c->fd, c->in + c->in_len, c->in_cap - c->in_len, 0);
    if (r == 0)
        return -1;
    if (r < 0)
        return errno == EAGAIN ? 0 : -1;
    c->in_len += (size_t)r;
    return process_input(c);
}
static int on_writable(conn *c) {
    while (c->out_off < c->out_len) {
        ssize_t r = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
        if (r < 0)
            return errno == EAGAIN ? 0 : -1;
        c->out_off += (size_t)r;
    }
    c->out_len = c->out_off = 0;
    c->writing = 0;
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
    return 0;
}
static int make_template(char *dst, const char *delta, int *o_seq, int *o_t) {
    char p[900];
    int n = sprintf(p,
                    "data: "
                    "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"mock-"
                    "model\",\"system_fingerprint\":\"fp_mock\",\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"#00000 "
                    "t=0000000000000000000 \"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
                    delta);
    int k = sprintf(dst, "%x\r\n%s\r\n", n, p);
    char *h = strchr(dst, '#');
    *o_seq = (int)(h + 1 - dst);
    *o_t = (int)(h + 9 - dst);
    return k;
}
int main(int argc, char **argv) {
    int port = 9100;
    const char *host = "127.0.0.1";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--port"))
            port = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--host"))
            host = argv[i + 1];
        else if (!strcmp(argv[i], "--latency-ms"))
            latency_ns = (uint64_t)(atof(argv[i + 1]) * 1e6);
        else if (!strcmp(argv[i], "--chunks"))
            n_chunks = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--interval-ms"))
            interval_ns = (uint64_t)(atof(argv[i + 1]) * 1e6);
        else {
            fprintf(stderr, "usage: mock [--host H] [--port P] [--latency-ms L] [--chunks N] [--interval-ms I]\n");
            return 2;
        }
    }
    process_setup();
    char text[700];
    int tn = 0;
    while (tn < 560)
        tn += sprintf(text + tn, "The quick brown fox jumps over the lazy dog. ");
    char body[2048];
    int bn = sprintf(
        body,
        "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"mock-model\",\"system_"
        "fingerprint\":\"fp_mock\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":"
        "null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":128,\"total_"
        "tokens\":152,\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
        text);
    json_reply_len = sprintf(
        json_reply,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_mock_0001\r\nContent-Length: %d\r\n\r\n%s", bn,
        body);
    t_first_len = make_template(t_first, "\"role\":\"assistant\",", &o_first_seq, &o_first_t);
    t_next_len = make_template(t_next, "", &o_next_seq, &o_next_t);

    int ls = listen_on(host, port);
    ep = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ev[512];
    epoll_ctl(ep, EPOLL_CTL_ADD, ls, &e);
    for (;;) {
        uint64_t wait = 1000000000ull, now = now_ns();
        if (heap_n)
            wait = heap[0]->due > now ? heap[0]->due - now : 0;
        int n = wait_ns(ep, ev, 512, wait);
        for (int i = 0; i < n; i++) {
            conn *c = ev[i].data.ptr;
            if (!c) {
                for (int k = 0; k < 64; k++) {
                    int fd = accept4(ls, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                    if (fd < 0)
                        break;
                    sock_opts(fd);
                    c = calloc(1, sizeof *c);
                    c->fd = fd;
                    c->heap_pos = -1;
                    st_acc++;
                    st_open++;
                    struct epoll_event a = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
                    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &a);
                }
                continue;
            }
            int dead = 0;
            if (ev[i].events & (EPOLLHUP | EPOLLERR))
                dead = 1;
            if (!dead && (ev[i].events & EPOLLIN))
                dead = on_read(c);
            else if (!dead && (ev[i].events & EPOLLRDHUP))
                dead = 1;
            if (!dead && (ev[i].events & EPOLLOUT))
                dead = on_writable(c);
            if (dead)
                conn_close(c);
        }
        now = now_ns();
        while (heap_n && heap[0]->due <= now) {
            conn *c = heap[0];
            if (fire(c))
                conn_close(c);
        }
    }
}
