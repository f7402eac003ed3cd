/* The files that the process waits for, and the words of its log. */
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most = 256 };

/* A slot that is free has the descriptor -1. */
static struct { int fd; short events; void (*ready)(void *); void *context; } followed[most];
/* What poll is asked, slot by slot: it passes over a descriptor of -1. */
static struct pollfd files[most];
static nfds_t used;

void follow_file(int fd, void (*ready)(void *), void *context)
{
  nfds_t slot = 0;
  while (slot < used && followed[slot].fd != -1) slot++;
  if (slot == most) fail("too many files");
  if (slot == used) used++;
  followed[slot].fd = fd;
  followed[slot].events = POLLIN;
  followed[slot].ready = ready;
  followed[slot].context = context;
  // Whatever poll said of the slot's former file is not this one's.
  files[slot].revents = 0;
}

void want_file(int fd, bool to_read, bool to_write)
{
  for (nfds_t slot = 0; slot < used; slot++) if (followed[slot].fd == fd) followed[slot].events = (short)((to_read ? POLLIN : 0) | (to_write ? POLLOUT : 0));
}

void forget_file(int fd)
{
  for (nfds_t slot = 0; slot < used; slot++) if (followed[slot].fd == fd) followed[slot].fd = -1;
}

void follow_files(void)
{
  // Of a file of which nothing is wanted poll would tell that it has hung up, again and again.
  for (nfds_t slot = 0; slot < used; slot++) files[slot] = (struct pollfd){ .fd = followed[slot].events == 0 ? -1 : followed[slot].fd, .events = followed[slot].events };
  if (poll(files, used, -1) < 0) {
    if (errno == EINTR) return;
    fail("poll");
  }
  // A callback may forget files and follow others, in slots of either side.
  for (nfds_t slot = 0; slot < used; slot++) if (followed[slot].fd != -1 && files[slot].revents != 0) followed[slot].ready(followed[slot].context);
}

void say(const struct device *device, const char *format, ...)
{
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(stderr, "%s %u/%u: %s\n", device->kind->type, device->domain, device->handle, line);
}

void fail(const char *what)
{
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}
