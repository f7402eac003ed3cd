/* The buffers that a front end shares for its pictures, and the frames that it makes of them. Both are known by cookies, which are its own. */
#pragma once
#include "buffer.h"
#include "ring.h"
#include <xen/io/displif.h>

struct frames;

struct frames *frames_new(unsigned domain);
void frames_free(struct frames *frames);

/* Each answers as the protocol wants it: 0, or a negative XEN_E…. */
int32_t create_buffer(struct frames *frames, const struct xendispl_dbuf_create_req *request);
int32_t destroy_buffer(struct frames *frames, uint64_t cookie);
int32_t attach_frame(struct frames *frames, const struct xendispl_fb_attach_req *request);
int32_t detach_frame(struct frames *frames, uint64_t cookie);

/* Pixels as `keep_picture` has them. */
struct view {
  const uint8_t *pixels;
  uint32_t width, height, pitch;
};

/* False where there is no such frame. */
bool view_frame(struct frames *frames, uint64_t cookie, struct view *view);
