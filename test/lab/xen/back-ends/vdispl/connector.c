#include "connector.h"
#include "picture.h"
#include <stdio.h>
#include <stdlib.h>

struct connector {
  struct device *device;
  unsigned number;
  const char *directory;
  /* Those of all connectors: the protocol wants them asked for by the first one's ring. */
  struct frames *frames;
  struct xen_displif_back_ring ring;
  struct xendispl_event_page *events;
  /* Events that were told, and pictures that were kept. */
  uint32_t told, kept;
  struct channel *asking, *telling;
};

/* Keeps what the front end wants to be seen. */
static int32_t show(struct connector *connector, uint64_t cookie, const char *how)
{
  struct view view;
  if (!view_frame(connector->frames, cookie, &view)) return -XEN_ENOENT;
  char file[256];
  snprintf(file, sizeof file, "%s/%u.%u.%u.%u.ppm", connector->directory, connector->device->domain, connector->device->handle, connector->number, ++connector->kept);
  keep_picture(file, view.pixels, view.width, view.height, view.pitch);
  say(connector->device, "%u: %s: %ux%u in %s", connector->number, how, view.width, view.height, file);
  return 0;
}

static int32_t set_config(struct connector *connector, const struct xendispl_set_config_req *request)
{
  if (request->fb_cookie != 0) return show(connector, request->fb_cookie, "mode");
  say(connector->device, "%u: off", connector->number);
  return 0;
}

static int32_t do_request(struct connector *connector, const struct xendispl_req *request)
{
  switch (request->operation) {
  case XENDISPL_OP_DBUF_CREATE:
    return create_buffer(connector->frames, &request->op.dbuf_create);
  case XENDISPL_OP_DBUF_DESTROY:
    return destroy_buffer(connector->frames, request->op.dbuf_destroy.dbuf_cookie);
  case XENDISPL_OP_FB_ATTACH:
    return attach_frame(connector->frames, &request->op.fb_attach);
  case XENDISPL_OP_FB_DETACH:
    return detach_frame(connector->frames, request->op.fb_detach.fb_cookie);
  case XENDISPL_OP_SET_CONFIG:
    return set_config(connector, &request->op.set_config);
  case XENDISPL_OP_PG_FLIP:
    return show(connector, request->op.pg_flip.fb_cookie, "flip");
  default:
    return -XEN_EOPNOTSUPP;
  }
}

static void tell_flipped(struct connector *connector, uint64_t cookie)
{
  struct xendispl_event_page *page = connector->events;
  if (connector->told - page->in_cons >= XENDISPL_IN_RING_LEN) {
    say(connector->device, "%u: nobody takes its events", connector->number);
    return;
  }
  XENDISPL_IN_RING_REF(page, connector->told) = (struct xendispl_evt){ .id = (uint16_t)connector->told, .type = XENDISPL_EVT_PG_FLIP, .op.pg_flip.fb_cookie = cookie };
  xen_wmb();
  page->in_prod = ++connector->told;
  ring_channel(connector->telling);
}

/* What a buffer or a frame is refused for is a riddle where only the guest has the number. */
static int32_t answer_to(struct connector *connector, const struct xendispl_req *request)
{
  int32_t status = do_request(connector, request);
  if (status != 0) say(connector->device, "%u: operation %#x is refused: %d", connector->number, request->operation, status);
  return status;
}

static void asked(void *context)
{
  struct connector *connector = context;
  struct xen_displif_back_ring *ring = &connector->ring;
  int more, ring_it;
  do {
    RING_IDX produced = ring->sring->req_prod;
    xen_rmb();
    if (RING_REQUEST_PROD_OVERFLOW(ring, produced)) {
      give_up(connector->device, "its ring runs over");
      return;
    }
    while (ring->req_cons != produced) {
      struct xendispl_req request;
      RING_COPY_REQUEST(ring, ring->req_cons, &request);
      ring->req_cons++;
      int32_t status = answer_to(connector, &request);
      *RING_GET_RESPONSE(ring, ring->rsp_prod_pvt) = (struct xendispl_resp){ .id = request.id, .operation = request.operation, .status = status };
      ring->rsp_prod_pvt++;
      RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, ring_it);
      if (ring_it) ring_channel(connector->asking);
      // Shown as soon as it was kept.
      if (request.operation == XENDISPL_OP_PG_FLIP && status == 0) tell_flipped(connector, request.op.pg_flip.fb_cookie);
    }
    RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
  } while (more);
}

/* A front end need not say that it has taken an event. */
static void answered(void *context)
{
  (void)context;
}

static bool of_connector(const struct connector *connector, const char *name, unsigned *number)
{
  char path[64];
  snprintf(path, sizeof path, "%u/%s", connector->number, name);
  return front_number(connector->device, path, number);
}

struct connector *connector_connect(struct device *device, unsigned number, struct frames *frames, const char *directory)
{
  struct connector *connector = calloc(1, sizeof *connector);
  if (connector == NULL) fail("memory");
  connector->device = device;
  connector->number = number;
  connector->frames = frames;
  connector->directory = directory;
  unsigned ring, asking, events, telling;
  void *page = NULL;
  if (of_connector(connector, XENDISPL_FIELD_REQ_RING_REF, &ring) && of_connector(connector, XENDISPL_FIELD_REQ_CHANNEL, &asking) &&
      of_connector(connector, XENDISPL_FIELD_EVT_RING_REF, &events) && of_connector(connector, XENDISPL_FIELD_EVT_CHANNEL, &telling)) {
    page = map_grants(device->domain, &ring, 1);
    connector->events = map_grants(device->domain, &events, 1);
    connector->asking = open_channel(device->domain, asking, asked, connector);
    connector->telling = open_channel(device->domain, telling, answered, connector);
  }
  if (page != NULL) BACK_RING_INIT(&connector->ring, (struct xen_displif_sring *)page, page_size);
  if (page != NULL && connector->events != NULL && connector->asking != NULL && connector->telling != NULL) return connector;
  connector_disconnect(connector);
  return NULL;
}

void connector_disconnect(struct connector *connector)
{
  if (connector->asking != NULL) close_channel(connector->asking);
  if (connector->telling != NULL) close_channel(connector->telling);
  if (connector->events != NULL) unmap_grants(connector->events, 1);
  if (connector->ring.sring != NULL) unmap_grants(connector->ring.sring, 1);
  free(connector);
}
