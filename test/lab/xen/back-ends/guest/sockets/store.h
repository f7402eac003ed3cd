/*
 * The store, through the kernel's device. Debian's archive of libxenstore is built without its thread, and a watch that fires while an answer is
 * awaited is taken for that answer.
 */
#pragma once

void open_store(void);
/* A value, to be freed. Fails where there is none. */
char *read_store(const char *path);
void write_store(const char *path, const char *value);
/* It fires at once, and whenever the path changes. */
void watch_store(const char *path);
/* Until a watch fires, or one has since the last time. */
void await_store(void);
