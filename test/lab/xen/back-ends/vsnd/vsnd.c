/*
 * vsnd DIRECTORY: dom0 as the back end of sound cards (xen/io/sndif.h). What a guest plays is kept in DIRECTORY, a file for each stream from
 * its opening to its closing, <domain>.<card>.<device>.<stream>.raw; what it records is a saw tooth. 16 bits, one or two channels.
 */
#include "ring.h"
#include "stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <xen/io/sndif.h>

enum { most_devices = 4, most_streams = 8 };

static const char *directory;

struct card {
  struct stream *streams[most_devices * most_streams];
  unsigned count;
};

static void offer(struct device *device)
{
  tell(device, XENSND_FIELD_BE_VERSIONS, "1");
}

static void disconnect(struct device *device)
{
  struct card *card = device->own;
  device->own = NULL;
  for (unsigned each = 0; each < card->count; each++) stream_disconnect(card->streams[each]);
  free(card);
}

/* Devices and streams have numbers from 0 on. */
static bool has(const struct device *device, const char *path)
{
  char *text = front_text(device, path);
  free(text);
  return text != NULL;
}

static bool connect_front(struct device *device)
{
  struct card *card = calloc(1, sizeof *card);
  if (card == NULL) fail("memory");
  device->own = card;
  for (unsigned pcm = 0; pcm < most_devices; pcm++) {
    for (unsigned number = 0; number < most_streams; number++) {
      char path[8];
      snprintf(path, sizeof path, "%u/%u", pcm, number);
      if (!has(device, path)) break;
      struct stream *stream = stream_connect(device, path, directory);
      if (stream == NULL) {
        disconnect(device);
        return false;
      }
      card->streams[card->count++] = stream;
    }
  }
  if (card->count > 0) return true;
  disconnect(device);
  return false;
}

int main(int count, char **words)
{
  if (count != 2) {
    fprintf(stderr, "usage: vsnd DIRECTORY\n");
    return 2;
  }
  directory = words[1];
  static const struct back_end vsnd = { .type = XENSND_DRIVER_NAME, .offer = offer, .connect = connect_front, .disconnect = disconnect };
  const struct back_end *const kinds[] = { &vsnd };
  serve(kinds, 1);
}
