#include "socket.h"
#include <stdlib.h>
#include <unistd.h>

enum { most_sockets = 32 };

struct socket *socket_of(const struct caller *caller, uint64_t id)
{
  struct socket *socket = caller->sockets;
  while (socket != NULL && socket->id != id) socket = socket->next;
  return socket;
}

static unsigned count_sockets(const struct caller *caller)
{
  unsigned count = 0;
  for (const struct socket *socket = caller->sockets; socket != NULL; socket = socket->next) count++;
  return count;
}

bool add_socket(struct caller *caller, uint64_t id, int fd)
{
  if (count_sockets(caller) == most_sockets || socket_of(caller, id) != NULL) {
    close(fd);
    return false;
  }
  struct socket *socket = calloc(1, sizeof *socket);
  if (socket == NULL) fail("memory");
  *socket = (struct socket){ .caller = caller, .id = id, .fd = fd, .next = caller->sockets };
  caller->sockets = socket;
  return true;
}

void close_socket(struct socket *socket)
{
  struct socket **link = &socket->caller->sockets;
  while (*link != socket) link = &(*link)->next;
  *link = socket->next;
  forget_file(socket->fd);
  if (socket->stream != NULL) stream_close(socket->stream);
  close(socket->fd);
  free(socket);
}

bool remember(struct pending *pending, const struct xen_pvcalls_request *request)
{
  if (pending->waits) return false;
  *pending = (struct pending){ .waits = true, .request = *request };
  return true;
}

void settle(struct socket *socket, struct pending *pending, int32_t result)
{
  if (!pending->waits) return;
  pending->waits = false;
  answer(socket->caller, &pending->request, result);
}
