/* The bytes of one connection: two rings, one for each way. */
#pragma once
#include <stdint.h>

struct stream;

struct stream *open_stream(void);
/* What the other end is told, in a call that connects or accepts. */
uint32_t stream_reference(const struct stream *stream);
uint32_t stream_port(const struct stream *stream);
/* Carries what comes to `to`, and what is read from `from` to the other end, until that is over and the other end has it all. Neither blocks. */
void carry(struct stream *stream, int from, int to);
/* When the other end has released the socket. */
void close_stream(struct stream *stream);
