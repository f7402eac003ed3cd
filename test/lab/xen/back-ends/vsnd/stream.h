/* One stream of a sound card: the ring of its requests, and the page of its events. */
#pragma once
#include "back-end.h"

struct stream;

/* `path`: the stream's directory below the front end's. Its samples are kept in files of `directory`. NULL where the front end told no ring. */
struct stream *stream_connect(struct device *device, const char *path, const char *directory);
void stream_disconnect(struct stream *stream);
