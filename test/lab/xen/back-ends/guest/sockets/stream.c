#include "stream.h"
#include "failure.h"
#include "front.h"
#include "ring.h"
#include "share.h"
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <xen/io/pvcalls.h>

/* Two pages for each way: whatever is larger goes round. */
enum { wanted_order = 2 };

struct stream {
  struct pvcalls_data_intf *indexes;
  uint8_t *in, *out;
  /* Of one ring: a power of two. */
  uint32_t pages, size;
  uint32_t reference, port;
  /* This end's own places. */
  uint32_t in_consumed, out_produced;
};

struct stream *open_stream(void)
{
  struct stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) fail("memory");
  unsigned order = largest_order() < wanted_order ? largest_order() : wanted_order;
  stream->pages = 1u << order;
  stream->size = stream->pages * page_size / 2;
  stream->indexes = share_pages(1, &stream->reference);
  stream->indexes->ring_order = order;
  stream->in = share_pages(stream->pages, stream->indexes->ref);
  stream->out = stream->in + stream->size;
  stream->port = open_port();
  return stream;
}

uint32_t stream_reference(const struct stream *stream)
{
  return stream->reference;
}

uint32_t stream_port(const struct stream *stream)
{
  return stream->port;
}

static uint32_t heard(const uint32_t *index)
{
  return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static size_t piece(const struct stream *stream, uint32_t place, uint32_t count)
{
  uint32_t behind = stream->size - (place & (stream->size - 1));
  return count < behind ? count : behind;
}

static uint32_t to_come(const struct stream *stream)
{
  return heard(&stream->indexes->in_prod) - stream->in_consumed;
}

static uint32_t room(const struct stream *stream)
{
  return stream->size - (stream->out_produced - heard(&stream->indexes->out_cons));
}

/* From the ring to a file. False when nobody reads that any more. */
static bool take(struct stream *stream, int to)
{
  for (uint32_t left; (left = to_come(stream)) > 0;) {
    ssize_t written = write(to, stream->in + (stream->in_consumed & (stream->size - 1)), piece(stream, stream->in_consumed, left));
    if (written < 0) return errno == EAGAIN;
    stream->in_consumed += (uint32_t)written;
    __atomic_store_n(&stream->indexes->in_cons, stream->in_consumed, __ATOMIC_RELEASE);
  }
  return true;
}

/* From a file into the ring. False at the file's end. */
static bool give(struct stream *stream, int from)
{
  for (uint32_t free; (free = room(stream)) > 0;) {
    ssize_t got = read(from, stream->out + (stream->out_produced & (stream->size - 1)), piece(stream, stream->out_produced, free));
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    stream->out_produced += (uint32_t)got;
    __atomic_store_n(&stream->indexes->out_prod, stream->out_produced, __ATOMIC_RELEASE);
  }
  return true;
}

void carry(struct stream *stream, int from, int to)
{
  for (bool giving = true, taking = true;;) {
    uint32_t consumed = stream->in_consumed, produced = stream->out_produced;
    // The error first: what came before it is in the ring by then.
    bool no_more = heard(&stream->indexes->in_error) != 0, refused = heard(&stream->indexes->out_error) != 0;
    if (taking && (!take(stream, to) || (no_more && to_come(stream) == 0))) {
      taking = false;
      close(to);
    }
    if (giving && !give(stream, from)) giving = false;
    if (consumed != stream->in_consumed || produced != stream->out_produced) ring_port(stream->port);
    if (refused || (!giving && room(stream) == stream->size)) {
      if (taking) close(to);
      return;
    }
    struct pollfd files[] = {
      { .fd = ringing_file(), .events = POLLIN },
      { .fd = giving && room(stream) > 0 ? from : -1, .events = POLLIN },
      { .fd = taking && to_come(stream) > 0 ? to : -1, .events = POLLOUT },
    };
    if (poll(files, 3, -1) < 0) fail("poll");
    if (files[0].revents != 0) await_ring();
  }
}

void close_stream(struct stream *stream)
{
  close_port(stream->port);
  take_back(stream->in, stream->pages);
  take_back(stream->indexes, 1);
  free(stream);
}
