#include "store.h"
#include "failure.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xs_wire.h>

static int device = -1;
static bool fired;
/* The body of the last message that came, with a zero behind it. */
static char body[XENSTORE_PAYLOAD_MAX + 1];

void open_store(void)
{
  device = open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
  if (device < 0) fail("/dev/xen/xenbus");
}

static void receive(void *to, size_t length)
{
  for (size_t done = 0; done < length;) {
    ssize_t got = read(device, (char *)to + done, length - done);
    if (got <= 0) fail("reading from xenstore");
    done += (size_t)got;
  }
}

/* Its type and what it is. */
static uint32_t next_message(void)
{
  struct xsd_sockmsg head;
  receive(&head, sizeof head);
  errno = EPROTO;
  if (head.len > XENSTORE_PAYLOAD_MAX) fail("xenstore");
  receive(body, head.len);
  body[head.len] = 0;
  return head.type;
}

/* One request at a time, whose body is of two parts, of which a path is one; leaves the answer's body. */
static void ask(uint32_t type, const char *path, const char *more, size_t length)
{
  char message[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
  size_t first = strlen(path) + 1;
  struct xsd_sockmsg head = { .type = type, .len = (uint32_t)(first + length) };
  errno = E2BIG;
  if (sizeof head + head.len > sizeof message) fail(path);
  memcpy(message, &head, sizeof head);
  memcpy(message + sizeof head, path, first);
  memcpy(message + sizeof head + first, more, length);
  if (write(device, message, sizeof head + head.len) != (ssize_t)(sizeof head + head.len)) fail("writing to xenstore");
  uint32_t answered;
  while ((answered = next_message()) == XS_WATCH_EVENT) fired = true;
  if (answered == type) return;
  fprintf(stderr, "SOCKETS failed: %s: xenstore says %s\n", path, body);
  exit(1);
}

char *read_store(const char *path)
{
  ask(XS_READ, path, "", 0);
  char *value = strdup(body);
  if (value == NULL) fail("memory");
  return value;
}

void write_store(const char *path, const char *value)
{
  ask(XS_WRITE, path, value, strlen(value));
}

void watch_store(const char *path)
{
  ask(XS_WATCH, path, "token", sizeof "token");
}

void await_store(void)
{
  while (!fired) if (next_message() == XS_WATCH_EVENT) fired = true;
  fired = false;
}
