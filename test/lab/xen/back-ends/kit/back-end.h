/*
 * What a back end in a process of dom0 needs to serve the devices of other domains: the hand-shake in the store (xen/io/xenbus.h), their
 * memory by grants, and their event channels. One thread: `serve` calls back, and no callback blocks.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xenstore.h>
#include <xen/io/xenbus.h>

struct back_end;

/* One device of a domain, for as long as the store has it. */
struct device {
  const struct back_end *kind;
  unsigned domain, handle;
  /* Its directory in the store: this end's, relative to dom0's own, and the front end's. */
  char path[64], front[96];
  /* Whether `connect` has succeeded and `disconnect` has not been called since. */
  bool connected;
  /* The back end's own, NULL at first. */
  void *own;
  struct device *next;
  bool seen;
};

struct back_end {
  /* As the store has it: "vtpm", "vdispl". */
  const char *type;
  /* Tells with `tell` what this end can do, before the front end is asked to begin. May be NULL. */
  void (*offer)(struct device *device);
  /* The front end has told all that it will: maps and binds. With false the device is closed, and nothing may be left of what was done. */
  bool (*connect)(struct device *device);
  /* The front end is gone or is going: unmaps and unbinds. */
  void (*disconnect)(struct device *device);
};

/* Serves all devices of these kinds that there are or come. `count` kinds. Does not return. */
_Noreturn void serve(const struct back_end *const *kinds, size_t count);

/* Closes a device whose front end does not keep to the protocol, which `why` says in the log. From within callbacks, too. */
void give_up(struct device *device, const char *why);

/* ---- the store ---- */

/* Writes a value below this end's directory, unless the toolstack has removed that. */
__attribute__((format(printf, 3, 4))) void tell(const struct device *device, const char *name, const char *format, ...);
/* What the store has below this end's directory, or below the front end's: to be freed; NULL where there is nothing. */
char *own_text(const struct device *device, const char *name);
char *front_text(const struct device *device, const char *name);
/* The same as a decimal number; false, and `number` as it was, where there is none. */
bool own_number(const struct device *device, const char *name, unsigned *number);
bool front_number(const struct device *device, const char *name, unsigned *number);

/* ---- memory of other domains ---- */

enum { page_size = 4096 };

/* Maps pages that a domain has granted, to read and write, one after the other; NULL when it has not. */
void *map_grants(unsigned domain, const uint32_t *references, uint32_t count);
void unmap_grants(void *mapped, uint32_t count);

/* ---- event channels ---- */

struct channel;

/* Binds the port that a domain has allotted; `rung` is called when it rings. NULL when there is no such port. */
struct channel *open_channel(unsigned domain, unsigned port, void (*rung)(void *context), void *context);
void ring_channel(const struct channel *channel);
void close_channel(struct channel *channel);

/* ---- files ---- */

/* Calls `ready` whenever `fd` can be read or has hung up, until it is forgotten. */
void follow_file(int fd, void (*ready)(void *context), void *context);
/* The same, but for what is wanted now: that it can be read, that it can be written, both, or nothing at all, not even its hanging up. */
void want_file(int fd, bool to_read, bool to_write);
void forget_file(int fd);

/* ---- words to the log, which is stderr ---- */

__attribute__((format(printf, 2, 3))) void say(const struct device *device, const char *format, ...);
/* Ends the process, with errno's meaning: nothing works without what failed. */
_Noreturn void fail(const char *what);
