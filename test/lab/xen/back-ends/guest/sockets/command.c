#define _GNU_SOURCE
#include "command.h"
#include "failure.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct command start(char **words)
{
  int said[2], told[2];
  // That it listens no more is told by the write.
  signal(SIGPIPE, SIG_IGN);
  if (pipe2(said, O_CLOEXEC) != 0 || pipe2(told, O_CLOEXEC) != 0) fail("pipes");
  pid_t process = fork();
  if (process < 0) fail("fork");
  if (process == 0) {
    signal(SIGPIPE, SIG_DFL);
    if (dup2(told[0], 0) < 0 || dup2(said[1], 1) < 0) fail("pipes");
    execvp(words[0], words);
    fail(words[0]);
  }
  close(said[1]);
  close(told[0]);
  fcntl(said[0], F_SETFL, O_NONBLOCK);
  fcntl(told[1], F_SETFL, O_NONBLOCK);
  return (struct command){ .process = process, .from = said[0], .to = told[1] };
}

int end_of(struct command *command)
{
  int status;
  close(command->from);
  hurry("the command's end");
  if (waitpid(command->process, &status, 0) < 0) fail("waiting for the command");
  over();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
