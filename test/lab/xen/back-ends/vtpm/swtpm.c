#include "swtpm.h"
#include "back-end.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* It saves at each change, and so has nothing to do when it ends. Milliseconds. */
enum { end_deadline = 5000 };

struct swtpm {
  pid_t process;
  int socket;
  void (*answered)(void *, const uint8_t *, uint32_t);
  void *context;
  /* The answer so far. */
  uint8_t answer[command_limit];
  uint32_t filled;
};

static uint32_t big_endian(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void swtpm_command(struct swtpm *tpm, const uint8_t *command, uint32_t length)
{
  // Its buffer is empty, since there is one command at a time: all goes in at once. An end is told by the reading side.
  if (send(tpm->socket, command, length, MSG_NOSIGNAL) < 0 && errno != EPIPE) fail("swtpm's socket");
}

static void readable(void *context)
{
  struct swtpm *tpm = context;
  ssize_t count = recv(tpm->socket, tpm->answer + tpm->filled, sizeof tpm->answer - tpm->filled, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    // Ended, or its answer is longer than any may be.
    forget_file(tpm->socket);
    tpm->answered(tpm->context, NULL, 0);
    return;
  }
  tpm->filled += count;
  if (tpm->filled < 10 || tpm->filled < big_endian(tpm->answer + 2)) return;
  uint32_t length = tpm->filled;
  tpm->filled = 0;
  tpm->answered(tpm->context, tpm->answer, length);
}

static _Noreturn void become_swtpm(const char *program, const char *state, int socket)
{
  char number[16], place[512];
  snprintf(number, sizeof number, "%d", socket);
  snprintf(place, sizeof place, "dir=%s", state);
  fcntl(socket, F_SETFD, 0);
  // What a firmware would do for it: it has been started up when the guest's kernel finds it.
  execl(program, program, "socket", "--fd", number, "--tpmstate", place, "--flags", "not-need-init,startup-clear", (char *)NULL);
  perror(program);
  _exit(127);
}

/* The state of a TPM that is known, or one of the stock under a new name; false when there is none. */
static bool have_state(const char *directory, const char *state)
{
  char stock[256];
  struct stat unused;
  if (stat(state, &unused) == 0) return true;
  snprintf(stock, sizeof stock, "%s/stock", directory);
  DIR *items = opendir(stock);
  bool taken = false;
  for (struct dirent *item; items != NULL && !taken && (item = readdir(items)) != NULL;) {
    char path[sizeof stock + sizeof item->d_name];
    snprintf(path, sizeof path, "%s/%s", stock, item->d_name);
    taken = item->d_name[0] != '.' && rename(path, state) == 0;
  }
  if (items != NULL) closedir(items);
  return taken;
}

struct swtpm *swtpm_start(const char *program, const char *directory, const char *uuid, void (*answered)(void *, const uint8_t *, uint32_t), void *context)
{
  char state[256];
  if (strchr(uuid, '/') != NULL || snprintf(state, sizeof state, "%s/%s", directory, uuid) >= (int)sizeof state) return NULL;
  if (!have_state(directory, state)) return NULL;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  struct swtpm *tpm = calloc(1, sizeof *tpm);
  if (tpm == NULL) fail("memory");
  *tpm = (struct swtpm){ .socket = ends[0], .answered = answered, .context = context };
  tpm->process = fork();
  if (tpm->process < 0) fail("fork");
  if (tpm->process == 0) become_swtpm(program, state, ends[1]);
  close(ends[1]);
  follow_file(tpm->socket, readable, tpm);
  return tpm;
}

void swtpm_stop(struct swtpm *tpm)
{
  forget_file(tpm->socket);
  // It ends when its client is gone, and is waited for: another one must not find its state locked.
  close(tpm->socket);
  int process = pidfd_open(tpm->process, 0);
  if (process < 0) fail("pidfd_open");
  struct pollfd ended = { .fd = process, .events = POLLIN };
  if (poll(&ended, 1, end_deadline) <= 0) kill(tpm->process, SIGKILL);
  waitpid(tpm->process, NULL, 0);
  close(process);
  free(tpm);
}
