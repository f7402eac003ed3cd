#include "buffer.h"
#include "back-end.h"
#include <stdlib.h>
#include <string.h>

enum { largest = 64 * 1024 * 1024, listed = page_size / sizeof(uint32_t) - 1 };

static uint32_t pages_of(uint32_t size)
{
  return (size + page_size - 1) / page_size;
}

/* Copies the list, a page of the chain at a time: the first word of each is the grant of the next. */
static bool read_chain(unsigned domain, uint32_t link, uint32_t *references, uint32_t count)
{
  for (uint32_t known = 0; known < count;) {
    uint32_t *page = link == 0 ? NULL : map_grants(domain, &link, 1);
    if (page == NULL) return false;
    uint32_t here = count - known < listed ? count - known : listed;
    memcpy(references + known, page + 1, here * sizeof *references);
    known += here;
    link = page[0];
    unmap_grants(page, 1);
  }
  return true;
}

bool map_buffer(struct buffer *buffer, unsigned domain, uint32_t chain, uint32_t size)
{
  *buffer = (struct buffer){ 0 };
  if (size == 0 || size > largest) return false;
  uint32_t count = pages_of(size), *references = calloc(count, sizeof *references);
  if (references == NULL) fail("memory");
  if (read_chain(domain, chain, references, count)) buffer->bytes = map_grants(domain, references, count);
  free(references);
  if (buffer->bytes != NULL) buffer->size = size;
  return buffer->bytes != NULL;
}

void unmap_buffer(struct buffer *buffer)
{
  unmap_grants(buffer->bytes, pages_of(buffer->size));
  *buffer = (struct buffer){ 0 };
}
