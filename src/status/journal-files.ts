/** The files of the journal: `events.jsonl`, and behind it `events.jsonl.1` (newest) to `.4`; one event a line, whole lines only. */
import type { Ports } from '../effects/ports.js';
import type { ReadingFile } from '../effects/ports/growing-files.js';
import type { WindlassEvent } from './events.js';

export const journalName = 'events.jsonl';

const rotated = /^events\.jsonl(?:\.(\d+))?$/;
const chunkBytes = 65_536;
const newline = 0x0a;

/** Names of the journal's files below a root, newest first. Rejects as `FilePort.list` does. */
export async function journalNames({ files }: Pick<Ports, 'files'>, root: string): Promise<readonly string[]> {
  const ages = (await files.list(root)).flatMap((name) => {
    const found = rotated.exec(name);
    return found === null ? [] : [{ name, age: Number(found[1] ?? 0) }];
  });
  return ages.sort((one, other) => one.age - other.age).map(({ name }) => name);
}

export function lineOf(event: WindlassEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Undefined for a line that is not an event: torn, or damaged. */
export function eventIn(line: string): WindlassEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<WindlassEvent> | null;
    return event !== null && Number.isSafeInteger(event.sequence) && typeof event.type === 'string' ? (event as WindlassEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** The number before the first that an event stands for: one less than its own, but for a loss, which stands for many. */
export function precedes(event: WindlassEvent): number {
  return (event.type === 'windlass.journal.lost' ? event.data.from : event.sequence) - 1;
}

export interface Line {
  readonly text: string;
  /** Where the next line begins. */
  readonly next: number;
}

/** Whole lines from an offset to where the file ends now. What is behind the last newline is still being written. */
export async function* linesFrom(file: ReadingFile, offset: number): AsyncGenerator<Line, void, undefined> {
  let start = offset;
  let rest: Uint8Array = Buffer.alloc(0);
  for (;;) {
    const chunk = await file.read(start + rest.length, chunkBytes);
    if (chunk.length === 0) return;
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline, rest.length); end !== -1; end = bytes.indexOf(newline, from)) {
      yield { text: bytes.toString('utf8', from, end), next: start + end + 1 };
      from = end + 1;
    }
    rest = bytes.subarray(from);
    start += from;
  }
}

/** The first event of a file; undefined when there is none yet. */
export async function firstEvent(file: ReadingFile): Promise<WindlassEvent | undefined> {
  for await (const { text } of linesFrom(file, 0)) {
    const event = eventIn(text);
    if (event !== undefined) return event;
  }
  return undefined;
}

export interface Tail {
  /** Number of the last event; 0 when there is none. */
  readonly sequence: number;
  /** Bytes up to the end of its line. What is behind it was torn by a crash. */
  readonly end: number;
}

/** Reads the end of a file only, whatever its size. */
export async function tailOf(file: ReadingFile): Promise<Tail> {
  const size = await file.size();
  for (let length = chunkBytes; ; length *= 4) {
    const start = Math.max(0, size - length);
    const bytes = Buffer.from(await file.read(start, size - start));
    for (let end = bytes.lastIndexOf(newline); end !== -1; ) {
      const before = end === 0 ? -1 : bytes.lastIndexOf(newline, end - 1);
      // The first line of a part of the file may be the end of one.
      if (before === -1 && start > 0) break;
      const event = eventIn(bytes.toString('utf8', before + 1, end));
      if (event !== undefined) return { sequence: event.sequence, end: start + end + 1 };
      end = before;
    }
    if (start === 0) return { sequence: 0, end: 0 };
  }
}

/** Where to begin to read for the events after a number: at most a chunk before the first of them. The numbers of a file only grow. */
export async function offsetFor(file: ReadingFile, after: number): Promise<number> {
  let low = 0;
  let high = await file.size();
  while (high - low > chunkBytes) {
    const middle = Math.floor((low + high) / 2);
    const bytes = Buffer.from(await file.read(middle, chunkBytes));
    const start = bytes.indexOf(newline) + 1;
    const end = bytes.indexOf(newline, start);
    const event = start === 0 || end === -1 ? undefined : eventIn(bytes.toString('utf8', start, end));
    if (event === undefined) return low;
    if (event.sequence <= after) low = middle + start;
    else high = middle;
  }
  return low;
}
