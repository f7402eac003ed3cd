/*
 * pvcalls: dom0 as the back end of guests' sockets (xen/io/pvcalls.h, and docs/misc/pvcalls of Xen). What a guest asks for is done by a socket
 * of dom0, with dom0's addresses.
 */
#include "calls.h"
#include "socket.h"
#include <stdio.h>
#include <stdlib.h>

void answer(struct caller *caller, const struct xen_pvcalls_request *request, int32_t result)
{
  struct xen_pvcalls_back_ring *ring = &caller->ring;
  int ring_it;
  if (result != 0) say(caller->device, "call %u of socket %llu: %d", request->cmd, (unsigned long long)request->u.socket.id, result);
  *RING_GET_RESPONSE(ring, ring->rsp_prod_pvt) = (struct xen_pvcalls_response){ .req_id = request->req_id, .cmd = request->cmd, .ret = result, .u.socket.id = request->u.socket.id };
  ring->rsp_prod_pvt++;
  RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, ring_it);
  if (ring_it) ring_channel(caller->channel);
}

static void asked(void *context)
{
  struct caller *caller = context;
  struct xen_pvcalls_back_ring *ring = &caller->ring;
  int more;
  do {
    RING_IDX produced = ring->sring->req_prod;
    xen_rmb();
    if (RING_REQUEST_PROD_OVERFLOW(ring, produced)) {
      give_up(caller->device, "its ring runs over");
      return;
    }
    while (ring->req_cons != produced) {
      struct xen_pvcalls_request request;
      RING_COPY_REQUEST(ring, ring->req_cons, &request);
      ring->req_cons++;
      make_call(caller, &request);
    }
    RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
  } while (more);
}

static void offer(struct device *device)
{
  tell(device, "versions", "1");
  tell(device, "max-page-order", "%u", largest_order);
  tell(device, "function-calls", "1");
}

static void disconnect(struct device *device)
{
  struct caller *caller = device->own;
  device->own = NULL;
  while (caller->sockets != NULL) close_socket(caller->sockets);
  if (caller->channel != NULL) close_channel(caller->channel);
  if (caller->ring.sring != NULL) unmap_grants(caller->ring.sring, 1);
  free(caller);
}

static bool connect_front(struct device *device)
{
  unsigned version, reference, port;
  if (!front_number(device, "version", &version) || version != 1 || !front_number(device, "ring-ref", &reference) || !front_number(device, "port", &port)) return false;
  struct caller *caller = calloc(1, sizeof *caller);
  if (caller == NULL) fail("memory");
  caller->device = device;
  device->own = caller;
  void *page = map_grants(device->domain, &reference, 1);
  if (page != NULL) {
    BACK_RING_INIT(&caller->ring, (struct xen_pvcalls_sring *)page, page_size);
    caller->channel = open_channel(device->domain, port, asked, caller);
  }
  // A call that came before this is not lost: Xen rings a channel when it is bound.
  if (caller->channel != NULL) return true;
  disconnect(device);
  return false;
}

int main(int count, char **words)
{
  (void)words;
  if (count != 1) {
    fprintf(stderr, "usage: pvcalls\n");
    return 2;
  }
  static const struct back_end pvcalls = { .type = "pvcalls", .offer = offer, .connect = connect_front, .disconnect = disconnect };
  const struct back_end *const kinds[] = { &pvcalls };
  serve(kinds, 1);
}
