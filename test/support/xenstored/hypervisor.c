/*
 * A hypervisor for xenstored and oxenstored on a machine that has none, as a library that is loaded before theirs (LD_PRELOAD).
 *
 * The daemons are the genuine ones. All that they ask of Xen is small, and is answered here out of the directory $WINDLASS_HYPERVISOR:
 *
 *   domains   text, one line for each domain: "<domid> running|shutdown|crashed|dying"; domain 0 runs without being listed
 *   virq      a FIFO: each byte in it is one VIRQ_DOM_EXC, by which Xen says that some domain stopped or went away
 *   socket    the daemon's own socket: what would be in /var/run/xenstored is in this directory
 *
 * Domains have no memory here: their rings are fresh pages in which nobody ever writes, so they never speak.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <xenctrl.h>
#include <xenevtchn.h>
#include <xengnttab.h>

/* A test process that is killed leaves no daemon behind. */
__attribute__((constructor)) static void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

static const size_t page_bytes = 4096;

static const evtchn_port_t virq_port = 1;

/* "<directory>/<name>" in `path`, which has PATH_MAX bytes. */
static const char *in_directory(char *path, const char *name) {
  const char *directory = getenv("WINDLASS_HYPERVISOR");
  if (directory == NULL) {
    fprintf(stderr, "WINDLASS_HYPERVISOR is not set\n");
    abort();
  }
  snprintf(path, PATH_MAX, "%s/%s", directory, name);
  return path;
}

/* ---- domains ---- */

enum state { absent, running, shut_down, crashed, dying };

static enum state named(const char *word) {
  static const char *const names[] = {[running] = "running", [shut_down] = "shutdown", [crashed] = "crashed", [dying] = "dying"};
  for (enum state each = running; each <= dying; each++) {
    if (strcmp(word, names[each]) == 0) return each;
  }
  return absent;
}

/* The state of the first domain that exists from `*domid` on, and its id in `*domid`; `absent` when there is none. */
static enum state next_domain(uint32_t *domid) {
  uint32_t first = *domid;
  enum state found = absent;
  char path[PATH_MAX], word[16];
  unsigned listed;
  if (first == 0) return running;
  FILE *file = fopen(in_directory(path, "domains"), "re");
  if (file == NULL) return absent;
  while (fscanf(file, "%u %15s", &listed, word) == 2) {
    if (listed < first || (found != absent && listed >= *domid) || named(word) == absent) continue;
    *domid = listed;
    found = named(word);
  }
  fclose(file);
  return found;
}

/* C xenstored asks this, for one domain at a time; as in Xen the answer is the next one where that domain does not exist. */
int xc_domain_getinfo(xc_interface *xch, uint32_t first, unsigned int max, xc_dominfo_t *info) {
  if (max == 0) return 0;
  uint32_t domid = first;
  enum state state = next_domain(&domid);
  if (state == absent) {
    errno = ESRCH;
    return -1;
  }
  memset(info, 0, sizeof *info);
  info->domid = domid;
  info->running = state == running;
  info->dying = state == dying;
  info->crashed = state == crashed;
  info->shutdown = state == shut_down || state == crashed;
  info->shutdown_reason = state == crashed ? SHUTDOWN_crash : SHUTDOWN_poweroff;
  return 1;
}

/* oxenstored asks this, in the same way. */
int xc_domain_getinfolist(xc_interface *xch, uint32_t first, unsigned int max, xc_domaininfo_t *info) {
  static const uint32_t flags[] = {
      [running] = XEN_DOMINF_running,
      [shut_down] = XEN_DOMINF_shutdown | SHUTDOWN_poweroff << XEN_DOMINF_shutdownshift,
      [crashed] = XEN_DOMINF_shutdown | SHUTDOWN_crash << XEN_DOMINF_shutdownshift,
      [dying] = XEN_DOMINF_dying,
  };
  unsigned int count = 0;
  for (uint32_t domid = first; count < max; domid++) {
    enum state state = next_domain(&domid);
    if (state == absent) break;
    memset(&info[count], 0, sizeof info[count]);
    info[count].domain = domid;
    info[count].flags = flags[state];
    count++;
  }
  return (int)count;
}

/* ---- handles: the daemons only pass them back ---- */

static char handle[64];

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *builder, unsigned flags) { return (void *)handle; }
int xc_interface_close(xc_interface *xch) { return 0; }
const char *xc_error_code_to_desc(int code) { return "no hypervisor"; }

/* ---- rings ---- */

static void *fresh_page(size_t bytes) {
  void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? NULL : page;
}

void *xc_map_foreign_range(xc_interface *xch, uint32_t dom, int size, int prot, unsigned long frame) { return fresh_page((size_t)size); }
xengnttab_handle *xengnttab_open(xentoollog_logger *logger, unsigned flags) { return (void *)handle; }
int xengnttab_close(xengnttab_handle *xgt) { return 0; }
int xengnttab_set_max_grants(xengnttab_handle *xgt, uint32_t count) { return 0; }
void *xengnttab_map_grant_ref(xengnttab_handle *xgt, uint32_t domid, uint32_t ref, int prot) { return fresh_page(page_bytes); }
int xengnttab_unmap(xengnttab_handle *xgt, void *start, uint32_t count) { return munmap(start, count * page_bytes); }

/* ---- event channels ---- */

static int virqs = -1;

xenevtchn_handle *xenevtchn_open(xentoollog_logger *logger, unsigned flags) {
  char path[PATH_MAX];
  in_directory(path, "virq");
  if (mkfifo(path, 0600) != 0 && errno != EEXIST) return NULL;
  /* For writing too, so that it has no end when the test closes it. */
  virqs = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  return virqs < 0 ? NULL : (void *)handle;
}

xenevtchn_handle *xenevtchn_fdopen(xentoollog_logger *logger, int fd, unsigned flags) { return xenevtchn_open(logger, flags); }
int xenevtchn_close(xenevtchn_handle *xce) { return close(virqs); }
int xenevtchn_fd(xenevtchn_handle *xce) { return virqs; }
int xenevtchn_notify(xenevtchn_handle *xce, evtchn_port_t port) { return 0; }
int xenevtchn_unmask(xenevtchn_handle *xce, evtchn_port_t port) { return 0; }
int xenevtchn_unbind(xenevtchn_handle *xce, evtchn_port_t port) { return 0; }
xenevtchn_port_or_error_t xenevtchn_bind_virq(xenevtchn_handle *xce, unsigned int virq) { return (xenevtchn_port_or_error_t)virq_port; }

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *xce, uint32_t domid, evtchn_port_t remote) {
  static xenevtchn_port_or_error_t last = 1;
  return ++last;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *xce) {
  char virq;
  return read(virqs, &virq, 1) == 1 ? (xenevtchn_port_or_error_t)virq_port : -1;
}

/* ---- the operating system: files of a Xen host, and places that are compiled in ---- */

static const char run_directory[] = "/var/run/xenstored";

/* Where `path` is here; `elsewhere` has PATH_MAX bytes. */
static const char *placed(const char *path, char *elsewhere) {
  size_t length = sizeof run_directory - 1;
  if (path == NULL || strncmp(path, run_directory, length) != 0 || (path[length] != '/' && path[length] != '\0')) return path;
  return in_directory(elsewhere, path[length] == '/' ? path + length + 1 : "");
}

/* Domain 0's own ring and port, which its kernel offers as files; -1 with ENOENT for other paths. */
static int xen_file(const char *path) {
  int ring = strcmp(path, "/proc/xen/xsd_kva") == 0;
  if (!ring && strcmp(path, "/proc/xen/xsd_port") != 0) {
    errno = ENOENT;
    return -1;
  }
  int fd = memfd_create("xen", MFD_CLOEXEC);
  if (fd < 0) return -1;
  if (ring ? ftruncate(fd, (off_t)page_bytes) != 0 : pwrite(fd, "1", 1, 0) != 1) {
    close(fd);
    return -1;
  }
  return fd;
}

/* The function that this one stands before. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static mode_t mode_of(int flags, va_list arguments) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0; }

#define OPEN(name)                                      \
  int name(const char *path, int flags, ...) {          \
    va_list arguments;                                  \
    va_start(arguments, flags);                         \
    mode_t mode = mode_of(flags, arguments);            \
    va_end(arguments);                                  \
    int fd = xen_file(path);                            \
    char elsewhere[PATH_MAX];                           \
    return fd >= 0 ? fd : NEXT(name)(placed(path, elsewhere), flags, mode); \
  }
OPEN(open)
OPEN(open64)

int unlink(const char *path) {
  char elsewhere[PATH_MAX];
  return NEXT(unlink)(placed(path, elsewhere));
}

int mkdir(const char *path, mode_t mode) {
  char elsewhere[PATH_MAX];
  return NEXT(mkdir)(placed(path, elsewhere), mode);
}

int chmod(const char *path, mode_t mode) {
  char elsewhere[PATH_MAX];
  return NEXT(chmod)(placed(path, elsewhere), mode);
}

int rename(const char *from, const char *to) {
  char from_elsewhere[PATH_MAX], to_elsewhere[PATH_MAX];
  return NEXT(rename)(placed(from, from_elsewhere), placed(to, to_elsewhere));
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  struct sockaddr_un moved = {.sun_family = AF_UNIX};
  char elsewhere[PATH_MAX];
  if (address->sa_family != AF_UNIX) return NEXT(bind)(fd, address, length);
  const char *path = placed(((const struct sockaddr_un *)address)->sun_path, elsewhere);
  if (strlen(path) >= sizeof moved.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(moved.sun_path, path);
  return NEXT(bind)(fd, (const struct sockaddr *)&moved, sizeof moved);
}

/* oxenstored raises its limit of open files, which needs root, and is not needed here. */
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) { return 0; }
