/** Plays a recording of script(1) on a screen, and looks at it after each write. */
import type { Run, Screen } from './screen.js';

export interface Frame {
  /** Seconds since the first output. */
  readonly at: number;
  readonly lines: readonly (readonly Run[])[];
}

/** Writes of one redraw come within this many seconds; between them nothing is seen. */
const together = 0.005;

/** `timing` has a line for each write: the seconds since the one before, and its bytes. */
export function playBack(output: Buffer, timing: string, screen: Screen): readonly Frame[] {
  // The first line is script's own.
  let offset = output.indexOf('\n') + 1;
  let at = 0;
  const frames: Frame[] = [];
  for (const line of timing.trim().split('\n')) {
    const [delay = 0, bytes = 0] = line.split(' ').slice(-2).map(Number);
    at += frames.length === 0 && offset === output.indexOf('\n') + 1 ? 0 : delay;
    screen.write(output.subarray(offset, offset + bytes).toString('utf8'));
    offset += bytes;
    const last = frames.at(-1);
    if (last !== undefined && at - last.at < together) frames.pop();
    frames.push({ at: last !== undefined && at - last.at < together ? last.at : at, lines: screen.lines() });
  }
  return frames;
}
