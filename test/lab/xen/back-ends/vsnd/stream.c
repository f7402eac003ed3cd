#include "sound.h"
#include "stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stream {
  struct device *device;
  char path[16], file[256];
  bool records;
  struct xen_sndif_back_ring ring;
  struct xensnd_event_page *events;
  /* Events that were told: the front end's page can be changed by it. */
  uint32_t told;
  struct channel *asking, *telling;
  /* What is open, or NULL. */
  struct sound *sound;
};

static void moved(void *context, uint64_t position)
{
  struct stream *stream = context;
  struct xensnd_event_page *page = stream->events;
  if (stream->told - page->in_cons >= XENSND_IN_RING_LEN) {
    say(stream->device, "%s: nobody takes its events", stream->path);
    return;
  }
  XENSND_IN_RING_REF(page, stream->told) = (struct xensnd_evt){ .id = (uint16_t)stream->told, .type = XENSND_EVT_CUR_POS, .op.cur_pos.position = position };
  xen_wmb();
  page->in_prod = ++stream->told;
  ring_channel(stream->telling);
}

static int32_t open_sound(struct stream *stream, const struct xensnd_open_req *request)
{
  if (stream->sound != NULL) return -XEN_EBUSY;
  const struct sound_owner owner = { .domain = stream->device->domain, .records = stream->records, .file = stream->file, .moved = moved, .context = stream };
  stream->sound = sound_open(&owner, request);
  say(stream->device, "%s: opened: rate %u, format %u, channels %u, buffer %u, period %u: %s", stream->path, request->pcm_rate, request->pcm_format, request->pcm_channels, request->buffer_sz, request->period_sz, stream->sound == NULL ? "refused" : "well");
  return stream->sound == NULL ? -XEN_EINVAL : 0;
}

static int32_t close_sound(struct stream *stream)
{
  // A front end closes what it has not opened, too.
  if (stream->sound == NULL) return 0;
  sound_close(stream->sound);
  stream->sound = NULL;
  say(stream->device, "%s: closed", stream->path);
  return 0;
}

static int32_t trigger(struct stream *stream, uint8_t type)
{
  static const char *const words[] = { "start", "pause", "stop", "resume" };
  if (stream->sound == NULL || type >= sizeof words / sizeof *words) return -XEN_EINVAL;
  sound_run(stream->sound, type == XENSND_OP_TRIGGER_START || type == XENSND_OP_TRIGGER_RESUME);
  say(stream->device, "%s: %s", stream->path, words[type]);
  return 0;
}

static int32_t do_request(struct stream *stream, const struct xensnd_req *request, struct xensnd_resp *response)
{
  switch (request->operation) {
  case XENSND_OP_OPEN:
    return open_sound(stream, &request->op.open);
  case XENSND_OP_CLOSE:
    return close_sound(stream);
  case XENSND_OP_READ:
  case XENSND_OP_WRITE:
    if (stream->sound == NULL || stream->records != (request->operation == XENSND_OP_READ)) return -XEN_EINVAL;
    return sound_transfer(stream->sound, &request->op.rw) ? 0 : -XEN_EINVAL;
  case XENSND_OP_TRIGGER:
    return trigger(stream, request->op.trigger.type);
  case XENSND_OP_HW_PARAM_QUERY:
    response->resp.hw_param = request->op.hw_param;
    return sound_narrow(&response->resp.hw_param) ? 0 : -XEN_EINVAL;
  default:
    return -XEN_EOPNOTSUPP;
  }
}

static void asked(void *context)
{
  struct stream *stream = context;
  struct xen_sndif_back_ring *ring = &stream->ring;
  int more, ring_it;
  do {
    RING_IDX produced = ring->sring->req_prod;
    xen_rmb();
    if (RING_REQUEST_PROD_OVERFLOW(ring, produced)) {
      give_up(stream->device, "its ring runs over");
      return;
    }
    while (ring->req_cons != produced) {
      struct xensnd_req request;
      RING_COPY_REQUEST(ring, ring->req_cons, &request);
      ring->req_cons++;
      struct xensnd_resp response = { .id = request.id, .operation = request.operation };
      response.status = do_request(stream, &request, &response);
      *RING_GET_RESPONSE(ring, ring->rsp_prod_pvt) = response;
      ring->rsp_prod_pvt++;
    }
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, ring_it);
    if (ring_it) ring_channel(stream->asking);
    RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
  } while (more);
}

/* A front end need not say that it has taken an event. */
static void answered(void *context)
{
  (void)context;
}

static bool of_stream(const struct stream *stream, const char *name, unsigned *number)
{
  char path[64];
  snprintf(path, sizeof path, "%s/%s", stream->path, name);
  return front_number(stream->device, path, number);
}

static bool does_record(const struct stream *stream)
{
  char path[64];
  snprintf(path, sizeof path, "%s/%s", stream->path, XENSND_FIELD_TYPE);
  char *type = front_text(stream->device, path);
  bool records = type != NULL && strcmp(type, XENSND_STREAM_TYPE_CAPTURE) == 0;
  free(type);
  return records;
}

struct stream *stream_connect(struct device *device, const char *path, const char *directory)
{
  struct stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) fail("memory");
  stream->device = device;
  snprintf(stream->path, sizeof stream->path, "%s", path);
  snprintf(stream->file, sizeof stream->file, "%s/%u.%u.%c.%c.raw", directory, device->domain, device->handle, path[0], path[2]);
  stream->records = does_record(stream);
  unsigned ring, asking, events, telling;
  void *page = NULL;
  if (of_stream(stream, XENSND_FIELD_RING_REF, &ring) && of_stream(stream, XENSND_FIELD_EVT_CHNL, &asking) &&
      of_stream(stream, XENSND_FIELD_EVT_RING_REF, &events) && of_stream(stream, XENSND_FIELD_EVT_EVT_CHNL, &telling)) {
    page = map_grants(device->domain, &ring, 1);
    stream->events = map_grants(device->domain, &events, 1);
    stream->asking = open_channel(device->domain, asking, asked, stream);
    stream->telling = open_channel(device->domain, telling, answered, stream);
  }
  if (page != NULL) BACK_RING_INIT(&stream->ring, (struct xen_sndif_sring *)page, page_size);
  if (page != NULL && stream->events != NULL && stream->asking != NULL && stream->telling != NULL) return stream;
  stream_disconnect(stream);
  return NULL;
}

void stream_disconnect(struct stream *stream)
{
  close_sound(stream);
  if (stream->asking != NULL) close_channel(stream->asking);
  if (stream->telling != NULL) close_channel(stream->telling);
  if (stream->events != NULL) unmap_grants(stream->events, 1);
  if (stream->ring.sring != NULL) unmap_grants(stream->ring.sring, 1);
  free(stream);
}
