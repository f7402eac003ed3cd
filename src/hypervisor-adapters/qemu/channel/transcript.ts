/** The last lines spoken on a channel. */
export interface Transcript {
  /** A line of ours (`>`) or of the peer (`<`), at a time in milliseconds since the epoch. */
  add(direction: '>' | '<', line: string, at: number): void;
  /** Oldest first: `2026-01-31T12:00:00.000Z > {"execute":"cont","id":3}`. Secrets redacted. */
  lines(): readonly string[];
}

interface Spoken {
  readonly direction: '>' | '<';
  readonly line: string;
  readonly at: number;
}

/** Members whose name says that they are secret, and `data` of a secret object, whatever stands around them. */
const secretMember = /("(?:[\w-]*(?:password|passphrase|secret|private-?key|token)[\w-]*)":\s*)("(?:[^"\\]|\\.)*(?:"|\\?$)|[^",}\]\s[{]+)/gi;
const dataMember = /("(?:data|value)":\s*)("(?:[^"\\]|\\.)*(?:"|\\?$))/g;
/** Requests that can carry a secret under the innocent name of `data` or `value`. The command's name comes first, so no cut hides it. */
const secretRequest = /"execute":\s*"(?:object-add|qom-set|ringbuf-write)"/;
/** The human monitor takes its arguments as one text. */
const secretCommandLine = /("command-line":\s*")((?:change|set_password|change-vnc-password|expire_password|object_add)\b)(?:[^"\\]|\\.)*("|\\?$)/g;

/** Replaces what is secret in one line of QMP. Works on a line that was cut off anywhere. */
export function redact(line: string): string {
  const plain = line.replace(secretMember, '$1"***"').replace(secretCommandLine, '$1$2 ***$3');
  return secretRequest.test(line) ? plain.replace(dataMember, '$1"***"') : plain;
}

/**
 * A ring of `capacity` lines of at most `width` characters; what was cut off ends with `…`. Redaction happens when it is read, which is
 * seldom, rather than when it is spoken.
 */
export function createTranscript(capacity: number, width: number): Transcript {
  const ring: Spoken[] = [];
  let next = 0;
  return {
    add: (direction, line, at) => {
      ring[next % capacity] = { direction, line: line.length > width ? `${line.slice(0, width)}…` : line, at };
      next += 1;
    },
    lines: () => {
      const start = next % capacity;
      const ordered = next < capacity ? ring : [...ring.slice(start), ...ring.slice(0, start)];
      return ordered.map(({ direction, line, at }) => `${new Date(at).toISOString()} ${direction} ${redact(line)}`);
    },
  };
}
