#include "failure.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { patience = 120 };

static const char *awaited = "";

void fail(const char *what)
{
  fprintf(stderr, "SOCKETS failed: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void late(int signal)
{
  (void)signal;
  static const char words[] = "SOCKETS waited in vain: ";
  if (write(2, words, sizeof words - 1) < 0 || write(2, awaited, strlen(awaited)) < 0 || write(2, "\n", 1) < 0) _exit(2);
  _exit(1);
}

void hurry(const char *what)
{
  awaited = what;
  signal(SIGALRM, late);
  alarm(patience);
}

void over(void)
{
  alarm(0);
}
