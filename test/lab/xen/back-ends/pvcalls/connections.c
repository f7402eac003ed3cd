#define _GNU_SOURCE
#include "connections.h"
#include <errno.h>
#include <sys/socket.h>

static void connected(struct socket *socket, int error)
{
  if (error == 0) stream_start(socket->stream, socket->fd);
  else {
    stream_close(socket->stream);
    socket->stream = NULL;
  }
  settle(socket, &socket->connecting, -error);
}

static void has_tried(void *context)
{
  struct socket *socket = context;
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  forget_file(socket->fd);
  connected(socket, error);
}

void connect_socket(struct socket *socket, const struct xen_pvcalls_request *request, const struct sockaddr_in *to)
{
  if (socket->stream != NULL || socket->listens) {
    answer(socket->caller, request, -EISCONN);
    return;
  }
  // First, so that nobody is connected to a ring that is no good.
  socket->stream = stream_open(socket->caller->device->domain, request->u.connect.ref, request->u.connect.evtchn);
  if (socket->stream == NULL) {
    answer(socket->caller, request, -EINVAL);
    return;
  }
  remember(&socket->connecting, request);
  if (connect(socket->fd, (const struct sockaddr *)to, sizeof *to) == 0) connected(socket, 0);
  else if (errno != EINPROGRESS) connected(socket, errno);
  else {
    follow_file(socket->fd, has_tried, socket);
    want_file(socket->fd, false, true);
  }
}

/* The new connection's ring is that of the call which waits for it. */
static int32_t begin(struct caller *caller, const struct xen_pvcalls_accept *call, int fd)
{
  if (!add_socket(caller, call->id_new, fd)) return -EMFILE;
  struct socket *socket = socket_of(caller, call->id_new);
  socket->stream = stream_open(caller->device->domain, call->ref, call->evtchn);
  if (socket->stream == NULL) {
    close_socket(socket);
    return -EINVAL;
  }
  stream_start(socket->stream, fd);
  return 0;
}

static void take_next(struct socket *listener)
{
  int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  // Whoever came may have gone again: the call goes on waiting.
  if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)) return;
  settle(listener, &listener->accepting, fd < 0 ? -errno : begin(listener->caller, &listener->accepting.request.u.accept, fd));
}

static void want_others(struct socket *listener)
{
  want_file(listener->fd, listener->accepting.waits || listener->polling.waits, false);
}

static void somebody_comes(void *context)
{
  struct socket *listener = context;
  settle(listener, &listener->polling, 0);
  if (listener->accepting.waits) take_next(listener);
  want_others(listener);
}

void await_others(struct socket *socket)
{
  // Twice listening is one, with another backlog.
  if (socket->listens) return;
  socket->listens = true;
  follow_file(socket->fd, somebody_comes, socket);
  want_others(socket);
}

static void wait_for_others(struct socket *listener, struct pending *pending, const struct xen_pvcalls_request *request)
{
  if (!listener->listens) answer(listener->caller, request, -EINVAL);
  else if (!remember(pending, request)) answer(listener->caller, request, -EBUSY);
  else want_others(listener);
}

void poll_socket(struct socket *socket, const struct xen_pvcalls_request *request)
{
  wait_for_others(socket, &socket->polling, request);
}

void accept_socket(struct socket *socket, const struct xen_pvcalls_request *request)
{
  wait_for_others(socket, &socket->accepting, request);
}
