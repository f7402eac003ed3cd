/* A front end whose calls are made here: its ring of commands, and its sockets. */
#pragma once
#include "back-end.h"
#include "ring.h"
#include <xen/io/pvcalls.h>

struct socket;

struct caller {
  struct device *device;
  struct xen_pvcalls_back_ring ring;
  struct channel *channel;
  struct socket *sockets;
};

/* What the protocol calls ENOTSUP. Its other numbers are Linux's. */
enum { unsupported = -524 };

/* Answers a call, be it later than others: 0, or an error's number below that. */
void answer(struct caller *caller, const struct xen_pvcalls_request *request, int32_t result);
