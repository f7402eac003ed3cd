/*
 * vdispl DIRECTORY: dom0 as the back end of displays (xen/io/displif.h) and of their keyboards. Every picture that a guest shows is kept in
 * DIRECTORY, as <domain>.<display>.<connector>.<number>.ppm; what is written to the pipe `keys` there is typed.
 */
#include "connector.h"
#include "keyboard.h"
#include <stdio.h>
#include <stdlib.h>

enum { most_connectors = 4 };

static const char *directory;

struct display {
  struct frames *frames;
  struct connector *connectors[most_connectors];
};

static void offer(struct device *device)
{
  tell(device, XENDISPL_FIELD_BE_VERSIONS, "1");
}

static void disconnect(struct device *device)
{
  struct display *display = device->own;
  device->own = NULL;
  for (unsigned each = 0; each < most_connectors; each++) if (display->connectors[each] != NULL) connector_disconnect(display->connectors[each]);
  frames_free(display->frames);
  free(display);
}

/* Connectors have numbers from 0 on. */
static bool has(const struct device *device, unsigned number)
{
  char path[16];
  snprintf(path, sizeof path, "%u/%s", number, XENDISPL_FIELD_RESOLUTION);
  char *resolution = front_text(device, path);
  if (resolution != NULL) say(device, "%u is %s", number, resolution);
  free(resolution);
  return resolution != NULL;
}

static bool connect_front(struct device *device)
{
  struct display *display = calloc(1, sizeof *display);
  if (display == NULL) fail("memory");
  device->own = display;
  display->frames = frames_new(device->domain);
  for (unsigned number = 0; number < most_connectors && has(device, number); number++) {
    display->connectors[number] = connector_connect(device, number, display->frames, directory);
    if (display->connectors[number] == NULL) {
      disconnect(device);
      return false;
    }
  }
  if (display->connectors[0] != NULL) return true;
  disconnect(device);
  return false;
}

int main(int count, char **words)
{
  if (count != 2) {
    fprintf(stderr, "usage: vdispl DIRECTORY\n");
    return 2;
  }
  directory = words[1];
  char pipe[256];
  snprintf(pipe, sizeof pipe, "%s/keys", directory);
  follow_typist(pipe);
  static const struct back_end display = { .type = XENDISPL_DRIVER_NAME, .offer = offer, .connect = connect_front, .disconnect = disconnect };
  const struct back_end *const kinds[] = { &display, &keyboard };
  serve(kinds, 2);
}
