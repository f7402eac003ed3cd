/* Pictures that are kept. */
#pragma once
#include <stdint.h>

/* Writes pixels as a PPM: 32 bits each, of which blue is the lowest byte, in rows of `pitch` bytes. The file is there when it is complete. */
void keep_picture(const char *file, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t pitch);
