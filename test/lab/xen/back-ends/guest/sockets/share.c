#include "share.h"
#include "failure.h"
#include "front.h"
#include <stddef.h>
#include <xenevtchn.h>
#include <xengnttab.h>

static xengntshr_handle *granting(void)
{
  static xengntshr_handle *handle;
  if (handle == NULL) handle = xengntshr_open(NULL, 0);
  if (handle == NULL) fail("grants");
  return handle;
}

static xenevtchn_handle *events(void)
{
  static xenevtchn_handle *handle;
  if (handle == NULL) handle = xenevtchn_open(NULL, 0);
  if (handle == NULL) fail("event channels");
  return handle;
}

void *share_pages(uint32_t count, uint32_t *references)
{
  void *pages = xengntshr_share_pages(granting(), other_domain(), (int)count, references, 1);
  if (pages == NULL) fail("sharing pages");
  return pages;
}

void take_back(void *pages, uint32_t count)
{
  if (xengntshr_unshare(granting(), pages, count) != 0) fail("taking back pages");
}

unsigned open_port(void)
{
  xenevtchn_port_or_error_t port = xenevtchn_bind_unbound_port(events(), other_domain());
  if (port < 0) fail("a port");
  return (unsigned)port;
}

void ring_port(unsigned port)
{
  xenevtchn_notify(events(), port);
}

void close_port(unsigned port)
{
  xenevtchn_unbind(events(), port);
}

void await_ring(void)
{
  xenevtchn_port_or_error_t port = xenevtchn_pending(events());
  if (port < 0 || xenevtchn_unmask(events(), (evtchn_port_t)port) != 0) fail("waiting for a ring");
}

int ringing_file(void)
{
  return xenevtchn_fd(events());
}
