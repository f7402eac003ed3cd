/* One connector of a display: the ring of its requests, and the page of its events. */
#pragma once
#include "back-end.h"
#include "frames.h"

struct connector;

/* Each picture that it shows is kept in `directory`. NULL where the front end told no ring. */
struct connector *connector_connect(struct device *device, unsigned number, struct frames *frames, const char *directory);
void connector_disconnect(struct connector *connector);
