#include "sound.h"
#include "back-end.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { bytes_of_sample = 2, most_channels = 2, slowest = 8000, fastest = 48000 };

struct sound {
  struct sound_owner owner;
  struct buffer buffer;
  uint32_t period;
  /* Bytes since the opening: how far the clock is, and the front end. */
  uint64_t position, transferred;
  FILE *kept;
  int timer;
  struct itimerspec pace;
};

/* What the microphone hears: a saw tooth, which the scenario knows as well. */
static int16_t heard(uint64_t number)
{
  return (int16_t)(number * 257);
}

static void play(struct sound *sound, uint64_t until)
{
  // Where the front end is late there is silence, and nothing to keep.
  if (until > sound->transferred) until = sound->transferred;
  for (uint64_t place = sound->position; place < until; place++) putc(sound->buffer.bytes[place % sound->buffer.size], sound->kept);
  fflush(sound->kept);
}

static void record(struct sound *sound, uint64_t until)
{
  for (uint64_t place = sound->position; place < until; place += bytes_of_sample) {
    uint16_t sample = (uint16_t)heard(place / bytes_of_sample);
    sound->buffer.bytes[place % sound->buffer.size] = (uint8_t)sample;
    sound->buffer.bytes[(place + 1) % sound->buffer.size] = (uint8_t)(sample >> 8);
  }
}

/* A period has gone by. More than one means that the whole machine stood still, and then this clock did, too: no card runs while its guest cannot. */
static void tick(void *context)
{
  struct sound *sound = context;
  uint64_t missed;
  if (read(sound->timer, &missed, sizeof missed) != sizeof missed) return;
  uint64_t until = sound->position + sound->period;
  if (sound->owner.records) record(sound, until);
  else play(sound, until);
  sound->position = until;
  sound->owner.moved(sound->owner.context, until);
}

struct sound *sound_open(const struct sound_owner *owner, const struct xensnd_open_req *request)
{
  if (request->pcm_format != XENSND_PCM_FORMAT_S16_LE || request->pcm_channels < 1 || request->pcm_channels > most_channels) return NULL;
  if (request->pcm_rate < slowest || request->pcm_rate > fastest) return NULL;
  if (request->period_sz == 0 || request->period_sz > request->buffer_sz || request->period_sz % bytes_of_sample != 0 || request->buffer_sz % bytes_of_sample != 0) return NULL;
  struct sound *sound = calloc(1, sizeof *sound);
  if (sound == NULL) fail("memory");
  sound->owner = *owner;
  if (!map_buffer(&sound->buffer, owner->domain, request->gref_directory, request->buffer_sz)) {
    free(sound);
    return NULL;
  }
  sound->period = request->period_sz;
  uint64_t nanoseconds = (uint64_t)request->period_sz * 1000000000 / ((uint64_t)request->pcm_rate * request->pcm_channels * bytes_of_sample);
  struct timespec period = { .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000) };
  sound->pace = (struct itimerspec){ .it_interval = period, .it_value = period };
  sound->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (sound->timer < 0) fail("a timer");
  follow_file(sound->timer, tick, sound);
  if (!owner->records) {
    sound->kept = fopen(owner->file, "we");
    if (sound->kept == NULL) fail(owner->file);
  }
  return sound;
}

void sound_close(struct sound *sound)
{
  forget_file(sound->timer);
  close(sound->timer);
  if (sound->kept != NULL) fclose(sound->kept);
  unmap_buffer(&sound->buffer);
  free(sound);
}

bool sound_transfer(struct sound *sound, const struct xensnd_rw_req *part)
{
  uint32_t size = sound->buffer.size;
  if (part->length > size || part->offset > size - part->length || part->offset != sound->transferred % size) return false;
  sound->transferred += part->length;
  return true;
}

void sound_run(struct sound *sound, bool runs)
{
  const struct itimerspec never = { 0 };
  if (timerfd_settime(sound->timer, 0, runs ? &sound->pace : &never, NULL) != 0) fail("setting a timer");
}

static bool narrow(uint32_t *least, uint32_t *most, uint32_t lower, uint32_t upper)
{
  if (*least < lower) *least = lower;
  if (*most > upper) *most = upper;
  return *least <= *most;
}

bool sound_narrow(struct xensnd_query_hw_param *wanted)
{
  wanted->formats &= UINT64_C(1) << XENSND_PCM_FORMAT_S16_LE;
  return wanted->formats != 0 && narrow(&wanted->rates.min, &wanted->rates.max, slowest, fastest) &&
         narrow(&wanted->channels.min, &wanted->channels.max, 1, most_channels);
}
