/* What is played or recorded from the opening of a stream to its closing: a buffer that the front end shares, and a clock that goes through it. */
#pragma once
#include "buffer.h"
#include "ring.h"
#include <xen/io/sndif.h>

struct sound;

struct sound_owner {
  unsigned domain;
  /* Recorded for the guest, or played by it. */
  bool records;
  /* What was played is kept in this file. */
  const char *file;
  /* The clock has come to this place, in bytes since the opening. */
  void (*moved)(void *context, uint64_t position);
  void *context;
};

/* NULL where the buffer or the parameters are no good. */
struct sound *sound_open(const struct sound_owner *owner, const struct xensnd_open_req *request);
void sound_close(struct sound *sound);
/* The front end has filled a part of the buffer, or has use for one. False when it is not the next one. */
bool sound_transfer(struct sound *sound, const struct xensnd_rw_req *part);
void sound_run(struct sound *sound, bool runs);

/* Narrows what a front end would take to what this card can do; false when nothing is left. */
bool sound_narrow(struct xensnd_query_hw_param *wanted);
