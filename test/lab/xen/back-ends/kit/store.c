/* Values in the store, of a device and of both its ends. */
#include "internal.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct xs_handle *store(void)
{
  static struct xs_handle *handle;
  if (handle == NULL) handle = xs_open(0);
  if (handle == NULL) fail("xenstore");
  return handle;
}

char *store_text(const char *path)
{
  unsigned length;
  return xs_read(store(), XBT_NULL, path, &length);
}

bool store_number(const char *path, unsigned *number)
{
  char *text = store_text(path), *end = text;
  if (text == NULL) return false;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  bool good = end != text && *end == 0 && errno == 0 && value <= UINT32_MAX;
  if (good) *number = value;
  free(text);
  return good;
}

void tell(const struct device *device, const char *name, const char *format, ...)
{
  char path[160], state[160], value[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  snprintf(path, sizeof path, "%s/%s", device->path, name);
  snprintf(state, sizeof state, "%s/state", device->path);
  // In one transaction with a look at the directory: one that the toolstack is just removing would be made anew by the write.
  for (;;) {
    unsigned length;
    xs_transaction_t transaction = xs_transaction_start(store());
    if (transaction == XBT_NULL) fail("transaction");
    char *there = xs_read(store(), transaction, state, &length);
    if (there != NULL) xs_write(store(), transaction, path, value, strlen(value));
    free(there);
    if (xs_transaction_end(store(), transaction, there == NULL)) return;
    if (errno != EAGAIN) fail("transaction");
  }
}

char *own_text(const struct device *device, const char *name)
{
  char path[160];
  snprintf(path, sizeof path, "%s/%s", device->path, name);
  return store_text(path);
}

char *front_text(const struct device *device, const char *name)
{
  char path[192];
  snprintf(path, sizeof path, "%s/%s", device->front, name);
  return store_text(path);
}

bool own_number(const struct device *device, const char *name, unsigned *number)
{
  char path[160];
  snprintf(path, sizeof path, "%s/%s", device->path, name);
  return store_number(path, number);
}

bool front_number(const struct device *device, const char *name, unsigned *number)
{
  char path[192];
  snprintf(path, sizeof path, "%s/%s", device->front, name);
  return store_number(path, number);
}
