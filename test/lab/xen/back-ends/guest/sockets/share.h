/* What is shared with the other end: pages of this domain, and event channels. */
#pragma once
#include <stdint.h>

enum { page_size = 4096 };

/* Pages one behind the other, all zero, and their grants. */
void *share_pages(uint32_t count, uint32_t *references);
void take_back(void *pages, uint32_t count);

/* A port for the other end to bind. */
unsigned open_port(void);
void ring_port(unsigned port);
void close_port(unsigned port);
/* Waits until any port rings, and has that one ring again. */
void await_ring(void);
/* Can be read when any port has rung. */
int ringing_file(void);
