/*
 * Which devices there are. Whatever fires, all is read anew: what counts is what the store says, and not which watch said so.
 */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct device *devices;
static const struct back_end *const *served;
static size_t served_count;

static struct device *known(const struct back_end *kind, unsigned domain, unsigned handle)
{
  struct device *device = devices;
  while (device != NULL && !(device->kind == kind && device->domain == domain && device->handle == handle)) device = device->next;
  return device;
}

/* NULL while its directory is not complete. */
static struct device *appear(const struct back_end *kind, unsigned domain, unsigned handle)
{
  struct device *device = calloc(1, sizeof *device);
  if (device == NULL) fail("memory");
  *device = (struct device){ .kind = kind, .domain = domain, .handle = handle };
  snprintf(device->path, sizeof device->path, "backend/%s/%u/%u", kind->type, domain, handle);
  char *front = own_text(device, "frontend");
  if (front == NULL || strlen(front) >= sizeof device->front) {
    free(front);
    free(device);
    return NULL;
  }
  strcpy(device->front, front);
  free(front);
  char watched[128];
  snprintf(watched, sizeof watched, "%s/state", device->front);
  if (!xs_watch(store(), watched, device->path)) fail("watching a front end");
  device->next = devices;
  devices = device;
  return device;
}

static void vanish(struct device *device)
{
  disconnect(device);
  struct device **link = &devices;
  while (*link != device) link = &(*link)->next;
  *link = device->next;
  char watched[128];
  snprintf(watched, sizeof watched, "%s/state", device->front);
  xs_unwatch(store(), watched, device->path);
  free(device);
}

/* Calls `found` with each number in a directory of the store. */
static void each_number(const char *path, void (*found)(const struct back_end *kind, unsigned domain, unsigned number), const struct back_end *kind, unsigned domain)
{
  unsigned count = 0;
  char **names = xs_directory(store(), XBT_NULL, path, &count);
  for (unsigned i = 0; names != NULL && i < count; i++) {
    unsigned number;
    char rest;
    if (sscanf(names[i], "%u%c", &number, &rest) == 1) found(kind, domain, number);
  }
  free(names);
}

static void look_at_device(const struct back_end *kind, unsigned domain, unsigned handle)
{
  struct device *device = known(kind, domain, handle);
  if (device == NULL) device = appear(kind, domain, handle);
  if (device == NULL) return;
  unsigned state;
  // Without a state the toolstack has removed it, and what is left of the directory goes with it.
  device->seen = own_number(device, "state", &state);
}

static void look_at_domain(const struct back_end *kind, unsigned unused, unsigned domain)
{
  (void)unused;
  char path[64];
  snprintf(path, sizeof path, "backend/%s/%u", kind->type, domain);
  each_number(path, look_at_device, kind, domain);
}

static void look(void)
{
  for (struct device *device = devices; device != NULL; device = device->next) device->seen = false;
  for (size_t i = 0; i < served_count; i++) {
    char path[64];
    snprintf(path, sizeof path, "backend/%s", served[i]->type);
    each_number(path, look_at_domain, served[i], 0);
  }
  for (struct device *device = devices, *next; device != NULL; device = next) {
    next = device->next;
    if (device->seen) advance(device);
    else vanish(device);
  }
}

static void store_fired(void *unused)
{
  (void)unused;
  char **event;
  while ((event = xs_check_watch(store())) != NULL) free(event);
  look();
}

void serve(const struct back_end *const *kinds, size_t count)
{
  served = kinds;
  served_count = count;
  for (size_t i = 0; i < count; i++) {
    char path[64];
    snprintf(path, sizeof path, "backend/%s", kinds[i]->type);
    if (!xs_watch(store(), path, path)) fail("watching the store");
  }
  follow_file(xs_fileno(store()), store_fired, NULL);
  for (;;) follow_files();
}
