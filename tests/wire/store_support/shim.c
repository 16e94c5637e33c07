/* Records what a process does to the files below one folder, and what it says to others, in the order it happened.
 *
 * Loaded with LD_PRELOAD into a command and all that it starts. A record is written in one append:
 *   - a change (write, truncate, create, unlink, rename, mkdir, rmdir) after it was made;
 *   - a sync twice, before and after: only changes recorded before its beginning are covered by it;
 *   - output to a pipe or a socket before it is sent: whatever it acknowledges must be durable at this point.
 * Not seen: memory-mapped writes (SQLite's -shm file, rebuilt after a crash), sendfile, copy_file_range, links,
 * and files written through stdio. A record that cannot be written ends the process: a trace with holes proves nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "offsets must have 64 bits");

enum { CREATE = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, UNLINK, RENAME, MKDIR, RMDIR, OUTPUT };

struct record {
    uint32_t op, thread;
    uint64_t device, inode;
    int64_t offset;
    uint32_t path_length, data_length;
};

struct place {
    struct stat stat;
    char path[PATH_MAX];
};

static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("STORE_TRACE_ROOT"), *file = getenv("STORE_TRACE_FILE");
    if (!folder || !file || !realpath(folder, root)) return;
    root_length = strlen(root);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) abort();
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 700); /* out of the way of programs that count on low numbers */
    if (log_fd < 0) abort();
    syscall(SYS_close, fd);
}

/* One record of the first `most` bytes that the parts hold. */
static void emit_parts(
    uint32_t op, const struct stat *stat, int64_t offset, const char *path, const struct iovec *parts, size_t count, size_t most
) {
    int saved = errno;
    struct iovec pieces[IOV_MAX];
    size_t length = 0, used = 2;
    for (size_t each = 0; each < count && length < most; each++) {
        if (used == IOV_MAX) abort();
        size_t size = parts[each].iov_len < most - length ? parts[each].iov_len : most - length;
        pieces[used++] = (struct iovec){parts[each].iov_base, size};
        length += size;
    }
    struct record record = {
        .op = op,
        .thread = (uint32_t)syscall(SYS_gettid),
        .device = stat ? stat->st_dev : 0,
        .inode = stat ? stat->st_ino : 0,
        .offset = offset,
        .path_length = (uint32_t)strlen(path),
        .data_length = (uint32_t)length,
    };
    pieces[0] = (struct iovec){&record, sizeof record};
    pieces[1] = (struct iovec){(void *)path, record.path_length};
    long size = (long)(sizeof record + record.path_length + length);
    if (syscall(SYS_writev, log_fd, pieces, used) != size) abort();
    errno = saved;
}

static void emit(uint32_t op, const struct stat *stat, int64_t offset, const char *path, const void *data, size_t length) {
    struct iovec part = {(void *)data, length};
    emit_parts(op, stat, offset, path, &part, 1, length);
}

static int below_root(const char *path) {
    return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* Where a descriptor leads: 'f' a file or folder below the root, 'o' a pipe or a socket, 0 elsewhere. */
static char where(int fd, struct place *place) {
    int saved = errno;
    char kind = 0;
    if (log_fd >= 0 && fd != log_fd && fstat(fd, &place->stat) == 0) {
        char link[32];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, place->path, sizeof place->path - 1);
        if (length > 0) {
            place->path[length] = 0;
            if (S_ISFIFO(place->stat.st_mode) || S_ISSOCK(place->stat.st_mode)) kind = 'o';
            else if ((S_ISREG(place->stat.st_mode) || S_ISDIR(place->stat.st_mode)) && below_root(place->path)) kind = 'f';
        }
    }
    errno = saved;
    return kind;
}

/* The absolute name of a directory entry, its folder resolved; 0 when it is not below the root. */
static int named(int at, const char *path, char out[PATH_MAX]) {
    int saved = errno, inside = 0;
    char full[PATH_MAX], folder[PATH_MAX];
    if (log_fd < 0) return 0;
    if (path[0] == '/' || at == AT_FDCWD) {
        snprintf(full, sizeof full, "%s", path);
    } else {
        char link[32];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, folder, sizeof folder - 1);
        folder[length > 0 ? length : 0] = 0;
        if (snprintf(full, sizeof full, "%s/%s", folder, path) >= (int)sizeof full) abort();
    }
    size_t end = strlen(full);
    while (end > 1 && full[end - 1] == '/') full[--end] = 0;
    char *slash = strrchr(full, '/');
    const char *last = slash ? slash + 1 : full;
    if (slash == full) snprintf(folder, sizeof folder, "/");
    else if (slash) *slash = 0, snprintf(folder, sizeof folder, "%s", full);
    else snprintf(folder, sizeof folder, ".");
    char resolved[PATH_MAX];
    if (realpath(folder, resolved)) {
        if (snprintf(out, PATH_MAX, "%s/%s", strcmp(resolved, "/") ? resolved : "", last) >= PATH_MAX) abort();
        inside = below_root(out);
    }
    errno = saved;
    return inside;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* ---- opening */

static int missing(int at, const char *path) {
    int saved = errno;
    int absent = syscall(SYS_faccessat, at, path, F_OK) != 0;
    errno = saved;
    return absent;
}

static void opened(int fd, int flags, int created) {
    struct place place;
    if (fd < 0 || where(fd, &place) != 'f') return;
    if (created) emit(CREATE, &place.stat, 0, place.path, "", 0);
    else if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) emit(TRUNCATE, &place.stat, 0, place.path, "", 0);
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        MODE \
        int created = log_fd >= 0 && (flags & O_CREAT) && missing(AT_FDCWD, path); \
        int fd = real(path, flags, mode); \
        opened(fd, flags, created); \
        return fd; \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(name); \
        MODE \
        int created = log_fd >= 0 && (flags & O_CREAT) && missing(at, path); \
        int fd = real(at, path, flags, mode); \
        opened(fd, flags, created); \
        return fd; \
    }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* ---- changing */

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    struct place place;
    char kind = where(fd, &place);
    if (kind == 'o') emit(OUTPUT, NULL, 0, place.path, data, length);
    ssize_t done = real(fd, data, length);
    if (kind == 'f' && done > 0) emit(WRITE, &place.stat, lseek(fd, 0, SEEK_CUR) - done, place.path, data, (size_t)done);
    return done;
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t length, off_t offset) { \
        REAL(name); \
        struct place place; \
        char kind = where(fd, &place); \
        ssize_t done = real(fd, data, length, offset); \
        if (kind == 'f' && done > 0) emit(WRITE, &place.stat, offset, place.path, data, (size_t)done); \
        return done; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    struct place place;
    char kind = where(fd, &place);
    if (kind == 'o') emit_parts(OUTPUT, NULL, 0, place.path, parts, (size_t)count, SIZE_MAX);
    ssize_t done = real(fd, parts, count);
    if (kind == 'f' && done > 0)
        emit_parts(WRITE, &place.stat, lseek(fd, 0, SEEK_CUR) - done, place.path, parts, (size_t)count, (size_t)done);
    return done;
}

#define PWRITEV(name) \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t offset) { \
        REAL(name); \
        struct place place; \
        char kind = where(fd, &place); \
        ssize_t done = real(fd, parts, count, offset); \
        if (kind == 'f' && done > 0) \
            emit_parts(WRITE, &place.stat, offset, place.path, parts, (size_t)count, (size_t)done); \
        return done; \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

#define FTRUNCATE(name) \
    int name(int fd, off_t length) { \
        REAL(name); \
        struct place place; \
        int result = real(fd, length); \
        if (result == 0 && where(fd, &place) == 'f') emit(TRUNCATE, &place.stat, length, place.path, "", 0); \
        return result; \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

/* ---- syncing */

#define SYNC(name) \
    int name(int fd) { \
        REAL(name); \
        struct place place; \
        char kind = where(fd, &place); \
        if (kind == 'f') emit(SYNC_BEGIN, &place.stat, 0, place.path, "", 0); \
        int result = real(fd); \
        if (kind == 'f' && result == 0) emit(SYNC_END, &place.stat, 0, place.path, "", 0); \
        return result; \
    }
SYNC(fsync)
SYNC(fdatasync)

/* ---- names */

static int entry_gone(int result, uint32_t op, int inside, const char *name) {
    if (result == 0 && inside) emit(op, NULL, 0, name, "", 0);
    return result;
}

int unlink(const char *path) {
    REAL(unlink);
    char name[PATH_MAX];
    int inside = named(AT_FDCWD, path, name);
    return entry_gone(real(path), UNLINK, inside, name);
}

int rmdir(const char *path) {
    REAL(rmdir);
    char name[PATH_MAX];
    int inside = named(AT_FDCWD, path, name);
    return entry_gone(real(path), RMDIR, inside, name);
}

int unlinkat(int at, const char *path, int flags) {
    REAL(unlinkat);
    char name[PATH_MAX];
    int inside = named(at, path, name);
    return entry_gone(real(at, path, flags), flags & AT_REMOVEDIR ? RMDIR : UNLINK, inside, name);
}

static int folder_made(int result, int at, const char *path) {
    char name[PATH_MAX];
    struct stat stat_of;
    if (result == 0 && named(at, path, name) && stat(name, &stat_of) == 0) emit(MKDIR, &stat_of, 0, name, "", 0);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return folder_made(real(path, mode), AT_FDCWD, path);
}

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(mkdirat);
    return folder_made(real(at, path, mode), at, path);
}

static int renamed(int result, int from_inside, const char *from, int to_inside, const char *to) {
    if (result == 0 && from_inside && to_inside) emit(RENAME, NULL, 0, from, to, strlen(to));
    else if (result == 0 && (from_inside || to_inside)) abort(); /* across the root's border: nobody here does */
    return result;
}

int rename(const char *from, const char *to) {
    REAL(rename);
    char source[PATH_MAX], target[PATH_MAX];
    int from_inside = named(AT_FDCWD, from, source), to_inside = named(AT_FDCWD, to, target);
    return renamed(real(from, to), from_inside, source, to_inside, target);
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    REAL(renameat);
    char source[PATH_MAX], target[PATH_MAX];
    int from_inside = named(from_at, from, source), to_inside = named(to_at, to, target);
    return renamed(real(from_at, from, to_at, to), from_inside, source, to_inside, target);
}

/* ---- speaking */

ssize_t send(int fd, const void *data, size_t length, int flags) {
    REAL(send);
    struct place place;
    if (where(fd, &place) == 'o') emit(OUTPUT, NULL, 0, place.path, data, length);
    return real(fd, data, length, flags);
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
    REAL(sendto);
    struct place place;
    if (where(fd, &place) == 'o') emit(OUTPUT, NULL, 0, place.path, data, length);
    return real(fd, data, length, flags, to, size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    struct place place;
    if (where(fd, &place) == 'o')
        emit_parts(OUTPUT, NULL, 0, place.path, message->msg_iov, message->msg_iovlen, SIZE_MAX);
    return real(fd, message, flags);
}
