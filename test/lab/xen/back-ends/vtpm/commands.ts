/** Commands of TPM 1.2 and their answers, in hexadecimal digits, as far as scenarios want them (TCG, TPM Main, part 3). None needs authorization. */

const ordinals = { extend: 0x14, readPcr: 0x15, random: 0x46, makeKey: 0x78, readKey: 0x7c, define: 0xcc, write: 0xcd, read: 0xcf };
/** TPM_BADINDEX. */
export const noSuchIndex = 2;
/** An area of the TPM's own storage, which whoever is physically present may write. */
const presence = 1;

const number = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');

function command(ordinal: number, ...parts: readonly string[]): string {
  const body = parts.join('');
  return number(0xc1, 2) + number(10 + body.length / 2, 4) + number(ordinal, 4) + body;
}

/** The digits of a command. PCRs and areas of storage by their number, digests and contents in digits. */
export const commands = {
  random: (bytes: number): string => command(ordinals.random, number(bytes, 4)),
  readPcr: (pcr: number): string => command(ordinals.readPcr, number(pcr, 4)),
  extend: (pcr: number, digest: string): string => command(ordinals.extend, number(pcr, 4), digest),
  /** The public part of the endorsement key, which is the TPM's own and of no other. */
  readKey: (): string => command(ordinals.readKey, '00'.repeat(20)),
  /** Makes that key, an RSA of 2048 bits, which a TPM does once. */
  makeKey: (): string => command(ordinals.makeKey, '00'.repeat(20), number(1, 4), number(3, 2), number(1, 2), number(12, 4), number(2048, 4), number(2, 4), number(0, 4)),
  define(index: number, bytes: number): string {
    const anyState = `${number(3, 2)}000000${number(0x1f, 1)}${'00'.repeat(20)}`;
    const whole = [number(0x18, 2), number(index, 4), anyState, anyState, number(0x17, 2), number(presence, 4), '000000', number(bytes, 4)];
    return command(ordinals.define, ...whole, '00'.repeat(20));
  },
  write: (index: number, contents: string): string => command(ordinals.write, number(index, 4), number(0, 4), number(contents.length / 2, 4), contents),
  read: (index: number, bytes: number): string => command(ordinals.read, number(index, 4), number(0, 4), number(bytes, 4)),
};

export interface Answer {
  /** 0 where all went well; see part 2 of the same. */
  readonly result: number;
  /** What follows, in digits. */
  readonly body: string;
}

/** Throws an Error where that is no whole answer. */
export function answerOf(digits: string): Answer {
  if (digits.length < 20 || Number.parseInt(digits.slice(4, 12), 16) !== digits.length / 2) throw new Error(`no TPM answers like that: ${digits}`);
  return { result: Number.parseInt(digits.slice(12, 20), 16), body: digits.slice(20) };
}

/** What a body has of bytes whose length it says first. */
export const sized = (body: string): string => body.slice(8, 8 + 2 * Number.parseInt(body.slice(0, 8), 16));
