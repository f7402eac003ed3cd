/*
 * Plays and records known samples in a guest, by ALSA's ioctls: 8000 a second, 16 bits, one channel.
 *   sound play    50000 samples, until the last is played
 *   sound record  50000 samples, as they come, to stdout
 * Anything else it has to say goes to stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sound/asound.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A buffer of two seconds and a half, for an emulated machine stands still now and then; and more samples than that, so that it goes round. */
enum { rate = 8000, period = 1000, periods = 20, samples = 50000 };

static int fd;

static void fail(const char *what)
{
  fprintf(stderr, "SOUND failed: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* A tone of 500 Hz that grows louder, so that no two periods are alike. The scenario makes the same. */
static int16_t sample(int number)
{
  int phase = number % 16, triangle = phase < 8 ? phase - 4 : 12 - phase;
  return (int16_t)(triangle * (100 + number / 8));
}

static void only(struct snd_pcm_hw_params *wanted, int parameter, unsigned value)
{
  if (parameter <= SNDRV_PCM_HW_PARAM_LAST_MASK) {
    struct snd_mask *mask = &wanted->masks[parameter - SNDRV_PCM_HW_PARAM_FIRST_MASK];
    memset(mask, 0, sizeof *mask);
    mask->bits[value / 32] = 1u << value % 32;
  } else {
    struct snd_interval *interval = &wanted->intervals[parameter - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];
    *interval = (struct snd_interval){ .min = value, .max = value, .integer = 1 };
  }
}

static void configure(void)
{
  struct snd_pcm_hw_params wanted = { .rmask = ~0u, .info = ~0u };
  memset(wanted.masks, 0xff, sizeof wanted.masks);
  for (size_t each = 0; each < sizeof wanted.intervals / sizeof *wanted.intervals; each++)
    wanted.intervals[each].max = ~0u;
  only(&wanted, SNDRV_PCM_HW_PARAM_ACCESS, SNDRV_PCM_ACCESS_RW_INTERLEAVED);
  only(&wanted, SNDRV_PCM_HW_PARAM_FORMAT, SNDRV_PCM_FORMAT_S16_LE);
  only(&wanted, SNDRV_PCM_HW_PARAM_SUBFORMAT, SNDRV_PCM_SUBFORMAT_STD);
  only(&wanted, SNDRV_PCM_HW_PARAM_CHANNELS, 1);
  only(&wanted, SNDRV_PCM_HW_PARAM_RATE, rate);
  only(&wanted, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, period);
  only(&wanted, SNDRV_PCM_HW_PARAM_PERIODS, periods);
  if (ioctl(fd, SNDRV_PCM_IOCTL_HW_PARAMS, &wanted) != 0)
    fail("the parameters");
  if (ioctl(fd, SNDRV_PCM_IOCTL_PREPARE) != 0)
    fail("to prepare");
}

/* All or nothing. What ran dry would not be what was asked for, so it fails. */
static void transfer(unsigned long request, int16_t *from, unsigned frames)
{
  for (unsigned done = 0; done < frames;) {
    struct snd_xferi part = { .buf = from + done, .frames = frames - done };
    if (ioctl(fd, request, &part) != 0)
      fail("the transfer");
    done += (unsigned)part.result;
  }
}

static void play(void)
{
  static int16_t tone[samples];
  for (int each = 0; each < samples; each++)
    tone[each] = sample(each);
  fd = open("/dev/snd/pcmC0D0p", O_RDWR | O_CLOEXEC);
  if (fd < 0)
    fail("/dev/snd/pcmC0D0p");
  configure();
  /* Else it would start at the first sample: let the buffer be full. */
  struct snd_pcm_sw_params later = { .period_step = 1, .avail_min = period, .start_threshold = period * periods, .stop_threshold = period * periods };
  if (ioctl(fd, SNDRV_PCM_IOCTL_SW_PARAMS, &later) != 0)
    fail("the thresholds");
  transfer(SNDRV_PCM_IOCTL_WRITEI_FRAMES, tone, samples);
  if (ioctl(fd, SNDRV_PCM_IOCTL_DRAIN) != 0)
    fail("to drain");
  fprintf(stderr, "SOUND played\n");
}

static void record(void)
{
  static int16_t heard[samples];
  fd = open("/dev/snd/pcmC0D0c", O_RDWR | O_CLOEXEC);
  if (fd < 0)
    fail("/dev/snd/pcmC0D0c");
  configure();
  if (ioctl(fd, SNDRV_PCM_IOCTL_START) != 0)
    fail("to start");
  transfer(SNDRV_PCM_IOCTL_READI_FRAMES, heard, samples);
  if (fwrite(heard, sizeof *heard, samples, stdout) != samples)
    fail("to write");
  fprintf(stderr, "SOUND recorded\n");
}

int main(int count, char **words)
{
  const char *what = count == 2 ? words[1] : "";
  if (strcmp(what, "play") == 0)
    play();
  else if (strcmp(what, "record") == 0)
    record();
  else
    return 2;
  close(fd);
  return 0;
}
