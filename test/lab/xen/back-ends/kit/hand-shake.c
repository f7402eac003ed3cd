/*
 * The states of both ends of a device.
 *
 * The usual way: the toolstack makes both directories, both Initialising. This end offers, and is InitWait. The front end grants and
 * allots, and is Initialised; this end maps and binds, and is Connected. When one end is Closing the other follows, and both are Closed.
 * The toolstack, to take a device away, writes `online` 0 and Closing for this end, and waits for its Closed.
 */
#include "internal.h"

static unsigned state_of(bool (*number)(const struct device *, const char *, unsigned *), const struct device *device)
{
  unsigned state = XenbusStateUnknown;
  number(device, "state", &state);
  return state;
}

static void become(const struct device *device, enum xenbus_state state)
{
  if (state_of(own_number, device) != state) tell(device, "state", "%u", state);
}

void disconnect(struct device *device)
{
  if (!device->connected) return;
  device->connected = false;
  device->kind->disconnect(device);
  say(device, "disconnected");
}

void give_up(struct device *device, const char *why)
{
  say(device, "given up: %s", why);
  disconnect(device);
  become(device, XenbusStateClosing);
}

static void offer(struct device *device)
{
  if (device->kind->offer != NULL) device->kind->offer(device);
  become(device, XenbusStateInitWait);
}

static void connect_front(struct device *device)
{
  if (!device->kind->connect(device)) {
    give_up(device, "it could not be connected");
    return;
  }
  device->connected = true;
  become(device, XenbusStateConnected);
  say(device, "connected");
}

void advance(struct device *device)
{
  unsigned online = 0, ours = state_of(own_number, device), theirs = state_of(front_number, device);
  // Removed since it was seen: the next look knows.
  if (ours == XenbusStateUnknown) return;
  own_number(device, "online", &online);
  switch (theirs) {
  case XenbusStateInitialising:
    if (ours == XenbusStateInitialising || (ours == XenbusStateClosed && online != 0)) offer(device);
    break;
  case XenbusStateInitialised:
  case XenbusStateConnected:
    if (device->connected || ours == XenbusStateClosing || ours == XenbusStateClosed) break;
    if (ours == XenbusStateConnected) {
      give_up(device, "an earlier process served it, and took with it what it knew");
      break;
    }
    // A front end that did not wait for the offer reads it now, if at all.
    if (ours == XenbusStateInitialising) offer(device);
    connect_front(device);
    break;
  case XenbusStateClosing:
    disconnect(device);
    become(device, XenbusStateClosing);
    break;
  case XenbusStateClosed:
  case XenbusStateUnknown:
    if (!device->connected && online != 0 && ours != XenbusStateClosing) break;
    disconnect(device);
    become(device, XenbusStateClosed);
    break;
  default:
    break;
  }
}
