import { understand, type QmpMessage } from './messages.js';

/** A message, and the beginning of the line it came in, for the transcript. */
interface ParsedLine {
  readonly message: QmpMessage;
  /** At most `excerptBytes` of the line. A string of its own: it does not keep a long line alive. */
  readonly excerpt: string;
}

export interface QmpParser {
  /** Takes the next bytes, cut anywhere, and returns the messages that they complete, in order. Never throws. */
  push(chunk: Uint8Array): readonly ParsedLine[];
}

export interface ParserBounds {
  /** A longer line is dropped and told as `malformed` `too-long`. QEMU's longest known reply, query-qmp-schema, has 0.2 MiB. */
  readonly messageBytes: number;
  readonly excerptBytes: number;
}

const defaultBounds: ParserBounds = { messageBytes: 8 * 1024 * 1024, excerptBytes: 512 };

const newline = 0x0a;
const carriageReturn = 0x0d;

/** A held-back line keeps its buffer for the next one up to this size. */
const spareBytes = 16 * 1024;
const decoder = new TextDecoder();

/**
 * Cuts a byte stream into lines and understands each. A line of QMP holds no newline of its own (the monitor is not opened with
 * `pretty=on`), so a broken line costs one message and the next is read as if nothing had been.
 *
 * A line that lies in one chunk is decoded where it is. Parts of a line are copied into a buffer that doubles, so the work is linear in the
 * bytes however they are cut; text is decoded a whole line at a time, so no character is ever split.
 */
export function createQmpParser(bounds: ParserBounds = defaultBounds): QmpParser {
  let held = new Uint8Array(0);
  let kept = 0;
  /** Inside a line that is over the bound: what was kept of it is its beginning, the rest is dropped up to its end. */
  let dropping = false;

  const hold = (part: Uint8Array): void => {
    if (dropping || part.length === 0) return;
    dropping = kept + part.length > bounds.messageBytes;
    const taken = dropping ? part.subarray(0, Math.max(0, bounds.excerptBytes - kept)) : part;
    if (kept + taken.length > held.length) {
      const larger = new Uint8Array(Math.max(kept + taken.length, held.length * 2));
      larger.set(held.subarray(0, kept));
      held = larger;
    }
    held.set(taken, kept);
    kept += taken.length;
  };

  const understood = (line: Uint8Array): ParsedLine | undefined => {
    if (dropping) return { message: { type: 'malformed', reason: 'too-long' }, excerpt: decoder.decode(line.subarray(0, bounds.excerptBytes)) };
    if (line.length === 0 || (line.length === 1 && line[0] === carriageReturn)) return undefined;
    const text = decoder.decode(line);
    const excerpt = line.length <= bounds.excerptBytes ? text.trimEnd() : decoder.decode(line.subarray(0, bounds.excerptBytes));
    return { message: understand(text), excerpt };
  };

  return {
    push: (chunk) => {
      const lines: ParsedLine[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        const whole = kept === 0 && !dropping && end - start <= bounds.messageBytes;
        if (!whole) hold(chunk.subarray(start, end));
        const line = understood(whole ? chunk.subarray(start, end) : held.subarray(0, kept));
        if (line !== undefined) lines.push(line);
        if (held.length > spareBytes) held = new Uint8Array(0);
        kept = 0;
        dropping = false;
        start = end + 1;
      }
      hold(chunk.subarray(start));
      return lines;
    },
  };
}
