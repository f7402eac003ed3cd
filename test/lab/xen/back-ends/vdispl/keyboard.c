#include "keyboard.h"
#include "ring.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xen/io/kbdif.h>

struct typed {
  struct device *device;
  struct xenkbd_page *page;
  struct channel *channel;
  uint32_t told;
  struct typed *next;
};

static struct typed *keyboards;
static int typist;

/* The front end has taken events, and nobody waits for that. */
static void taken(void *context)
{
  (void)context;
}

static void disconnect(struct device *device)
{
  struct typed *typed = device->own;
  device->own = NULL;
  struct typed **link = &keyboards;
  while (*link != typed) link = &(*link)->next;
  *link = typed->next;
  if (typed->channel != NULL) close_channel(typed->channel);
  if (typed->page != NULL) unmap_grants(typed->page, 1);
  free(typed);
}

static bool connect_front(struct device *device)
{
  unsigned reference, port;
  if (!front_number(device, "page-gref", &reference) || !front_number(device, "event-channel", &port)) return false;
  struct typed *typed = calloc(1, sizeof *typed);
  if (typed == NULL) fail("memory");
  *typed = (struct typed){ .device = device, .next = keyboards };
  keyboards = typed;
  device->own = typed;
  typed->page = map_grants(device->domain, &reference, 1);
  typed->channel = open_channel(device->domain, port, taken, typed);
  if (typed->page != NULL && typed->channel != NULL) {
    typed->told = typed->page->in_prod;
    return true;
  }
  disconnect(device);
  return false;
}

static void put(struct typed *typed, const union xenkbd_in_event *event)
{
  if (typed->told - typed->page->in_cons >= XENKBD_IN_RING_LEN) {
    say(typed->device, "nobody takes what is typed");
    return;
  }
  XENKBD_IN_RING_REF(typed->page, typed->told) = *event;
  xen_wmb();
  typed->page->in_prod = ++typed->told;
  ring_channel(typed->channel);
}

static void put_everywhere(const union xenkbd_in_event *event)
{
  for (struct typed *typed = keyboards; typed != NULL; typed = typed->next) put(typed, event);
}

static void obey(const char *line)
{
  unsigned code;
  int x, y;
  if (sscanf(line, "key %u", &code) == 1) {
    for (int pressed = 1; pressed >= 0; pressed--) put_everywhere(&(union xenkbd_in_event){ .key = { .type = XENKBD_TYPE_KEY, .pressed = (uint8_t)pressed, .keycode = code } });
  } else if (sscanf(line, "point %d %d", &x, &y) == 2) {
    put_everywhere(&(union xenkbd_in_event){ .pos = { .type = XENKBD_TYPE_POS, .abs_x = x, .abs_y = y } });
  }
}

static void read_typist(void *unused)
{
  (void)unused;
  // Whoever writes a line of this size writes it in one piece (pipe(7)).
  char text[512];
  ssize_t length = read(typist, text, sizeof text - 1);
  if (length <= 0) return;
  text[length] = 0;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) obey(line);
}

void follow_typist(const char *pipe)
{
  if (mkfifo(pipe, 0600) != 0) fail(pipe);
  // Open for writing as well, or it would hang up with each typist.
  typist = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (typist < 0) fail(pipe);
  follow_file(typist, read_typist, NULL);
}

const struct back_end keyboard = { .type = "vinput", .connect = connect_front, .disconnect = disconnect };
