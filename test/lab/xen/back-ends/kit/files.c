/* The files that the process waits for, and the words of its log. */
#include "internal.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most = 64 };

/* A slot that is free has the descriptor -1, which poll passes over. */
static struct pollfd files[most];
static struct { void (*ready)(void *); void *context; } followers[most];
static nfds_t used;

void follow_file(int fd, void (*ready)(void *), void *context)
{
  nfds_t slot = 0;
  while (slot < used && files[slot].fd != -1) slot++;
  if (slot == most) fail("too many files");
  if (slot == used) used++;
  // Whatever poll said of the slot's former file is not this one's.
  files[slot] = (struct pollfd){ .fd = fd, .events = POLLIN };
  followers[slot].ready = ready;
  followers[slot].context = context;
}

void forget_file(int fd)
{
  for (nfds_t slot = 0; slot < used; slot++) if (files[slot].fd == fd) files[slot] = (struct pollfd){ .fd = -1 };
}

void follow_files(void)
{
  if (poll(files, used, -1) < 0) {
    if (errno == EINTR) return;
    fail("poll");
  }
  // A callback may forget files and follow others, in slots of either side.
  for (nfds_t slot = 0; slot < used; slot++) if (files[slot].fd != -1 && files[slot].revents != 0) followers[slot].ready(followers[slot].context);
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
