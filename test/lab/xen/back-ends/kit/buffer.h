/* A buffer of many pages. Their grants are listed in a chain of pages that are granted themselves (xen/io/displif.h and sndif.h have the same one). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct buffer {
  uint8_t *bytes;
  uint32_t size;
};

/* Maps `size` bytes of a domain, whose chain begins at a grant; false when that is not to be had, or is more than anybody needs. */
bool map_buffer(struct buffer *buffer, unsigned domain, uint32_t chain, uint32_t size);
void unmap_buffer(struct buffer *buffer);
