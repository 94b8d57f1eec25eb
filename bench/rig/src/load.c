// HTTP/1.1 load generator: one thread, epoll, keep-alive, POST of a fixed JSON body.
//   --mode closed   C connections, each sends again as soon as it has its answer          (saturation)
//   --mode rate     R requests/s on a fixed schedule over at most C connections; latency is counted from the
//                   moment a request was due, so a stalled server cannot hide its queue      (added latency)
//   --mode stream   C concurrent SSE streams; time to first chunk, each chunk's delay since the upstream wrote it
//                   (read from the chunk's own "t=" stamp), gaps, loss and order checks      (streaming)
// --chunk-mark and --end-mark say how an event with a piece of text and the last event begin, where they are not those of
// chat completions: in other protocols some events repeat the whole text.
// CPU and memory of the processes named with --watch are sampled at the edges of the measured window.
#include "common.h"
#include <dirent.h>

enum { IDLE, HEAD, CL, CK_SIZE, CK_DATA, CK_CRLF, TRAILER, TO_EOF };
typedef struct conn {
    int fd, st, status, close_after, fresh;
    uint64_t due, sent;   // scheduled and actual start of the current request
    uint64_t first, last; // stream: first and latest chunk
    uint64_t left;        // bytes left in the current body or chunk
    uint32_t seq, events;
    int done, usage, bad;
    size_t off; // request bytes written so far
    uint32_t hlen, llen;
    char h[4096], line[2048];
} conn;

static int mode, C = 64, duration_ms = 8000, warmup_ms = 2000, expect_chunks = 0, ramp_ms = 2000, raw_delay = 1;
static double rate = 1000;
static const char *chunk_mark = "", *end_mark = "[DONE]";
static struct sockaddr_in addr;
static char *req;
static size_t req_len;
static int ep;
static conn *cs, **idle;
static int idle_n;
static uint64_t t0, w0, w1;
static hist lat, svc, ttft, delay_h, gap;
static uint64_t n_ok, n_bad_status, n_conn_err, n_eof, n_bad_stream, n_streams, n_chunks, n_body_bytes, n_reconnect, n_all,
    n_reads;
static int last_bad_status, in_window;
static uint64_t *pend;
static size_t pend_head, pend_tail, pend_cap = 1 << 16;
static uint64_t n_dropped;

typedef struct {
    char name[64];
    int pids[256], n;
    uint64_t cpu0, cpu1, tick0, tick1, rss, peak;
    int threads;
    int lost;
} watch;
static watch ws[8];
static int wn;

static uint64_t read_u64s(const char *path, int skip, int count) { // sum of `count` numbers after `skip`
    char b[1024];
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return 0;
    ssize_t r = read(fd, b, sizeof b - 1);
    close(fd);
    if (r <= 0)
        return 0;
    b[r] = 0;
    char *p = strrchr(b, ')');
    p = p ? p + 2 : b;
    uint64_t s = 0;
    for (int i = 0; i < skip + count && p && *p; i++) {
        if (i >= skip)
            s += strtoull(p, NULL, 10);
        p = strchr(p, ' ');
        if (p)
            p++;
    }
    return s;
}
static uint64_t proc_kb(int pid, const char *key) {
    char path[64], l[256];
    uint64_t v = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    while (fgets(l, sizeof l, f))
        if (!strncmp(l, key, strlen(key))) {
            v = strtoull(l + strlen(key) + 1, NULL, 10);
            break;
        }
    fclose(f);
    return v;
}
// Nanoseconds of CPU of all live threads (schedstat); also utime+stime, which counts exited threads but in 10 ms steps.
static void sample(watch *w, int end) {
    uint64_t ns = 0, ticks = 0;
    char path[128];
    w->rss = w->peak = 0;
    w->threads = 0;
    for (int i = 0; i < w->n; i++) {
        snprintf(path, sizeof path, "/proc/%d/stat", w->pids[i]);
        ticks += read_u64s(path, 11, 2);
        snprintf(path, sizeof path, "/proc/%d/task", w->pids[i]);
        DIR *d = opendir(path);
        struct dirent *e;
        if (!d) {
            w->lost = 1;
            continue;
        }
        while ((e = readdir(d))) {
            if (e->d_name[0] == '.')
                continue;
            char q[512];
            snprintf(q, sizeof q, "%s/%s/schedstat", path, e->d_name);
            ns += read_u64s(q, 0, 1);
            w->threads++;
        }
        closedir(d);
        w->rss += proc_kb(w->pids[i], "VmRSS:");
        w->peak += proc_kb(w->pids[i], "VmHWM:");
    }
    if (end) {
        w->cpu1 = ns;
        w->tick1 = ticks;
    } else {
        w->cpu0 = ns;
        w->tick0 = ticks;
    }
}
typedef struct {
    uint64_t busy, steal;
} cpustat;
static uint64_t self_ns(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return ((uint64_t)u.ru_utime.tv_sec + (uint64_t)u.ru_stime.tv_sec) * 1000000000ull +
           ((uint64_t)u.ru_utime.tv_usec + (uint64_t)u.ru_stime.tv_usec) * 1000ull;
}
static uint64_t self0;
static cpustat cpu_a[64], cpu_b[64];
static int ncpu;
static void sys_sample(cpustat *o) {
    FILE *f = fopen("/proc/stat", "r");
    char l[512];
    ncpu = 0;
    while (f && fgets(l, sizeof l, f)) {
        unsigned long v[8] = {0};
        int id;
        if (sscanf(l, "cpu%d %lu %lu %lu %lu %lu %lu %lu %lu", &id, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) < 9)
            continue;
        if (id >= 0 && id < 64) {
            o[id].busy = v[0] + v[1] + v[2] + v[5] + v[6] + v[7];
            o[id].steal = v[7];
            if (id >= ncpu)
                ncpu = id + 1;
        }
    }
    if (f)
        fclose(f);
}

static void start(conn *c, uint64_t due, uint64_t now);
static void ep_set(conn *c, int op, uint32_t evs) {
    struct epoll_event e = {.events = evs, .data.ptr = c};
    epoll_ctl(ep, op, c->fd, &e);
}
static int conn_open(conn *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&addr, sizeof addr)) {
        if (c->fd >= 0)
            close(c->fd);
        c->fd = -1;
        n_conn_err++;
        return -1;
    }
    sock_opts(c->fd);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    c->st = IDLE;
    c->fresh = 1;
    ep_set(c, EPOLL_CTL_ADD, EPOLLIN);
    return 0;
}
static void conn_shut(conn *c) {
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->st = IDLE;
}
static void again(conn *c, uint64_t now) { // the connection is free
    if (c->fd < 0) {
        n_reconnect++;
        if (n_conn_err + n_eof > 2000 || conn_open(c))
            return;
    }
    if (mode == 1) {
        if (pend_head != pend_tail) {
            uint64_t d = pend[pend_head++ % pend_cap];
            start(c, d, now);
        } else
            idle[idle_n++] = c;
    } else
        start(c, now, now);
}
static void fail(conn *c, uint64_t now) {
    if (c->st != IDLE) {
        if (now >= w0)
            n_eof++;
        conn_shut(c);
        again(c, now);
        return;
    }
    if (mode == 1)
        for (int i = 0; i < idle_n; i++)
            if (idle[i] == c) {
                idle[i] = idle[--idle_n];
                break;
            }
    conn_shut(c);
    again(c, now);
}
static void flush_req(conn *c, uint64_t now) {
    while (c->off < req_len) {
        ssize_t r = send(c->fd, req + c->off, req_len - c->off, MSG_NOSIGNAL);
        if (r < 0) {
            if (errno == EAGAIN) {
                ep_set(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
                return;
            }
            fail(c, now);
            return;
        }
        c->off += (size_t)r;
    }
}
static void start(conn *c, uint64_t due, uint64_t now) {
    c->due = due;
    c->sent = now;
    c->st = HEAD;
    c->hlen = c->llen = 0;
    c->off = 0;
    c->close_after = 0;
    c->status = 0;
    c->first = c->last = 0;
    c->seq = c->events = 0;
    c->done = c->usage = c->bad = 0;
    flush_req(c, now);
}
static void finish(conn *c, uint64_t now) {
    n_all++;
    if (c->status != 200)
        last_bad_status = c->status;
    if (in_window) {
        if (c->status != 200)
            n_bad_status++;
        else if (mode == 2) {
            n_streams++;
            if (!c->done || c->bad || (expect_chunks && c->seq != (uint32_t)expect_chunks))
                n_bad_stream++;
            else
                n_ok++;
        } else {
            n_ok++;
            h_add(&lat, now - c->due);
            h_add(&svc, now - c->sent);
        }
    }
    c->st = IDLE;
    if (c->close_after)
        conn_shut(c);
    again(c, now);
}
static int begins_with(const char *l, size_t n, const char *mark) { // within the first bytes of the data
    return memmem(l, n < 80 ? n : 80, mark, strlen(mark)) != NULL;
}
static void sse_line(conn *c, uint64_t now) {
    char *l = c->line;
    size_t n = c->llen;
    if (n < 6 || memcmp(l, "data:", 5))
        return;
    if (begins_with(l, n, end_mark)) {
        c->done = 1;
        return;
    }
    c->events++;
    char *t = begins_with(l, n, chunk_mark) ? memmem(l, n, " t=", 3) : NULL;
    if (!t || t - l < 6) {
        if (memmem(l, n, "\"usage\"", 7))
            c->usage = 1;
        return;
    }
    uint32_t s = (uint32_t)strtoul(t - 5, NULL, 10);
    uint64_t ts = strtoull(t + 3, NULL, 10);
    if (s != c->seq)
        c->bad = 1;
    c->seq = s + 1;
    if (in_window) {
        n_chunks++;
        if (!c->first)
            h_add(&ttft, now - c->sent);
        else
            h_add(&gap, now - c->last);
        if (raw_delay && ts <= now)
            h_add(&delay_h, now - ts);
    }
    if (!c->first)
        c->first = now;
    c->last = now;
}
static void body(conn *c, const char *p, size_t n, uint64_t now) {
    n_body_bytes += n;
    if (mode != 2)
        return;
    while (n) {
        const char *e = memchr(p, '\n', n);
        size_t k = e ? (size_t)(e - p) : n;
        size_t room = sizeof c->line - 1 - c->llen, kept = k < room ? k : room; // of a longer line, its beginning
        memcpy(c->line + c->llen, p, kept);
        c->llen += (uint32_t)kept;
        if (!e)
            return;
        c->line[c->llen] = 0;
        sse_line(c, now);
        c->llen = 0;
        p = e + 1;
        n -= k + 1;
    }
}
static int parse_head(conn *c) { // header block is c->h[0..hlen)
    c->status = atoi(c->h + 9);
    int st = TO_EOF;
    c->left = 0;
    for (char *l = memchr(c->h, '\n', c->hlen) + 1; l < c->h + c->hlen - 2;
         l = (char *)memchr(l, '\n', (size_t)(c->h + c->hlen - l)) + 1) {
        char f = (char)(*l | 32);
        if (f == 'c' && !strncasecmp(l, "content-length:", 15)) {
            if (st != CK_SIZE) {
                c->left = strtoull(l + 15, NULL, 10);
                st = CL;
            }
        } else if (f == 't' && !strncasecmp(l, "transfer-encoding:", 18)) {
            st = CK_SIZE;
            c->left = 0;
        } else if (f == 'c' && !strncasecmp(l, "connection: close", 17))
            c->close_after = 1;
    }
    if (c->status == 204 || c->status == 304) {
        st = CL;
        c->left = 0;
    }
    c->hlen = 0;
    return st;
}
static void on_data(conn *c, char *p, size_t n, uint64_t now) {
    while (n || (c->st == CL && !c->left)) {
        switch (c->st) {
        case IDLE:
            fail(c, now);
            return;
        case HEAD: {
            size_t k = sizeof c->h - 1 - c->hlen, old = c->hlen;
            if (k > n)
                k = n;
            memcpy(c->h + c->hlen, p, k);
            c->hlen += (uint32_t)k;
            size_t from = old > 3 ? old - 3 : 0;
            char *e = memmem(c->h + from, c->hlen - from, "\r\n\r\n", 4);
            if (!e) {
                if (c->hlen == sizeof c->h - 1)
                    fail(c, now);
                return;
            }
            size_t hl = (size_t)(e - c->h) + 4, used = hl - old;
            c->hlen = (uint32_t)hl;
            p += used;
            n -= used;
            c->st = parse_head(c);
            break;
        }
        case CL: {
            size_t k = n < c->left ? n : c->left;
            if (k)
                body(c, p, k, now);
            p += k;
            n -= k;
            c->left -= k;
            if (!c->left) {
                finish(c, now);
                return;
            }
            break;
        }
        case CK_SIZE: { // chunk-size line, collected in h
            char *e = memchr(p, '\n', n);
            size_t k = e ? (size_t)(e - p) + 1 : n;
            if (c->hlen + k > 64) {
                fail(c, now);
                return;
            }
            memcpy(c->h + c->hlen, p, k);
            c->hlen += (uint32_t)k;
            p += k;
            n -= k;
            if (!e)
                return;
            c->h[c->hlen] = 0;
            c->left = strtoull(c->h, NULL, 16);
            c->hlen = 0;
            c->st = c->left ? CK_DATA : TRAILER;
            break;
        }
        case CK_DATA: {
            size_t k = n < c->left ? n : c->left;
            body(c, p, k, now);
            p += k;
            n -= k;
            c->left -= k;
            if (!c->left) {
                c->st = CK_CRLF;
                c->left = 2;
            }
            break;
        }
        case CK_CRLF: {
            size_t k = n < c->left ? n : c->left;
            p += k;
            n -= k;
            c->left -= k;
            if (!c->left)
                c->st = CK_SIZE;
            break;
        }
        case TRAILER: {
            char *e = memchr(p, '\n', n);
            size_t k = e ? (size_t)(e - p) + 1 : n;
            int empty = c->hlen + k == 2;
            c->hlen += (uint32_t)k;
            p += k;
            n -= k;
            if (!e)
                return;
            c->hlen = 0;
            if (empty) {
                finish(c, now);
                return;
            }
            break;
        }
        case TO_EOF:
            body(c, p, n, now);
            return;
        }
    }
}
static void on_event(conn *c, uint32_t evs) {
    static char b[262144];
    if (c->fd < 0)
        return;
    uint64_t now = now_ns();
    if (evs & EPOLLOUT) {
        ep_set(c, EPOLL_CTL_MOD, EPOLLIN);
        flush_req(c, now);
        if (c->fd < 0)
            return;
    }
    if (!(evs & ~(uint32_t)EPOLLOUT))
        return;
    ssize_t r = recv(c->fd, b, sizeof b, 0);
    if (r < 0) {
        if (errno != EAGAIN)
            fail(c, now);
        return;
    }
    if (r == 0) {
        if (c->st == TO_EOF) {
            c->close_after = 1;
            finish(c, now);
        } else
            fail(c, now);
        return;
    }
    n_reads++;
    now = now_ns();
    on_data(c, b, (size_t)r, now);
}
static char *slurp(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(2);
    }
    char *b = malloc(64 << 20);
    *n = fread(b, 1, 64 << 20, f);
    fclose(f);
    return b;
}
int main(int argc, char **argv) {
    const char *url = "http://127.0.0.1:9100/v1/chat/completions";
    char *bodyb = "{}";
    size_t bl = 2;
    char headers[8192] = "";
    size_t hn = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        char *k = argv[i], *v = argv[i + 1];
        if (!strcmp(k, "--mode"))
            mode = !strcmp(v, "rate") ? 1 : !strcmp(v, "stream") ? 2 : 0;
        else if (!strcmp(k, "--url"))
            url = v;
        else if (!strcmp(k, "--body"))
            bodyb = slurp(v, &bl);
        else if (!strcmp(k, "--header"))
            hn += (size_t)snprintf(headers + hn, sizeof headers - hn, "%s\r\n", v);
        else if (!strcmp(k, "-c"))
            C = atoi(v);
        else if (!strcmp(k, "-r"))
            rate = atof(v);
        else if (!strcmp(k, "-d"))
            duration_ms = (int)(atof(v) * 1000);
        else if (!strcmp(k, "-w"))
            warmup_ms = (int)(atof(v) * 1000);
        else if (!strcmp(k, "--ramp"))
            ramp_ms = (int)(atof(v) * 1000);
        else if (!strcmp(k, "--expect-chunks"))
            expect_chunks = atoi(v);
        else if (!strcmp(k, "--chunk-mark"))
            chunk_mark = v;
        else if (!strcmp(k, "--end-mark"))
            end_mark = v;
        else if (!strcmp(k, "--watch")) { // name=pid,pid
            watch *w = &ws[wn++];
            char *eq = strchr(v, '=');
            snprintf(w->name, sizeof w->name, "%.*s", (int)(eq - v), v);
            for (char *p = eq + 1; *p && w->n < 256;) {
                w->pids[w->n++] = (int)strtol(p, &p, 10);
                if (*p == ',')
                    p++;
            }
        } else {
            fprintf(stderr, "unknown option %s\n", k);
            return 2;
        }
    }
    process_setup();
    char host[128] = "", path[1024] = "/";
    int port = 80;
    if (sscanf(url, "http://%127[^:/]:%d%1023s", host, &port, path) < 2) {
        fprintf(stderr, "url must be http://HOST:PORT/PATH\n");
        return 2;
    }
    addr.sin_family = AF_INET;
    addr.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, !strcmp(host, "localhost") ? "127.0.0.1" : host, &addr.sin_addr) != 1) {
        fprintf(stderr, "host must be an IPv4 address\n");
        return 2;
    }
    req = malloc(bl + sizeof headers + 2048);
    req_len = (size_t)sprintf(req,
                              "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\nAccept: %s\r\nUser-Agent: "
                              "bench\r\n%sContent-Length: %zu\r\n\r\n",
                              path, host, port, mode == 2 ? "text/event-stream" : "application/json", headers, bl);
    memcpy(req + req_len, bodyb, bl);
    req_len += bl;
    ep = epoll_create1(EPOLL_CLOEXEC);
    cs = calloc((size_t)C, sizeof *cs);
    idle = calloc((size_t)C, sizeof *idle);
    pend = calloc(pend_cap, sizeof *pend);
    for (int i = 0; i < C; i++)
        cs[i].fd = -1;
    struct epoll_event ev[512];
    t0 = now_ns();
    w0 = t0 + (uint64_t)warmup_ms * 1000000ull;
    w1 = w0 + (uint64_t)duration_ms * 1000000ull;
    uint64_t step = (uint64_t)(1e9 / rate), next = t0, real_w0 = 0;
    int started = 0;
    if (mode != 2) {
        for (int i = 0; i < C; i++)
            if (conn_open(&cs[i])) {
                fprintf(stderr, "connect failed\n");
                return 1;
            }
        for (int i = C - 1; i >= 0; i--)
            if (mode == 1)
                idle[idle_n++] = &cs[i];
            else
                start(&cs[i], now_ns(), now_ns());
        next = now_ns();
    }
    for (;;) {
        uint64_t now = now_ns();
        if (!in_window && now >= w0) {
            sys_sample(cpu_a);
            self0 = self_ns();
            for (int i = 0; i < wn; i++)
                sample(&ws[i], 0);
            in_window = 1;
            real_w0 = now;
        }
        if (now >= w1)
            break;
        if (n_conn_err + n_eof > 2000)
            break;
        uint64_t until = in_window ? w1 : w0;
        if (mode == 1) {
            while (next <= now) {
                if (idle_n)
                    start(idle[--idle_n], next, now);
                else if (pend_tail - pend_head < pend_cap)
                    pend[pend_tail++ % pend_cap] = next;
                else
                    n_dropped++;
                next += step;
            }
            if (next < until)
                until = next;
        } else if (mode == 2) {
            while (started < C) {
                uint64_t due = t0 + (uint64_t)ramp_ms * 1000000ull * (uint64_t)started / (uint64_t)C;
                if (due > now) {
                    if (due < until)
                        until = due;
                    break;
                }
                conn *c = &cs[started++];
                if (!conn_open(c))
                    start(c, now_ns(), now_ns());
            }
        }
        int n = wait_ns(ep, ev, 512, until > now ? until - now : 0);
        for (int i = 0; i < n; i++)
            on_event(ev[i].data.ptr, ev[i].events);
    }
    uint64_t end = now_ns();
    for (int i = 0; i < wn; i++)
        sample(&ws[i], 1);
    sys_sample(cpu_b);
    uint64_t self1 = self_ns();
    int stuck = 0, open = 0;
    for (int i = 0; i < C; i++)
        if (cs[i].fd >= 0) {
            open++;
            if (cs[i].st != IDLE && end - (cs[i].last ? cs[i].last : cs[i].sent) > 5000000000ull)
                stuck++;
        }
    double secs = (double)(end - real_w0) / 1e9;
    printf("{\"mode\":\"%s\",\"secs\":%.4f,\"conns\":%d,\"open\":%d,\"ok\":%lu,\"rps\":%.1f,\"bad_status\":%lu,\"last_bad_"
           "status\":%d,\"eof\":%lu,\"connect_errors\":%lu,\"reconnects\":%lu,\"dropped\":%lu,\"backlog\":%lu,\"stuck\":%d,"
           "\"streams\":%lu,\"bad_streams\":%lu,\"chunks\":%lu,\"chunks_per_s\":%.1f,\"reads\":%lu,",
           mode == 0   ? "closed"
           : mode == 1 ? "rate"
                       : "stream",
           secs, C, open, n_ok, (double)n_ok / secs, n_bad_status, last_bad_status, n_eof, n_conn_err, n_reconnect, n_dropped,
           (unsigned long)(pend_tail - pend_head), stuck, n_streams, n_bad_stream, n_chunks, (double)n_chunks / secs, n_reads);
    h_json(stdout, "lat", &lat);
    printf(",");
    h_json(stdout, "svc", &svc);
    printf(",");
    h_json(stdout, "ttft", &ttft);
    printf(",");
    h_json(stdout, "delay", &delay_h);
    printf(",");
    h_json(stdout, "gap", &gap);
    printf(",\"watch\":{");
    for (int i = 0; i < wn; i++) {
        watch *w = &ws[i];
        uint64_t ns = w->cpu1 > w->cpu0 ? w->cpu1 - w->cpu0 : 0,
                 tk = (w->tick1 - w->tick0) * (1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK));
        if (tk > ns + 40000000ull)
            ns = tk; // threads ended inside the window: fall back to the coarse counter
        printf("%s\"%s\":{\"cpu_us\":%.1f,\"rss_kb\":%lu,\"peak_kb\":%lu,\"threads\":%d,\"lost\":%d}", i ? "," : "", w->name,
               (double)ns / 1000.0, w->rss, w->peak, w->threads, w->lost);
    }
    printf("},\"self_cpu_us\":%.1f,\"cpus\":[", (double)(self1 - self0) / 1000.0);
    for (int i = 0; i < ncpu; i++)
        printf("%s{\"busy\":%.4f,\"steal\":%.4f}", i ? "," : "",
               (double)(cpu_b[i].busy - cpu_a[i].busy) / (double)sysconf(_SC_CLK_TCK) / secs,
               (double)(cpu_b[i].steal - cpu_a[i].steal) / (double)sysconf(_SC_CLK_TCK) / secs);
    printf("]}\n");
    return 0;
}
