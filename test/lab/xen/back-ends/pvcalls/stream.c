#include "stream.h"
#include "back-end.h"
#include "ring.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <xen/io/pvcalls.h>

struct stream {
  /* The front end's: whatever is read there may change meanwhile. */
  struct pvcalls_data_intf *indexes;
  uint8_t *in, *out;
  uint32_t pages;
  /* Of one ring: a power of two. */
  uint32_t size;
  /* This end's own places in them, which the front end is told and not asked for. */
  uint32_t in_produced, out_consumed;
  bool in_over, out_over;
  /* -1 until it is started. */
  int fd;
  struct channel *channel;
};

static uint32_t heard(const uint32_t *index)
{
  return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void told(uint32_t *index, uint32_t value)
{
  __atomic_store_n(index, value, __ATOMIC_RELEASE);
}

static void end_in(struct stream *stream, int error)
{
  stream->in_over = true;
  told(&stream->indexes->in_error, (uint32_t)-error);
}

static void end_out(struct stream *stream, int error)
{
  stream->out_over = true;
  told(&stream->indexes->out_error, (uint32_t)-error);
}

/* How much can be moved in one piece: `count` bytes from a place in a ring on, or fewer where it ends before. */
static size_t piece(const struct stream *stream, uint32_t place, uint32_t count)
{
  uint32_t behind = stream->size - (place & (stream->size - 1));
  return count < behind ? count : behind;
}

/* From the socket into the ring, until one has no more or the other no room. Whether there is room afterwards. */
static bool fill_in(struct stream *stream)
{
  uint32_t room = stream->size - (stream->in_produced - heard(&stream->indexes->in_cons));
  if (room > stream->size) {
    end_in(stream, EINVAL);
    return false;
  }
  while (room > 0) {
    ssize_t got = recv(stream->fd, stream->in + (stream->in_produced & (stream->size - 1)), piece(stream, stream->in_produced, room), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
      // As the protocol has it, the other side's orderly end is an error, too.
      end_in(stream, got == 0 ? ENOTCONN : errno);
      return false;
    }
    room -= (uint32_t)got;
    stream->in_produced += (uint32_t)got;
    told(&stream->indexes->in_prod, stream->in_produced);
  }
  return false;
}

/* From the ring into the socket, until one has no more or the other no room. Whether there is more afterwards. */
static bool drain_out(struct stream *stream)
{
  uint32_t left = heard(&stream->indexes->out_prod) - stream->out_consumed;
  if (left > stream->size) {
    end_out(stream, EINVAL);
    return false;
  }
  while (left > 0) {
    ssize_t sent = send(stream->fd, stream->out + (stream->out_consumed & (stream->size - 1)), piece(stream, stream->out_consumed, left), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (sent < 0) {
      end_out(stream, errno);
      return false;
    }
    left -= (uint32_t)sent;
    stream->out_consumed += (uint32_t)sent;
    told(&stream->indexes->out_cons, stream->out_consumed);
  }
  return false;
}

static void carry(void *context)
{
  struct stream *stream = context;
  if (stream->fd == -1) return;
  struct stream before = *stream;
  bool to_read = !stream->in_over && fill_in(stream);
  bool to_write = !stream->out_over && drain_out(stream);
  want_file(stream->fd, to_read, to_write);
  if (stream->in_produced != before.in_produced || stream->out_consumed != before.out_consumed || stream->in_over != before.in_over || stream->out_over != before.out_over)
    ring_channel(stream->channel);
}

/* Takes over the list of the rings' pages, once. */
static void map_rings(struct stream *stream, unsigned domain)
{
  uint32_t order = heard(&stream->indexes->ring_order), references[1 << largest_order];
  if (order < 1 || order > largest_order) return;
  stream->pages = 1u << order;
  stream->size = stream->pages * page_size / 2;
  for (uint32_t each = 0; each < stream->pages; each++) references[each] = heard(&stream->indexes->ref[each]);
  stream->in = map_grants(domain, references, stream->pages);
  if (stream->in != NULL) stream->out = stream->in + stream->size;
}

struct stream *stream_open(unsigned domain, uint32_t indexes, uint32_t port)
{
  struct stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) fail("memory");
  stream->fd = -1;
  stream->indexes = map_grants(domain, &indexes, 1);
  if (stream->indexes != NULL) map_rings(stream, domain);
  if (stream->in != NULL) stream->channel = open_channel(domain, port, carry, stream);
  if (stream->channel != NULL) return stream;
  stream_close(stream);
  return NULL;
}

void stream_start(struct stream *stream, int fd)
{
  stream->fd = fd;
  follow_file(fd, carry, stream);
  carry(stream);
}

void stream_close(struct stream *stream)
{
  if (stream->channel != NULL) close_channel(stream->channel);
  if (stream->in != NULL) unmap_grants(stream->in, stream->pages);
  if (stream->indexes != NULL) unmap_grants(stream->indexes, 1);
  free(stream);
}
