/*
 * Prints "GUEST-UP tinypv …" and then waits. Obeys control/shutdown, and these lines on its console:
 *   poweroff  reboot  crash  fault (touches nothing mapped)  spin (for ever, deaf)  echo TEXT  time
 *   watchdog S           has Xen end it after so many seconds; said again, it puts that off
 * Words on its command line:
 *   name=TEXT            says it when it is up
 *   after=MS do=COMMAND  carries out the command after so many milliseconds
 *   beat=MS              prints "HEARTBEAT n" so often
 *   ignore               acknowledges control/shutdown, and goes on
 *   nostore              never looks into xenstore
 */
#include "tinypv.h"

static start_info_t *start;
static char shared_page[4096] __attribute__((aligned(4096)));
static shared_info_t *const shared = (shared_info_t *)shared_page;
static int ignores;

/* Nanoseconds since Xen booted: the time of the last update, and the cycles since. */
static uint64_t now(void)
{
  const volatile struct vcpu_time_info *time = &shared->vcpu_info[0].time;
  uint32_t version;
  uint64_t result;
  do {
    version = time->version;
    barrier();
    uint32_t low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t cycles = ((uint64_t)high << 32 | low) - time->tsc_timestamp;
    cycles = time->tsc_shift < 0 ? cycles >> -time->tsc_shift : cycles << time->tsc_shift;
    result = time->system_time + (uint64_t)(((unsigned __int128)cycles * time->tsc_to_system_mul) >> 32);
    barrier();
  } while ((version & 1) || version != time->version);
  return result;
}

static void end(unsigned reason)
{
  struct sched_shutdown shutdown = { .reason = reason };
  for (;;) hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&shutdown, 0, 0);
}

static uint64_t number_in(const char *digits)
{
  uint64_t number = 0;
  for (; *digits >= '0' && *digits <= '9'; digits++) number = number * 10 + (*digits - '0');
  return number;
}

/* Of Xen's own: it counts while the guest does not run, and ends it with its reason when nobody has put it off. */
static void watch(uint32_t seconds)
{
  static uint32_t id;
  struct sched_watchdog watchdog = { .id = id, .timeout = seconds };
  long result = hypercall(__HYPERVISOR_sched_op, SCHEDOP_watchdog, (long)&watchdog, 0, 0);
  if (result > 0) id = result;
  print(result < 0 ? "TINY has no watchdog\n" : "TINY is watched\n");
}

static void carry_out(const char *command)
{
  if (begins(command, "echo ")) {
    print(command + sizeof "echo " - 1);
    print("\n");
    return;
  }
  if (begins(command, "time")) {
    print_number(now());
    print("\n");
    return;
  }
  if (begins(command, "watchdog ")) return watch(number_in(command + sizeof "watchdog " - 1));
  print("TINY doing ");
  print(command);
  print("\n");
  if (begins(command, "poweroff") || begins(command, "halt")) end(SHUTDOWN_poweroff);
  if (begins(command, "reboot")) end(SHUTDOWN_reboot);
  if (begins(command, "crash")) end(SHUTDOWN_crash);
  if (begins(command, "fault")) *(volatile int *)0xdead000 = 1;
  if (begins(command, "spin"))
    for (;;) asm volatile("pause");
}

static void asked_to_shut_down(const char *what)
{
  if (!ignores) carry_out(what);
  else print("TINY ignores\n");
}

/* The rest of the command line's word that begins with `key`, or NULL. Copied into `out`, of `size` bytes. */
static const char *word(const char *key, char *out, size_t size)
{
  const char *at = (const char *)start->cmd_line;
  while (*at) {
    while (*at == ' ') at++;
    if (begins(at, key)) {
      size_t count = 0;
      for (at += length(key); *at && *at != ' ' && count < size - 1; at++) out[count++] = *at;
      out[count] = 0;
      return out;
    }
    while (*at && *at != ' ') at++;
  }
  return NULL;
}

/* Nanoseconds of a word in milliseconds; 0 when it is not there. */
static uint64_t duration(const char *key)
{
  char digits[24];
  return word(key, digits, sizeof digits) ? number_in(digits) * 1000000 : 0;
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
  if (!one || !other) return one | other;
  return one < other ? one : other;
}

void guest_main(start_info_t *its_start)
{
  start = its_start;
  evtchn_port_t ports[2] = { start->console.domU.evtchn, start->store_evtchn };
  console_open(page_of(start->console.domU.mfn), ports[0]);
  hypercall(__HYPERVISOR_update_va_mapping, (long)shared_page, start->shared_info | 7, UVMF_INVLPG, 0);

  char name[64], command[16] = "", unused[2];
  print("GUEST-UP tinypv pages=");
  print_number(start->nr_pages);
  if (word("name=", name, sizeof name)) {
    print(" name=");
    print(name);
  }
  print("\n");
  ignores = word("ignore", unused, sizeof unused) != NULL;
  int deaf = word("nostore", unused, sizeof unused) != NULL;
  word("do=", command, sizeof command);
  uint64_t after = duration("after="), beat = duration("beat="), beats = 0;
  uint64_t deadline = after ? now() + after : 0, next_beat = beat ? now() : 0;
  if (!deaf) store_open(page_of(start->store_mfn), ports[1]);

  for (;;) {
    for (int i = 0; i < 2; i++) __atomic_fetch_and(&shared->evtchn_pending[ports[i] / 64], ~(1UL << (ports[i] % 64)), __ATOMIC_SEQ_CST);
    if (!deaf) store_read(asked_to_shut_down);
    console_read(carry_out);
    if (next_beat && now() >= next_beat) {
      next_beat += beat;
      print("HEARTBEAT ");
      print_number(++beats);
      print("\n");
    }
    if (deadline && now() >= deadline) {
      deadline = 0;
      carry_out(command);
    }
    struct sched_poll poll = { .nr_ports = deaf ? 1 : 2, .timeout = earlier(deadline, next_beat) };
    set_xen_guest_handle(poll.ports, ports);
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_poll, (long)&poll, 0, 0);
  }
}
