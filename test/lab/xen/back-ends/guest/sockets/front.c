#include "front.h"
#include "failure.h"
#include "store.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xen/io/xenbus.h>

#define FRONT "device/pvcalls/0"

/* Path of the other end. */
static char *back;

static unsigned number(const char *directory, const char *name)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  char *found = read_store(path);
  unsigned value = (unsigned)strtoul(found, NULL, 10);
  free(found);
  return value;
}

static void put(const char *name, unsigned value)
{
  char path[256], said[16];
  snprintf(path, sizeof path, "%s/%s", FRONT, name);
  snprintf(said, sizeof said, "%u", value);
  write_store(path, said);
}

/* The other end's state, when it is one of two. */
static enum xenbus_state await(const char *what, enum xenbus_state one, enum xenbus_state another)
{
  hurry(what);
  for (;;) {
    enum xenbus_state state = number(back, "state");
    if (state == one || state == another) {
      over();
      return state;
    }
    await_store();
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
  open_store();
  back = read_store(FRONT "/backend");
  char watched[256];
  snprintf(watched, sizeof watched, "%s/state", back);
  watch_store(watched);
  unsigned state = number(FRONT, "state");
  // Closing once more would have the other end follow, and it may not see that before it sees what comes next.
  if (state == XenbusStateClosed) await("that it has closed", XenbusStateClosed, XenbusStateClosed);
  else if (state != XenbusStateInitialising) leave();
  put("state", XenbusStateInitialising);
  await("its offer", XenbusStateInitWait, XenbusStateInitWait);
  errno = ENOSYS;
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
