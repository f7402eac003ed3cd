/* The PV console: two rings in one page (xen/io/console.h). */
#include "tinypv.h"

static struct xencons_interface *ring;
static evtchn_port_t port;

void console_open(struct xencons_interface *its_ring, evtchn_port_t its_port)
{
  ring = its_ring;
  port = its_port;
}

static void put(char c)
{
  while (ring->out_prod - ring->out_cons >= sizeof ring->out) {
    notify(port);
    yield();
    barrier();
  }
  ring->out[MASK_XENCONS_IDX(ring->out_prod, ring->out)] = c;
  barrier();
  ring->out_prod++;
}

void print(const char *text)
{
  for (; *text; text++) {
    if (*text == '\n') put('\r');
    put(*text);
  }
  notify(port);
}

void print_number(uint64_t number)
{
  char digits[24];
  char *at = digits + sizeof digits - 1;
  *at = 0;
  do *--at = '0' + number % 10;
  while (number /= 10);
  print(at);
}

void console_read(void (*line)(const char *text))
{
  static char typed[80];
  static size_t count;
  while (ring->in_cons != ring->in_prod) {
    barrier();
    char c = ring->in[MASK_XENCONS_IDX(ring->in_cons, ring->in)];
    barrier();
    ring->in_cons++;
    notify(port);
    if (c != '\r' && c != '\n') {
      char echo[2] = { c, 0 };
      print(echo);
      if (count < sizeof typed - 1) typed[count++] = c;
      continue;
    }
    typed[count] = 0;
    print("\n");
    if (count) line(typed);
    count = 0;
    print("tiny> ");
  }
}
