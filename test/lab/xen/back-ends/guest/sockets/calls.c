#include "calls.h"
#include "failure.h"
#include "front.h"
#include "share.h"
#include <errno.h>

static struct xen_pvcalls_front_ring ring;
static unsigned port;

void open_calls(void)
{
  uint32_t reference;
  begin();
  struct xen_pvcalls_sring *page = share_pages(1, &reference);
  SHARED_RING_INIT(page);
  FRONT_RING_INIT(&ring, page, page_size);
  port = open_port();
  join(reference, port);
}

int32_t make_call(struct xen_pvcalls_request request)
{
  static uint32_t calls;
  int ring_it, answered;
  request.req_id = ++calls;
  *RING_GET_REQUEST(&ring, ring.req_prod_pvt) = request;
  ring.req_prod_pvt++;
  RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&ring, ring_it);
  if (ring_it) ring_port(port);
  for (;;) {
    RING_FINAL_CHECK_FOR_RESPONSES(&ring, answered);
    if (answered) break;
    await_ring();
  }
  struct xen_pvcalls_response response = *RING_GET_RESPONSE(&ring, ring.rsp_cons);
  ring.rsp_cons++;
  errno = EPROTO;
  if (response.req_id != calls || response.cmd != request.cmd || response.u.socket.id != request.u.socket.id) fail("another call was answered");
  return response.ret;
}
