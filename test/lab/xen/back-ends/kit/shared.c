/* What a front end shares with its back end: memory by grants, and event channels. */
#include "internal.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <xenevtchn.h>
#include <xengnttab.h>

static xengnttab_handle *grants(void)
{
  static xengnttab_handle *handle;
  if (handle == NULL) handle = xengnttab_open(NULL, 0);
  if (handle == NULL) fail("grants");
  return handle;
}

void *map_grants(unsigned domain, const uint32_t *references, uint32_t count)
{
  return xengnttab_map_domain_grant_refs(grants(), count, domain, (uint32_t *)references, PROT_READ | PROT_WRITE);
}

void unmap_grants(void *mapped, uint32_t count)
{
  if (xengnttab_unmap(grants(), mapped, count) != 0) fail("unmapping grants");
}

struct channel {
  evtchn_port_t port;
  void (*rung)(void *);
  void *context;
  struct channel *next;
};

static xenevtchn_handle *events;
static struct channel *channels;

/* Which channel rang: it is unmasked first, so that what rings while it is served rings again. */
static void some_rang(void *unused)
{
  (void)unused;
  xenevtchn_port_or_error_t port = xenevtchn_pending(events);
  if (port < 0) return;
  for (struct channel *channel = channels; channel != NULL; channel = channel->next) {
    if (channel->port != (evtchn_port_t)port) continue;
    xenevtchn_unmask(events, port);
    channel->rung(channel->context);
    return;
  }
}

struct channel *open_channel(unsigned domain, unsigned port, void (*rung)(void *), void *context)
{
  if (events == NULL) {
    events = xenevtchn_open(NULL, 0);
    if (events == NULL) fail("event channels");
    follow_file(xenevtchn_fd(events), some_rang, NULL);
  }
  xenevtchn_port_or_error_t ours = xenevtchn_bind_interdomain(events, domain, port);
  if (ours < 0) return NULL;
  struct channel *channel = malloc(sizeof *channel);
  if (channel == NULL) fail("memory");
  *channel = (struct channel){ .port = ours, .rung = rung, .context = context, .next = channels };
  channels = channel;
  return channel;
}

void ring_channel(const struct channel *channel)
{
  xenevtchn_notify(events, channel->port);
}

void close_channel(struct channel *channel)
{
  struct channel **link = &channels;
  while (*link != channel) link = &(*link)->next;
  *link = channel->next;
  xenevtchn_unbind(events, channel->port);
  free(channel);
}
