/*
 * draw: two known pictures on the display of the machine it runs in: the first with the mode, the second by a page flip, whose event it waits
 * for. By the kernel's own interface (KMS, "dumb" buffers). Keeps the picture until a line comes on stdin, and gives back what it made.
 */
#include <errno.h>
#include <fcntl.h>
#include <libdrm/drm.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* As libdrm has it; the kernel's header has no name for it. */
enum { connected = 1, patience_ms = 60000 };

static int fd;

static void fail(const char *what)
{
  printf("DRAW failed: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void ask(unsigned long request, void *about, const char *what)
{
  while (ioctl(fd, request, about) != 0)
    if (errno != EINTR && errno != EAGAIN)
      fail(what);
}

/* The scenario makes the same ones: no two rows, columns or pictures are alike. */
static uint32_t pixel(uint32_t picture, uint32_t x, uint32_t y)
{
  return (x & 0xff) << 16 | (y & 0xff) << 8 | ((picture * 85 + x * 3 + y * 7) & 0xff);
}

struct picture {
  struct drm_mode_create_dumb buffer;
  uint32_t framebuffer;
};

static struct picture draw(uint32_t number, uint32_t width, uint32_t height)
{
  struct picture made = { .buffer = { .width = width, .height = height, .bpp = 32 } };
  ask(DRM_IOCTL_MODE_CREATE_DUMB, &made.buffer, "a buffer");
  struct drm_mode_map_dumb where = { .handle = made.buffer.handle };
  ask(DRM_IOCTL_MODE_MAP_DUMB, &where, "a mapping");
  uint8_t *pixels = mmap(NULL, made.buffer.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)where.offset);
  if (pixels == MAP_FAILED)
    fail("mmap");
  for (uint32_t y = 0; y < height; y++)
    for (uint32_t x = 0; x < width; x++)
      ((uint32_t *)(pixels + (size_t)y * made.buffer.pitch))[x] = pixel(number, x, y);
  munmap(pixels, made.buffer.size);
  struct drm_mode_fb_cmd shown = { .width = width, .height = height, .pitch = made.buffer.pitch, .bpp = 32, .depth = 24, .handle = made.buffer.handle };
  ask(DRM_IOCTL_MODE_ADDFB, &shown, "a frame buffer");
  made.framebuffer = shown.fb_id;
  return made;
}

static void forget(struct picture *made)
{
  ask(DRM_IOCTL_MODE_RMFB, &made->framebuffer, "giving back the frame buffer");
  ask(DRM_IOCTL_MODE_DESTROY_DUMB, &made->buffer.handle, "giving back the buffer");
}

static void flip_to(const struct picture *next, uint32_t crtc)
{
  struct drm_mode_crtc_page_flip turn = { .crtc_id = crtc, .fb_id = next->framebuffer, .flags = DRM_MODE_PAGE_FLIP_EVENT, .user_data = 0x77696e646c617373 };
  ask(DRM_IOCTL_MODE_PAGE_FLIP, &turn, "the flip");
  struct pollfd waited = { .fd = fd, .events = POLLIN };
  if (poll(&waited, 1, patience_ms) != 1)
    fail("no event of the flip");
  struct drm_event_vblank told;
  if (read(fd, &told, sizeof told) != sizeof told || told.base.type != DRM_EVENT_FLIP_COMPLETE || told.user_data != turn.user_data)
    fail("another event than that of the flip");
}

int main(void)
{
  setvbuf(stdout, NULL, _IOLBF, 0);
  fd = open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
  if (fd < 0)
    fail("/dev/dri/card0");
  uint32_t crtc = 0, connector = 0;
  struct drm_mode_card_res card = { .crtc_id_ptr = (uintptr_t)&crtc, .connector_id_ptr = (uintptr_t)&connector, .count_crtcs = 1, .count_connectors = 1 };
  ask(DRM_IOCTL_MODE_GETRESOURCES, &card, "the card");

  /* A first question makes the kernel look for modes; the second has room for one. */
  struct drm_mode_get_connector looked = { .connector_id = connector };
  ask(DRM_IOCTL_MODE_GETCONNECTOR, &looked, "the connector");
  struct drm_mode_modeinfo mode;
  struct drm_mode_get_connector found = { .connector_id = connector, .modes_ptr = (uintptr_t)&mode, .count_modes = 1 };
  ask(DRM_IOCTL_MODE_GETCONNECTOR, &found, "the connector's mode");
  if (looked.count_modes != 1 || found.connection != connected) {
    printf("DRAW failed: %u modes, connection %u\n", looked.count_modes, found.connection);
    return 1;
  }
  printf("DRAW mode %s\n", mode.name);

  struct picture first = draw(1, mode.hdisplay, mode.vdisplay), second = draw(2, mode.hdisplay, mode.vdisplay);
  struct drm_mode_crtc shown = { .set_connectors_ptr = (uintptr_t)&connector, .count_connectors = 1, .crtc_id = crtc, .fb_id = first.framebuffer, .mode_valid = 1, .mode = mode };
  ask(DRM_IOCTL_MODE_SETCRTC, &shown, "the mode");
  printf("DRAW shown\n");
  flip_to(&second, crtc);
  printf("DRAW flipped\n");

  getchar();
  forget(&first);
  forget(&second);
  printf("DRAW over\n");
  return 0;
}
