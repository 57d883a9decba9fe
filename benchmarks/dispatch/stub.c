/* A stub of Lambda's Invoke over TLS that is not the bottleneck: one thread, epoll and OpenSSL.
 *
 *     stub CERTIFICATE KEY
 *
 * It listens on a free port of 127.0.0.1 and prints the port. Commands come on standard input, one a line:
 *
 *     set LATENCY_US THROTTLED_PER_MILLION SEED    from now on; counts start anew
 *     report                                       print the counts as one line of JSON
 *
 * It ends when standard input ends. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST_REQUEST = 1 << 16, MOST_SHARDS = 1 << 24, MOST_EVENTS = 512, LISTENER = -1, COMMANDS = -2, TIMER = -3 };

typedef struct Connection {
    int fd;
    SSL *ssl;
    int used;    /* bytes of the request that have arrived */
    int waiting; /* answers that the queue holds for it */
    int broken;  /* closed as soon as no answer waits */
    char request[LARGEST_REQUEST];
} Connection;

typedef struct {
    Connection *connection;
    uint64_t due; /* microseconds; the latency is the same for all, so the queue is in order */
    int throttled;
} Answer;

static SSL_CTX *context;
static int epoll, timer;
static Answer *queue;
static size_t capacity, head, queued;
static uint64_t latency, throttled_per_million, random_state = 1;
static uint64_t requests, accepted, throttled, distinct, twice, connections, unsigned_requests;
static uint8_t seen[MOST_SHARDS];

static void fail(const char *what) {
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* xorshift64* (Vigna 2016). */
static uint64_t next_random(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 2685821657736338717ULL;
}

static void watch(int fd, int64_t name) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)name};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void drop(Connection *connection) {
    if (connection->fd >= 0) close(connection->fd);
    connection->fd = -1;
    connection->broken = 1;
    if (connection->waiting) return;
    SSL_free(connection->ssl);
    free(connection);
}

static const char *date(void) {
    static char text[40];
    static time_t made;
    time_t second = time(NULL);
    if (second != made) strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&second));
    made = second;
    return text;
}

static int compose(char *text, size_t size, int is_throttled) {
    static const char body[] = "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\",\"message\":\"Rate Exceeded.\"}";
    uint64_t a = next_random(), b = next_random();
    char id[40];
    snprintf(id, sizeof id, "%08x-%04x-4%03x-a%03x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
             (unsigned)a & 0xfff, (unsigned)(b >> 52), (unsigned long long)b & 0xffffffffffff);
    if (is_throttled)
        return snprintf(text, size,
                        "HTTP/1.1 429 Too Many Requests\r\nDate: %s\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\nConnection: keep-alive\r\nx-amzn-RequestId: %s\r\n"
                        "x-amzn-ErrorType: TooManyRequestsException\r\n\r\n%s",
                        date(), sizeof body - 1, id, body);
    return snprintf(text, size,
                    "HTTP/1.1 202 Accepted\r\nDate: %s\r\nContent-Length: 0\r\nConnection: keep-alive\r\n"
                    "x-amzn-RequestId: %s\r\nx-amzn-Remapped-Content-Length: 0\r\n"
                    "X-Amzn-Trace-Id: Root=1-%08x-%012llx%012llx;Parent=%016llx;Sampled=0;Lineage=1:%08x:0\r\n\r\n",
                    date(), id, (unsigned)time(NULL), (unsigned long long)a >> 16, (unsigned long long)b >> 16,
                    (unsigned long long)(a ^ b), (unsigned)b);
}

static void answer(Connection *connection, int is_throttled) {
    char text[1024];
    int length = compose(text, sizeof text, is_throttled);
    if (SSL_write(connection->ssl, text, length) <= 0) connection->broken = 1;
}

static void postpone(Connection *connection, int is_throttled) {
    if (queued == capacity) {
        size_t larger = capacity ? 2 * capacity : 1024;
        Answer *copy = malloc(larger * sizeof *copy);
        if (!copy) fail("malloc");
        for (size_t i = 0; i < queued; i++) copy[i] = queue[(head + i) % capacity];
        free(queue);
        queue = copy, capacity = larger, head = 0;
    }
    queue[(head + queued++) % capacity] = (Answer){connection, now() + latency, is_throttled};
    connection->waiting++;
}

static void answer_what_is_due(void) {
    uint64_t present = now();
    while (queued && queue[head].due <= present) {
        Answer due = queue[head];
        head = (head + 1) % capacity, queued--;
        due.connection->waiting--;
        if (!due.connection->broken) answer(due.connection, due.throttled);
        if (due.connection->broken) drop(due.connection);
    }
    struct itimerspec wake = {0};
    if (queued) {
        wake.it_value.tv_sec = (time_t)(queue[head].due / 1000000);
        wake.it_value.tv_nsec = (long)(queue[head].due % 1000000) * 1000;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &wake, NULL);
}

static void count_shard(const char *body, size_t length) {
    static const char key[] = "\"number\":";
    const char *found = memmem(body, length, key, sizeof key - 1);
    unsigned long number = found ? strtoul(found + sizeof key - 1, NULL, 10) : MOST_SHARDS;
    if (number >= MOST_SHARDS) return;
    if (seen[number]) twice++; else distinct++;
    seen[number] = 1;
}

static void take(Connection *connection, const char *body, size_t length, int is_signed) {
    int is_throttled = next_random() % 1000000 < throttled_per_million;
    requests++;
    if (!is_signed) unsigned_requests++;
    if (is_throttled) throttled++; else accepted++, count_shard(body, length);
    if (latency) postpone(connection, is_throttled); else answer(connection, is_throttled);
}

/* Return the bytes of the first whole request, or 0. */
static int take_one(Connection *connection) {
    char *request = connection->request, *end = memmem(request, (size_t)connection->used, "\r\n\r\n", 4);
    if (!end) return 0;
    long length = 0;
    int has_signature = 0, has_token = 0;
    for (char *line = request; line < end; line = (char *)memchr(line, '\n', (size_t)(end + 2 - line)) + 1) {
        if (!strncasecmp(line, "content-length:", 15)) length = atol(line + 15);
        if (!strncasecmp(line, "authorization: AWS4-HMAC-SHA256 ", 32)) has_signature = 1;
        if (!strncasecmp(line, "x-amz-security-token:", 21)) has_token = 1;
    }
    char *body = end + 4;
    if (length < 0 || body - request + length > connection->used) return 0;
    int size = (int)(body - request + length);
    take(connection, body, (size_t)length, has_signature && has_token);
    return size;
}

static void receive(Connection *connection) {
    do {
        int space = LARGEST_REQUEST - connection->used;
        int got = space ? SSL_read(connection->ssl, connection->request + connection->used, space) : 0;
        if (got <= 0) {
            if (!space || SSL_get_error(connection->ssl, got) != SSL_ERROR_WANT_READ) connection->broken = 1;
            ERR_clear_error();
            break;
        }
        connection->used += got;
        for (int size; !connection->broken && (size = take_one(connection));) {
            connection->used -= size;
            memmove(connection->request, connection->request + size, (size_t)connection->used);
        }
    } while (!connection->broken && SSL_has_pending(connection->ssl));
    if (connection->broken) drop(connection);
}

static void welcome(int listener) {
    int on = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        Connection *connection = calloc(1, sizeof *connection);
        if (!connection) fail("calloc");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection->fd = fd;
        connection->ssl = SSL_new(context);
        SSL_set_fd(connection->ssl, fd);
        SSL_set_accept_state(connection->ssl);
        watch(fd, (int64_t)(intptr_t)connection);
        connections++;
    }
}

static void report(void) {
    printf("{\"requests\": %llu, \"accepted\": %llu, \"throttled\": %llu, \"shards\": %llu, \"twice\": %llu, "
           "\"connections\": %llu, \"unsigned\": %llu}\n",
           (unsigned long long)requests, (unsigned long long)accepted, (unsigned long long)throttled,
           (unsigned long long)distinct, (unsigned long long)twice, (unsigned long long)connections,
           (unsigned long long)unsigned_requests);
    fflush(stdout);
}

static void obey(void) {
    char line[256];
    if (!fgets(line, sizeof line, stdin)) exit(0);
    unsigned long long us, share, seed;
    if (sscanf(line, "set %llu %llu %llu", &us, &share, &seed) == 3) {
        latency = us, throttled_per_million = share, random_state = seed ? seed : 1;
        requests = accepted = throttled = distinct = twice = connections = unsigned_requests = 0;
        memset(seen, 0, sizeof seen);
    }
    report();
}

static int listen_on_loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int count, char **arguments) {
    if (count != 3) return fprintf(stderr, "usage: stub CERTIFICATE KEY\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdin, NULL, _IONBF, 0);
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (SSL_CTX_use_certificate_chain_file(context, arguments[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[2], SSL_FILETYPE_PEM) != 1)
        fail("certificate");
    /* What is read ahead is returned without a further system call. */
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    int listener = listen_on_loopback();
    watch(listener, LISTENER), watch(0, COMMANDS), watch(timer, TIMER);
    for (;;) {
        struct epoll_event events[MOST_EVENTS];
        int ready = epoll_wait(epoll, events, MOST_EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int64_t name = (int64_t)events[i].data.u64;
            uint64_t expired;
            if (name == LISTENER) welcome(listener);
            else if (name == COMMANDS) obey();
            else if (name == TIMER) (void)!read(timer, &expired, sizeof expired);
            else receive((Connection *)(intptr_t)name);
        }
        answer_what_is_due();
    }
}
