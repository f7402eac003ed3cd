/*
 * vtpm DIRECTORY SWTPM: dom0 as the back end of vTPMs, by version 2 of their protocol (xen/io/tpmif.h). Each front end gets a swtpm (the
 * program SWTPM), whose state is kept beneath DIRECTORY by the UUID that the toolstack wrote; DIRECTORY/stock has new ones.
 */
#include "back-end.h"
#include "swtpm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/xen.h>
#include <xen/io/tpmif.h>

static const char *directory, *program;

struct vtpm {
  struct device *device;
  /* A page of the front end's: whatever is read there may change meanwhile. */
  volatile struct tpmif_shared_page *page;
  struct channel *channel;
  struct swtpm *tpm;
  /* A command is at the TPM. */
  bool busy;
};

enum { packet_limit = page_size - sizeof(struct tpmif_shared_page) };

static void finish(struct vtpm *vtpm, enum tpmif_state state)
{
  vtpm->busy = false;
  __atomic_store_n(&vtpm->page->state, state, __ATOMIC_SEQ_CST);
  ring_channel(vtpm->channel);
}

static void submitted(struct vtpm *vtpm)
{
  static uint8_t command[packet_limit];
  uint32_t length = vtpm->page->length;
  // More pages and other localities are in the protocol, and no front end of Linux asks for them.
  if (length < 10 || length > packet_limit || vtpm->page->nr_extra_pages != 0 || vtpm->page->locality != 0) {
    say(vtpm->device, "refused a command of %u bytes", length);
    finish(vtpm, TPMIF_STATE_IDLE);
    return;
  }
  memcpy(command, (const uint8_t *)vtpm->page + sizeof *vtpm->page, length);
  vtpm->busy = true;
  swtpm_command(vtpm->tpm, command, length);
}

static void rung(void *context)
{
  struct vtpm *vtpm = context;
  // A command that is at the TPM is not called back, even if its front end cancels it: it may end as if it had not been.
  if (vtpm->busy) return;
  uint8_t state = __atomic_load_n(&vtpm->page->state, __ATOMIC_SEQ_CST);
  if (state == TPMIF_STATE_SUBMIT) submitted(vtpm);
  if (state == TPMIF_STATE_CANCEL) finish(vtpm, TPMIF_STATE_IDLE);
}

static void answered(void *context, const uint8_t *answer, uint32_t length)
{
  struct vtpm *vtpm = context;
  if (answer == NULL || length > packet_limit) {
    give_up(vtpm->device, "its swtpm has ended");
    return;
  }
  memcpy((uint8_t *)vtpm->page + sizeof *vtpm->page, answer, length);
  vtpm->page->length = length;
  finish(vtpm, TPMIF_STATE_FINISH);
}

static void offer(struct device *device)
{
  tell(device, "feature-protocol-v2", "1");
}

static void disconnect(struct device *device)
{
  struct vtpm *vtpm = device->own;
  device->own = NULL;
  if (vtpm->channel != NULL) close_channel(vtpm->channel);
  if (vtpm->page != NULL) unmap_grants((void *)vtpm->page, 1);
  if (vtpm->tpm != NULL) swtpm_stop(vtpm->tpm);
  free(vtpm);
}

static bool connect_front(struct device *device)
{
  unsigned reference, port, version_2 = 0;
  front_number(device, "feature-protocol-v2", &version_2);
  if (version_2 != 1 || !front_number(device, "ring-ref", &reference) || !front_number(device, "event-channel", &port)) return false;
  struct vtpm *vtpm = calloc(1, sizeof *vtpm);
  if (vtpm == NULL) fail("memory");
  vtpm->device = device;
  device->own = vtpm;
  char *uuid = own_text(device, "uuid");
  vtpm->page = map_grants(device->domain, &reference, 1);
  vtpm->channel = open_channel(device->domain, port, rung, vtpm);
  if (uuid != NULL) vtpm->tpm = swtpm_start(program, directory, uuid, answered, vtpm);
  bool complete = vtpm->page != NULL && vtpm->channel != NULL && vtpm->tpm != NULL;
  say(device, "%s TPM %s", complete ? "is" : "cannot be", uuid == NULL ? "without a UUID" : uuid);
  free(uuid);
  if (!complete) {
    disconnect(device);
    return false;
  }
  // The front end's first command may have come before its channel was bound.
  rung(vtpm);
  return true;
}

int main(int count, char **words)
{
  if (count != 3) {
    fprintf(stderr, "usage: vtpm DIRECTORY SWTPM\n");
    return 2;
  }
  directory = words[1];
  program = words[2];
  static const struct back_end vtpm = { .type = "vtpm", .offer = offer, .connect = connect_front, .disconnect = disconnect };
  const struct back_end *const kinds[] = { &vtpm };
  serve(kinds, 1);
}
