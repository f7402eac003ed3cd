/* This end of the device, device/pvcalls/0, as the store has it. */
#pragma once
#include <stdint.h>

/* The domain at the other end. */
unsigned other_domain(void);
/* The largest rings that it takes, in powers of two of pages. */
unsigned largest_order(void);

/* Begins anew, whatever an earlier program has left. */
void begin(void);
/* Shares the ring of commands. */
void join(uint32_t reference, unsigned port);
void leave(void);
