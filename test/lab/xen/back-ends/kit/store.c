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

bool store_write(const char *path, const char *value)
{
  return xs_write(store(), XBT_NULL, path, value, strlen(value));
}

void tell(const struct device *device, const char *name, const char *format, ...)
{
  char path[160], value[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  snprintf(path, sizeof path, "%s/%s", device->path, name);
  if (!store_write(path, value)) say(device, "%s could not be written: %s", name, strerror(errno));
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
