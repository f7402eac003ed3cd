/*
 * A front end of sockets (xen/io/pvcalls.h) in a guest: its calls are made by another domain.
 *   sockets call ADDRESS PORT COMMAND…   connects, and has the command talk to whoever is there, by its stdin and stdout, until it ends
 *   sockets serve PORT COMMAND…          the same with everybody who connects, one after the other
 * One at a time in a guest, which has one such device.
 */
#include "calls.h"
#include "command.h"
#include "failure.h"
#include "front.h"
#include "stream.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Numbers that this end gives its sockets. */
enum { caller = 1, listener = 2, accepted = 3 };

/* A call that must go well, and soon. */
static void must(const char *what, struct xen_pvcalls_request request)
{
  hurry(what);
  int32_t result = make_call(request);
  over();
  if (result == 0) return;
  fprintf(stderr, "SOCKETS %s: %s\n", what, strerror(-result));
  leave();
  exit(1);
}

static void create(uint64_t id)
{
  must("socket", (struct xen_pvcalls_request){ .cmd = PVCALLS_SOCKET, .u.socket = { .id = id, .domain = AF_INET, .type = SOCK_STREAM } });
}

static void release(uint64_t id)
{
  must("release", (struct xen_pvcalls_request){ .cmd = PVCALLS_RELEASE, .u.release.id = id });
}

static struct sockaddr_in address(const char *host, const char *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
  errno = EINVAL;
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail(host);
  return address;
}

/* Has a command talk, and releases the socket when it ends. */
static int talk(uint64_t id, struct stream *stream, char **words)
{
  struct command command = start(words);
  carry(stream, command.from, command.to);
  release(id);
  close_stream(stream);
  return end_of(&command);
}

static int call(const char *host, const char *port, char **words)
{
  struct sockaddr_in to = address(host, port);
  create(caller);
  struct stream *stream = open_stream();
  struct xen_pvcalls_request request = { .cmd = PVCALLS_CONNECT, .u.connect = { .id = caller, .len = sizeof to, .ref = stream_reference(stream), .evtchn = stream_port(stream) } };
  memcpy(request.u.connect.addr, &to, sizeof to);
  must("connect", request);
  return talk(caller, stream, words);
}

_Noreturn static void serve(const char *port, char **words)
{
  struct sockaddr_in at = address("0.0.0.0", port);
  create(listener);
  struct xen_pvcalls_request request = { .cmd = PVCALLS_BIND, .u.bind = { .id = listener, .len = sizeof at } };
  memcpy(request.u.bind.addr, &at, sizeof at);
  must("bind", request);
  must("listen", (struct xen_pvcalls_request){ .cmd = PVCALLS_LISTEN, .u.listen = { .id = listener, .backlog = 4 } });
  fprintf(stderr, "SOCKETS listening\n");
  for (;;) {
    errno = ECONNABORTED;
    // As long as it takes.
    if (make_call((struct xen_pvcalls_request){ .cmd = PVCALLS_POLL, .u.poll.id = listener }) != 0) fail("poll");
    struct stream *stream = open_stream();
    must("accept", (struct xen_pvcalls_request){ .cmd = PVCALLS_ACCEPT, .u.accept = { .id = listener, .id_new = accepted, .ref = stream_reference(stream), .evtchn = stream_port(stream) } });
    talk(accepted, stream, words);
  }
}

int main(int count, char **words)
{
  const char *what = count > 3 ? words[1] : "";
  bool calls = strcmp(what, "call") == 0 && count > 4;
  if (!calls && strcmp(what, "serve") != 0) return 2;
  open_calls();
  if (!calls) serve(words[2], words + 3);
  int status = call(words[2], words[3], words + 4);
  leave();
  return status;
}
