/* Tells in a log what a process does to the files below one folder, in the order in which it does it.
 *
 * Loaded with LD_PRELOAD. POWER_LOG names the log; POWER_ROOT the folder to watch, which may be set at run
 * time before the first file is opened. Each entry, of the integers of this machine without gaps, is
 *
 *     u8 kind | u64 inode | u64 offset | u32 length of what follows | text or bytes
 *
 * Only what succeeded is told. The log is written with O_APPEND, so that it outlives SIGKILL: it stands for
 * what an observer of the disk saw, not for the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE, RENAME, UNLINK, SYNC, SYNC_FOLDER, CREATE };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int watched(const char *path) {
    const char *root = getenv("POWER_ROOT");
    size_t size = root ? strlen(root) : 0;
    return size && strncmp(path, root, size) == 0 && (path[size] == '/' || !path[size]);
}

static int path_of(int fd, char *path) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, name, path, PATH_MAX - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return watched(path);
}

static uint64_t inode_of(int fd) {
    struct stat facts;
    return fstat(fd, &facts) ? 0 : (uint64_t)facts.st_ino;
}

static void tell(uint8_t kind, uint64_t inode, uint64_t offset, const void *data, uint32_t size) {
    const char *log = getenv("POWER_LOG");
    if (!log) return;
    int kept = errno;
    uint8_t head[21]; /* kind, inode, offset, length */
    head[0] = kind;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &size, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)data, size}};
    pthread_mutex_lock(&lock);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        if (syscall(SYS_writev, fd, parts, 2) < 0) abort();
        syscall(SYS_close, fd);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
}

static void wrote(int fd, uint64_t offset, const void *data, ssize_t size) {
    char path[PATH_MAX];
    if (size > 0 && path_of(fd, path)) tell(WRITE, inode_of(fd), offset, data, (uint32_t)size);
}

ssize_t write(int fd, const void *data, size_t size) {
    ssize_t done = syscall(SYS_write, fd, data, size);
    if (done > 0) {
        off_t end = lseek(fd, 0, SEEK_CUR);
        if (end >= 0) wrote(fd, (uint64_t)(end - done), data, done);
    }
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    ssize_t done = syscall(SYS_pwrite64, fd, data, size, offset);
    wrote(fd, (uint64_t)offset, data, done);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return pwrite(fd, data, size, offset); }

/* What copies without passing through memory is refused, so that the caller falls back to writing. */
ssize_t sendfile(int out, int in, off_t *offset, size_t size) {
    (void)out, (void)in, (void)offset, (void)size;
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int out, int in, off64_t *offset, size_t size) { return sendfile(out, in, offset, size); }

static int truncated(int fd, off_t size) {
    char path[PATH_MAX];
    int result = (int)syscall(SYS_ftruncate, fd, size);
    if (!result && path_of(fd, path)) tell(TRUNCATE, inode_of(fd), (uint64_t)size, "", 0);
    return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

static int synced(int fd, int result) {
    char path[PATH_MAX];
    struct stat facts;
    if (!result && path_of(fd, path) && !fstat(fd, &facts))
        tell(S_ISDIR(facts.st_mode) ? SYNC_FOLDER : SYNC, (uint64_t)facts.st_ino, 0, path, (uint32_t)strlen(path));
    return result;
}
int fsync(int fd) { return synced(fd, (int)syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { return synced(fd, (int)syscall(SYS_fdatasync, fd)); }

static int moved(int from_folder, const char *from, int to_folder, const char *to) {
    int result = (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
    if (!result && watched(from)) {
        char both[2 * PATH_MAX + 2];
        int size = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
        tell(RENAME, 0, 0, both, (uint32_t)size);
    }
    return result;
}
int rename(const char *from, const char *to) { return moved(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int one, const char *from, int other, const char *to) { return moved(one, from, other, to); }

int unlink(const char *path) {
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!result && watched(path)) tell(UNLINK, 0, 0, path, (uint32_t)strlen(path));
    return result;
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    int was = flags & O_CREAT ? (int)syscall(SYS_faccessat, folder, path, F_OK) == 0 : 1;
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && (!was || flags & O_TRUNC) && path_of(fd, full)) {
        tell(was ? TRUNCATE : CREATE, inode_of(fd), 0, was ? "" : full, was ? 0 : (uint32_t)strlen(full));
    }
    return fd;
}

#define MODE                                       \
    mode_t mode = 0;                               \
    if (flags & (O_CREAT | O_TMPFILE)) {           \
        va_list more;                              \
        va_start(more, flags);                     \
        mode = va_arg(more, mode_t);               \
        va_end(more);                              \
    }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
