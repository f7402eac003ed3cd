#include "frames.h"
#include "back-end.h"
#include <stdlib.h>

enum { most = 16, bits = 32, widest = 8192 };

/* 'XR24' and 'AR24' (drm_fourcc.h of Linux): blue in the lowest byte. */
static const uint32_t known_formats[] = { 0x34325258, 0x34325241 };

/* A cookie of 0 marks one that is free. */
struct shared {
  uint64_t cookie;
  uint32_t width, height, offset;
  struct buffer buffer;
};

struct frame {
  uint64_t cookie, of;
  uint32_t width, height;
};

struct frames {
  unsigned domain;
  struct shared buffers[most];
  struct frame frames[most];
};

struct frames *frames_new(unsigned domain)
{
  struct frames *frames = calloc(1, sizeof *frames);
  if (frames == NULL) fail("memory");
  frames->domain = domain;
  return frames;
}

void frames_free(struct frames *frames)
{
  for (unsigned each = 0; each < most; each++) if (frames->buffers[each].cookie != 0) unmap_buffer(&frames->buffers[each].buffer);
  free(frames);
}

/* With 0: a place for a new one. */
static struct shared *buffer_of(struct frames *frames, uint64_t cookie)
{
  for (unsigned each = 0; each < most; each++) if (frames->buffers[each].cookie == cookie) return &frames->buffers[each];
  return NULL;
}

static struct frame *frame_of(struct frames *frames, uint64_t cookie)
{
  for (unsigned each = 0; each < most; each++) if (frames->frames[each].cookie == cookie) return &frames->frames[each];
  return NULL;
}

int32_t create_buffer(struct frames *frames, const struct xendispl_dbuf_create_req *request)
{
  // Memory of this end's for the front end is in the protocol, and is offered by the toolstack alone (be-alloc).
  if (request->flags != 0 || request->bpp != bits) return -XEN_EOPNOTSUPP;
  if (request->dbuf_cookie == 0 || buffer_of(frames, request->dbuf_cookie) != NULL) return -XEN_EEXIST;
  uint64_t needed = request->data_ofs + (uint64_t)request->width * request->height * (bits / 8);
  if (request->width == 0 || request->height == 0 || request->width > widest || request->height > widest || needed > request->buffer_sz) return -XEN_EINVAL;
  struct shared *shared = buffer_of(frames, 0);
  if (shared == NULL) return -XEN_ENOMEM;
  if (!map_buffer(&shared->buffer, frames->domain, request->gref_directory, request->buffer_sz)) return -XEN_EINVAL;
  shared->cookie = request->dbuf_cookie;
  shared->width = request->width;
  shared->height = request->height;
  shared->offset = request->data_ofs;
  return 0;
}

int32_t destroy_buffer(struct frames *frames, uint64_t cookie)
{
  struct shared *shared = cookie == 0 ? NULL : buffer_of(frames, cookie);
  if (shared == NULL) return -XEN_ENOENT;
  for (unsigned each = 0; each < most; each++) if (frames->frames[each].of == cookie) frames->frames[each] = (struct frame){ 0 };
  unmap_buffer(&shared->buffer);
  *shared = (struct shared){ 0 };
  return 0;
}

static bool knows(uint32_t format)
{
  for (unsigned each = 0; each < sizeof known_formats / sizeof *known_formats; each++) if (known_formats[each] == format) return true;
  return false;
}

int32_t attach_frame(struct frames *frames, const struct xendispl_fb_attach_req *request)
{
  const struct shared *shared = request->dbuf_cookie == 0 ? NULL : buffer_of(frames, request->dbuf_cookie);
  if (shared == NULL) return -XEN_ENOENT;
  if (request->fb_cookie == 0 || frame_of(frames, request->fb_cookie) != NULL) return -XEN_EEXIST;
  if (!knows(request->pixel_format) || request->width > shared->width || request->height > shared->height) return -XEN_EINVAL;
  struct frame *frame = frame_of(frames, 0);
  if (frame == NULL) return -XEN_ENOMEM;
  *frame = (struct frame){ .cookie = request->fb_cookie, .of = request->dbuf_cookie, .width = request->width, .height = request->height };
  return 0;
}

int32_t detach_frame(struct frames *frames, uint64_t cookie)
{
  struct frame *frame = cookie == 0 ? NULL : frame_of(frames, cookie);
  if (frame == NULL) return -XEN_ENOENT;
  *frame = (struct frame){ 0 };
  return 0;
}

bool view_frame(struct frames *frames, uint64_t cookie, struct view *view)
{
  const struct frame *frame = cookie == 0 ? NULL : frame_of(frames, cookie);
  if (frame == NULL) return false;
  const struct shared *shared = buffer_of(frames, frame->of);
  *view = (struct view){ .pixels = shared->buffer.bytes + shared->offset, .width = frame->width, .height = frame->height, .pitch = shared->width * (bits / 8) };
  return true;
}
