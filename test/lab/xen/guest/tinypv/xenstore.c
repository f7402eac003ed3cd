/* As much of xenstore as a guest needs that obeys control/shutdown: a watch, reads and writes (xen/io/xs_wire.h). */
#include "tinypv.h"

static const char shutdown_node[] = "control/shutdown";

static struct xenstore_domain_interface *ring;
static evtchn_port_t port;
static uint32_t last_request, pending_read;

static void put(const void *bytes, size_t count)
{
  const char *from = bytes;
  while (count--) {
    while (ring->req_prod - ring->req_cons >= sizeof ring->req) {
      notify(port);
      yield();
      barrier();
    }
    ring->req[MASK_XENSTORE_IDX(ring->req_prod)] = *from++;
    barrier();
    ring->req_prod++;
  }
}

/* `path` goes with its NUL, `value` without. */
static uint32_t request(uint32_t type, const char *path, const char *value, size_t value_length)
{
  size_t path_length = length(path) + 1;
  struct xsd_sockmsg header = { .type = type, .req_id = ++last_request, .len = path_length + value_length };
  put(&header, sizeof header);
  put(path, path_length);
  put(value, value_length);
  notify(port);
  return last_request;
}

void store_open(struct xenstore_domain_interface *its_ring, evtchn_port_t its_port)
{
  ring = its_ring;
  port = its_port;
  request(XS_WATCH, shutdown_node, "tiny", sizeof "tiny");
  request(XS_WRITE, "control/feature-poweroff", "1", 1);
  request(XS_WRITE, "control/feature-reboot", "1", 1);
}

static void message(const struct xsd_sockmsg *header, const char *body, void (*asked)(const char *what))
{
  if (header->type == XS_WATCH_EVENT) pending_read = request(XS_READ, shutdown_node, "", 0);
  if (header->type != XS_READ || header->req_id != pending_read || header->len == 0) return;
  char what[16];
  size_t count = header->len < sizeof what - 1 ? header->len : sizeof what - 1;
  for (size_t i = 0; i < count; i++) what[i] = body[i];
  what[count] = 0;
  request(XS_WRITE, shutdown_node, "", 0);
  asked(what);
}

void store_read(void (*asked)(const char *what))
{
  static char buffer[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
  static size_t filled;
  while (ring->rsp_cons != ring->rsp_prod) {
    barrier();
    buffer[filled++] = ring->rsp[MASK_XENSTORE_IDX(ring->rsp_cons)];
    barrier();
    ring->rsp_cons++;
    const struct xsd_sockmsg *header = (const void *)buffer;
    if (filled < sizeof *header || filled < sizeof *header + header->len) continue;
    filled = 0;
    notify(port);
    message(header, buffer + sizeof *header, asked);
  }
  notify(port);
}
