/* The end of a program that cannot go on. */
#pragma once

/* Says what failed, and why as errno has it. */
_Noreturn void fail(const char *what);
/* Fails with these words unless it is said anew, or `over` is, within two minutes. */
void hurry(const char *what);
void over(void);
