/* tinypv: a Xen PV guest of a few kilobytes, for tests of what starts and stops guests. See main.c for what it obeys. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#define __XEN_INTERFACE_VERSION__ 0x00040600
#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>
#include <xen/sched.h>

extern char hypercall_page[];

static inline long hypercall(int number, long a, long b, long c, long d)
{
  long result;
  register long fourth asm("r10") = d;
  asm volatile("call *%[stub]"
               : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth)
               : [stub] "r"(hypercall_page + 32 * number)
               : "memory", "rcx", "r8", "r9", "r11");
  return result;
}

/* A ring's other side runs in another domain: everything before is seen before everything after. */
static inline void barrier(void) { asm volatile("mfence" ::: "memory"); }

static inline void yield(void) { hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0, 0); }

static inline void notify(evtchn_port_t port)
{
  struct evtchn_send send = { .port = port };
  hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, (long)&send, 0, 0);
}

static inline size_t length(const char *text)
{
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

static inline int begins(const char *text, const char *prefix)
{
  while (*prefix)
    if (*text++ != *prefix++) return 0;
  return 1;
}

/* A page of another domain's that Xen mapped for us at its start, by machine frame: through Xen's machine-to-physical table. */
static inline void *page_of(unsigned long mfn)
{
  const unsigned long *machine_to_phys = (const unsigned long *)0xFFFF800000000000UL;
  return (void *)(machine_to_phys[mfn] << 12);
}

/* console.c */
void console_open(struct xencons_interface *ring, evtchn_port_t port);
void print(const char *text);
void print_number(uint64_t number);
/* Calls `line` for each complete line that was typed. */
void console_read(void (*line)(const char *text));

/* xenstore.c */
void store_open(struct xenstore_domain_interface *ring, evtchn_port_t port);
/* Takes in what has come; calls `asked` with each value of control/shutdown, which has been emptied as the protocol wants. */
void store_read(void (*asked)(const char *what));
