/*
 * A TPM 1.2 for one front end: Debian's swtpm in a process of its own, with the state that stands beneath the TPM's UUID. A UUID that is new
 * gets a TPM of the stock, which is as it came from its factory: it has its endorsement key, which takes an emulated processor half a minute.
 */
#pragma once
#include <stdint.h>

enum { command_limit = 4096 };

struct swtpm;

/* `answered` gets each answer, or NULL once when the TPM has ended by itself. NULL when there is none. */
struct swtpm *swtpm_start(const char *program, const char *directory, const char *uuid, void (*answered)(void *context, const uint8_t *answer, uint32_t length), void *context);
/* One command at a time: the next one after the answer. `length` within the limit. */
void swtpm_command(struct swtpm *tpm, const uint8_t *command, uint32_t length);
/* Ends it; what it keeps is on the disk when this returns. */
void swtpm_stop(struct swtpm *tpm);
