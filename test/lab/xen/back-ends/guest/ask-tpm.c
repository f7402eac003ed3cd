/*
 * ask-tpm HEX: gives one command to the TPM of the machine it runs in, and prints "answer: HEX", both in hexadecimal
 * digits. Nothing is known here of what they mean.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words)
{
  static uint8_t command[4096], answer[4096];
  size_t length = 0;
  if (count != 2 || strlen(words[1]) / 2 > sizeof command) return 2;
  for (unsigned byte; sscanf(words[1] + 2 * length, "%2x", &byte) == 1; length++) command[length] = byte;
  int tpm = open("/dev/tpm0", O_RDWR);
  if (tpm < 0) {
    perror("/dev/tpm0");
    return 1;
  }
  if (write(tpm, command, length) != (ssize_t)length) {
    perror("command");
    return 1;
  }
  ssize_t answered = read(tpm, answer, sizeof answer);
  if (answered < 0) {
    perror("answer");
    return 1;
  }
  printf("answer: ");
  for (ssize_t i = 0; i < answered; i++) printf("%02x", answer[i]);
  printf("\n");
  return 0;
}
