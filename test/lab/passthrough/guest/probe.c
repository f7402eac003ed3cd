/*
 * What the probe guest does before it beats: tells every PCI function that it finds, and lets QEMU's edu device show that registers are
 * read and written, and that the device reads and writes the guest's memory by itself:
 *
 *   PCI 00:02.0 1234:11e8
 *   EDU id=010000ed live=ok dma=ok
 *   PROBE done
 */
typedef unsigned int word;
typedef volatile word *registers;

static inline void out8(unsigned short port, unsigned char value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out32(unsigned short port, word value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }
static inline unsigned char in8(unsigned short port) {
  unsigned char value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
static inline word in32(unsigned short port) {
  word value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

enum { serial = 0x3f8, config_address = 0xcf8, config_data = 0xcfc };

static void say_character(char character) {
  while ((in8(serial + 5) & 0x20) == 0) {
  }
  out8(serial, (unsigned char)character);
}

static void say(const char *text) {
  for (; *text != 0; text++) say_character(*text);
}

static void say_number(word number, int digits) {
  while (digits-- > 0) say_character("0123456789abcdef"[number >> (4 * digits) & 15]);
}

static word place(word bus, word slot, word function) { return 0x80000000u | bus << 16 | slot << 11 | function << 8; }

static word config(word where) {
  out32(config_address, where);
  return in32(config_data);
}

static void configure(word where, word value) {
  out32(config_address, where);
  out32(config_data, value);
}

/* Registers of the edu device: docs/specs/edu.txt of QEMU. */
enum { identification = 0, liveness = 1, dma_source = 32, dma_target = 34, dma_count = 36, dma_command = 38 };
enum { command_start = 1, command_from_device = 2, buffer = 0x40000 };

/* A transfer takes the device 100 ms; the registers are told in full words. */
static void transfer(registers edu, word source, word target, word command) {
  edu[dma_source] = source;
  edu[dma_target] = target;
  edu[dma_count] = 16;
  edu[dma_command] = command | command_start;
  while (edu[dma_command] & command_start) {
  }
}

static const char *verdict(int good) { return good ? "ok" : "wrong"; }

static void exercise(word where) {
  static volatile word sent[4], received[4];
  configure(where | 4, config(where | 4) | 6);
  registers edu = (registers)(config(where | 0x10) & ~15u);
  say("EDU id=");
  say_number(edu[identification], 8);
  edu[liveness] = 0x12345678;
  say(" live=");
  say(verdict(edu[liveness] == ~0x12345678u));
  for (int i = 0; i < 4; i++) sent[i] = 0xc0ffee00u + (word)i;
  transfer(edu, (word)sent, buffer, 0);
  transfer(edu, buffer, (word)received, command_from_device);
  int same = 1;
  for (int i = 0; i < 4; i++) same &= received[i] == sent[i];
  say(" dma=");
  say(verdict(same));
  say("\r\n");
}

__attribute__((section(".text.first"))) void probe(void) {
  for (word bus = 0; bus < 8; bus++) {
    for (word slot = 0; slot < 32; slot++) {
      for (word function = 0; function < 8; function++) {
        word where = place(bus, slot, function), id = config(where);
        if ((id & 0xffff) == 0xffff) continue;
        say("PCI ");
        say_number(bus, 2);
        say(":");
        say_number(slot, 2);
        say(".");
        say_number(function, 1);
        say(" ");
        say_number(id & 0xffff, 4);
        say(":");
        say_number(id >> 16, 4);
        say("\r\n");
        if (id == 0x11e81234) exercise(where);
      }
    }
  }
  say("PROBE done\r\n");
}
