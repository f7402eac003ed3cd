/* What the parts of the kit need of each other. */
#pragma once
#include "back-end.h"

/* The connection to the store. */
struct xs_handle *store(void);
/* A value by its path, to be freed; NULL where there is none. */
char *store_text(const char *path);
bool store_number(const char *path, unsigned *number);

/* One step of a device's hand-shake, or none. What it makes of the store fires again. */
void advance(struct device *device);
/* Lets the back end unmap and unbind, if it has not. */
void disconnect(struct device *device);

/* Waits until a followed file is ready, and calls whom that concerns. */
void follow_files(void);
