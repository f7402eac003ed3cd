/*
 * An EFI program that firmware finds as \EFI\BOOT\BOOTX64.EFI. It tells through whose hands it came, beats, and obeys single keys:
 *
 *   UEFI 2.70 of EDK II
 *   HEARTBEAT 1
 *
 * o: power off; r: reboot. Structures and numbers are those of the UEFI specification, 2.7.
 */
#define EFIAPI __attribute__((ms_abi))

typedef unsigned short character;
typedef unsigned long long word;

struct header { word signature; unsigned revision, size, sum, reserved; };

struct key { character scan, unicode; };

struct input {
  void *reset;
  word (EFIAPI *read)(struct input *, struct key *);
};

struct output {
  void *reset;
  word (EFIAPI *say)(struct output *, const character *);
};

struct runtime {
  struct header header;
  void *others[10];
  void (EFIAPI *reset)(unsigned kind, word status, word size, void *data);
};

struct boot {
  struct header header;
  void *others[28];
  word (EFIAPI *stall)(word microseconds);
  word (EFIAPI *watchdog)(word seconds, word code, word size, const character *data);
};

struct system {
  struct header header;
  const character *vendor;
  unsigned revision;
  void *input_handle;
  struct input *input;
  void *output_handle;
  struct output *output;
  void *error_handle;
  struct output *error;
  struct runtime *runtime;
  struct boot *boot;
};

enum { cold = 0, shutdown = 2 };
enum { beat = 1000000, look = 50000 };

/* Number by number, since the firmware's console takes text only. */
static void say_number(struct output *output, word number) {
  character digits[21];
  int at = 20;
  digits[at] = 0;
  do digits[--at] = (character)(u'0' + number % 10);
  while ((number /= 10) != 0);
  output->say(output, digits + at);
}

static void obey(struct system *system) {
  struct key key;
  if (system->input->read(system->input, &key) != 0) return;
  if (key.unicode == u'o') system->runtime->reset(shutdown, 0, 0, 0);
  if (key.unicode == u'r') system->runtime->reset(cold, 0, 0, 0);
}

word EFIAPI start(void *image, struct system *system) {
  struct output *output = system->output;
  (void)image;
  /* The firmware would take a program that runs for five minutes for one that hangs. */
  system->boot->watchdog(0, 0, 0, 0);
  output->say(output, u"\r\nUEFI ");
  say_number(output, system->header.revision >> 16);
  output->say(output, u".");
  say_number(output, system->header.revision & 0xffff);
  output->say(output, u" of ");
  output->say(output, system->vendor);
  for (word count = 1;; count++) {
    output->say(output, u"\r\nHEARTBEAT ");
    say_number(output, count);
    for (unsigned waited = 0; waited < beat; waited += look) {
      obey(system);
      system->boot->stall(look);
    }
  }
}
