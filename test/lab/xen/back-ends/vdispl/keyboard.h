/* Keyboards and pointers that go with displays (xen/io/kbdif.h). Whoever writes lines to a pipe types on all of them. */
#pragma once
#include "back-end.h"

extern const struct back_end keyboard;

/* Follows the pipe, which is made: `key 30` presses a key of Linux and lets it go, `point 80 60` moves the pointer there. */
void follow_typist(const char *pipe);
