#include "picture.h"
#include "back-end.h"
#include <stdio.h>

void keep_picture(const char *file, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t pitch)
{
  char new[280];
  snprintf(new, sizeof new, "%s.new", file);
  FILE *kept = fopen(new, "we");
  if (kept == NULL) fail(new);
  fprintf(kept, "P6\n%u %u\n255\n", width, height);
  for (uint32_t y = 0; y < height; y++) {
    const uint8_t *pixel = pixels + (size_t)y * pitch;
    for (uint32_t x = 0; x < width; x++, pixel += 4) {
      putc(pixel[2], kept);
      putc(pixel[1], kept);
      putc(pixel[0], kept);
    }
  }
  if (fclose(kept) != 0 || rename(new, file) != 0) fail(file);
}
