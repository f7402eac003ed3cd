/* Sockets of dom0, by the numbers that front ends give them. */
#pragma once
#include "caller.h"
#include "stream.h"

/* A call that is not answered yet. */
struct pending {
  bool waits;
  struct xen_pvcalls_request request;
};

struct socket {
  struct caller *caller;
  uint64_t id;
  int fd;
  /* Of one that is connected, or is about to be. */
  struct stream *stream;
  struct pending connecting;
  /* Of one that listens. */
  bool listens;
  struct pending accepting, polling;
  struct socket *next;
};

/* NULL when the front end has none of that number. */
struct socket *socket_of(const struct caller *caller, uint64_t id);
/* Adds `fd`, which does not block. False, and `fd` is closed, when the front end has too many or has this number already. */
bool add_socket(struct caller *caller, uint64_t id, int fd);
void close_socket(struct socket *socket);
/* Remembers a call; false when one of its kind waits already. */
bool remember(struct pending *pending, const struct xen_pvcalls_request *request);
/* Answers the call that waits, if any. */
void settle(struct socket *socket, struct pending *pending, int32_t result);
