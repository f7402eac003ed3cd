#include "front.h"
#include "failure.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xenstore.h>
#include <xen/io/xenbus.h>

#define FRONT "device/pvcalls/0"

static struct xs_handle *store;
static char *back;

static char *text(const char *directory, const char *name)
{
  char path[256];
  unsigned length;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return xs_read(store, XBT_NULL, path, &length);
}

static unsigned number(const char *directory, const char *name)
{
  char *found = text(directory, name);
  if (found == NULL) fail(name);
  unsigned value = (unsigned)strtoul(found, NULL, 10);
  free(found);
  return value;
}

static void put(const char *name, unsigned value)
{
  char path[256], said[16];
  snprintf(path, sizeof path, "%s/%s", FRONT, name);
  snprintf(said, sizeof said, "%u", value);
  if (!xs_write(store, XBT_NULL, path, said, strlen(said))) fail(name);
}

static enum xenbus_state other_state(void)
{
  return number(back, "state");
}

/* The other end's state, when it is one of two. The library has no thread here that would read: a watch is read by whoever waits for it. */
static enum xenbus_state await(const char *what, enum xenbus_state one, enum xenbus_state another)
{
  hurry(what);
  for (;;) {
    enum xenbus_state state = other_state();
    if (state == one || state == another) {
      over();
      return state;
    }
    unsigned count;
    char **event = xs_read_watch(store, &count);
    if (event == NULL) fail("a watch");
    free(event);
  }
}

unsigned other_domain(void)
{
  return number(FRONT, "backend-id");
}

unsigned largest_order(void)
{
  return number(back, "max-page-order");
}

void leave(void)
{
  put("state", XenbusStateClosing);
  await("that it lets go", XenbusStateClosing, XenbusStateClosed);
  put("state", XenbusStateClosed);
  await("that it closes", XenbusStateClosed, XenbusStateClosed);
}

void begin(void)
{
  store = xs_open(0);
  if (store == NULL) fail("xenstore");
  back = text(FRONT, "backend");
  if (back == NULL) fail("no sockets");
  char watched[256];
  snprintf(watched, sizeof watched, "%s/state", back);
  if (!xs_watch(store, watched, "other")) fail("watching the other end");
  if (number(FRONT, "state") != XenbusStateInitialising) leave();
  put("state", XenbusStateInitialising);
  await("its offer", XenbusStateInitWait, XenbusStateInitWait);
  if (number(back, "function-calls") != 1) fail("it makes no calls");
}

void join(uint32_t reference, unsigned port)
{
  put("version", 1);
  put("ring-ref", reference);
  put("port", port);
  put("state", XenbusStateInitialised);
  errno = ECONNREFUSED;
  if (await("that it connects", XenbusStateConnected, XenbusStateClosing) != XenbusStateConnected) fail("the other end");
  put("state", XenbusStateConnected);
}
