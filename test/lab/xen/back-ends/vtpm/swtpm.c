#include "swtpm.h"
#include "back-end.h"
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

/* TPM_DISABLED_CMD: how a TPM that has its endorsement key refuses another one. */
enum { has_key = 8 };

/*
 * TPM_CreateEndorsementKeyPair (RSA, 2048 bits). A TPM in hardware has its key from the factory, and this one is asked at each start: it
 * makes one key in its life. The nonce is nobody's, since there is no one here to doubt the answer.
 */
static const uint8_t make_endorsement_key[] = {
  0x00, 0xc1, 0x00, 0x00, 0x00, 0x36, 0x00, 0x00, 0x00, 0x78,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0x00, 0x00, 0x00, 0x01, 0x00, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00,
};

struct swtpm {
  pid_t process;
  int socket;
  void (*answered)(void *, const uint8_t *, uint32_t);
  void *context;
  /* The answer so far. */
  uint8_t answer[command_limit];
  uint32_t filled;
  /* While it makes its key, or says that it has one, the first command waits. */
  bool making_key;
  uint8_t waiting[command_limit];
  uint32_t waiting_length;
};

static uint32_t big_endian(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void send_command(struct swtpm *tpm, const uint8_t *command, uint32_t length)
{
  // Its buffer is empty, since there is one command at a time: all goes in at once. An end is told by the reading side.
  if (send(tpm->socket, command, length, MSG_NOSIGNAL) < 0 && errno != EPIPE) fail("swtpm's socket");
}

void swtpm_command(struct swtpm *tpm, const uint8_t *command, uint32_t length)
{
  if (!tpm->making_key) {
    send_command(tpm, command, length);
    return;
  }
  memcpy(tpm->waiting, command, length);
  tpm->waiting_length = length;
}

static void key_made(struct swtpm *tpm)
{
  uint32_t result = big_endian(tpm->answer + 6);
  if (result != has_key) fprintf(stderr, "swtpm %d: %s: %u\n", tpm->process, result == 0 ? "has a new endorsement key" : "got no endorsement key", result);
  tpm->making_key = false;
  if (tpm->waiting_length > 0) send_command(tpm, tpm->waiting, tpm->waiting_length);
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
  if (tpm->making_key) key_made(tpm);
  else tpm->answered(tpm->context, tpm->answer, length);
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

struct swtpm *swtpm_start(const char *program, const char *directory, const char *uuid, void (*answered)(void *, const uint8_t *, uint32_t), void *context)
{
  char state[256];
  if (strchr(uuid, '/') != NULL || snprintf(state, sizeof state, "%s/%s", directory, uuid) >= (int)sizeof state) return NULL;
  if (mkdir(state, 0700) != 0 && errno != EEXIST) return NULL;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  struct swtpm *tpm = calloc(1, sizeof *tpm);
  if (tpm == NULL) fail("memory");
  *tpm = (struct swtpm){ .socket = ends[0], .answered = answered, .context = context, .making_key = true };
  tpm->process = fork();
  if (tpm->process < 0) fail("fork");
  if (tpm->process == 0) become_swtpm(program, state, ends[1]);
  close(ends[1]);
  follow_file(tpm->socket, readable, tpm);
  send_command(tpm, make_endorsement_key, sizeof make_endorsement_key);
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
