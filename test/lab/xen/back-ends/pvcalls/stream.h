/* The bytes of one connection: two rings that the front end shares, one for each way, and a socket of dom0. */
#pragma once
#include <stdint.h>

enum { largest_order = 4 };

struct stream;

/* Maps the rings that are listed in a page of the domain's, and binds the port that rings for them. NULL where they are no good. */
struct stream *stream_open(unsigned domain, uint32_t indexes, uint32_t port);
/* Carries from now on, by a socket that does not block and stays its caller's. */
void stream_start(struct stream *stream, int fd);
/* Unmaps and unbinds. The socket is forgotten before. */
void stream_close(struct stream *stream);
