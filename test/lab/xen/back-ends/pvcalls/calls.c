#define _GNU_SOURCE
#include "calls.h"
#include "connections.h"
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* An address of the protocol is Linux's, with more room behind it. */
static int32_t read_address(const uint8_t *bytes, uint32_t length, struct sockaddr_in *address)
{
  if (length < sizeof *address || length > sizeof((struct xen_pvcalls_bind *)NULL)->addr) return -EINVAL;
  memcpy(address, bytes, sizeof *address);
  return address->sin_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

static int32_t make_socket(struct caller *caller, const struct xen_pvcalls_socket *call)
{
  if (call->domain != AF_INET || call->type != SOCK_STREAM || call->protocol != 0) return unsupported;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
  if (fd < 0) return -errno;
  // The protocol has no way to ask for it, and the port of a connection that has just ended would be refused.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return add_socket(caller, call->id, fd) ? 0 : -EMFILE;
}

static int32_t bind_socket(const struct socket *socket, const struct xen_pvcalls_bind *call)
{
  struct sockaddr_in address;
  int32_t error = read_address(call->addr, call->len, &address);
  if (error != 0) return error;
  return bind(socket->fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : -errno;
}

static int32_t listen_socket(struct socket *socket, uint32_t backlog)
{
  if (socket->stream != NULL) return -EISCONN;
  if (listen(socket->fd, backlog > SOMAXCONN ? SOMAXCONN : (int)backlog) != 0) return -errno;
  await_others(socket);
  return 0;
}

static int32_t release_socket(struct socket *socket)
{
  for (size_t each = 0; each < 3; each++) settle(socket, (struct pending *[]){ &socket->connecting, &socket->polling, &socket->accepting }[each], -EINTR);
  close_socket(socket);
  return 0;
}

void make_call(struct caller *caller, const struct xen_pvcalls_request *request)
{
  // Of all calls the number of the socket comes first.
  struct socket *socket = socket_of(caller, request->u.socket.id);
  struct sockaddr_in to;
  int32_t error;
  if (request->cmd == PVCALLS_SOCKET) answer(caller, request, make_socket(caller, &request->u.socket));
  else if (request->cmd > PVCALLS_POLL) answer(caller, request, unsupported);
  else if (socket == NULL) answer(caller, request, -ENOTSOCK);
  else switch (request->cmd) {
  case PVCALLS_CONNECT:
    error = read_address(request->u.connect.addr, request->u.connect.len, &to);
    if (error == 0) connect_socket(socket, request, &to);
    else answer(caller, request, error);
    break;
  case PVCALLS_RELEASE:
    answer(caller, request, release_socket(socket));
    break;
  case PVCALLS_BIND:
    answer(caller, request, bind_socket(socket, &request->u.bind));
    break;
  case PVCALLS_LISTEN:
    answer(caller, request, listen_socket(socket, request->u.listen.backlog));
    break;
  case PVCALLS_ACCEPT:
    accept_socket(socket, request);
    break;
  case PVCALLS_POLL:
    poll_socket(socket, request);
    break;
  }
}
