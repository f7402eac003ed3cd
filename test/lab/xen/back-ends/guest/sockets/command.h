/* A command that talks by its stdin and stdout. */
#pragma once
#include <sys/types.h>

struct command {
  pid_t process;
  /* What it says, and what it is told. Neither blocks. */
  int from, to;
};

struct command start(char **words);
/* Waits for its end; how it ended, as a shell tells it. */
int end_of(struct command *command);
