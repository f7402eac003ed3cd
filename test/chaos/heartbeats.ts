/** What the guests say, read from their console logs as they grow. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Anchor } from './anchors.js';

interface Listening {
  readonly anchor: Anchor;
  offset: number;
  unfinished: string;
  highest: number;
  /** The last number, where it was lower than one before. */
  lower: number | undefined;
  /** When the newest number was read; 0 before the first. */
  beatAt: number;
}

export interface Heartbeats {
  /** Reads what is new of one anchor's guest; returns what is wrong with it. */
  listen(anchor: Anchor): string | undefined;
  /** `performance.now()` of the newest beat of this anchor; 0 where it has not beaten. */
  beatAt(anchor: Anchor): number;
}

const wholeLine = /^HEARTBEAT (\d+)(?: .*)?$/;

export function createHeartbeats(root: string): Heartbeats {
  const listening = new Map<string, Listening>();

  const of = (anchor: Anchor): Listening => {
    const known = listening.get(anchor.domain);
    if (known?.anchor.pid === anchor.pid && known.anchor.startTime === anchor.startTime) return known;
    const fresh = begin(anchor);
    listening.set(anchor.domain, fresh);
    return fresh;
  };

  return {
    listen(anchor) {
      const state = of(anchor);
      const path = join(root, 'qemu', anchor.domain, 'console.log');
      const size = sizeOf(path);
      // QEMU empties the log as it starts: what was read before was its predecessor's.
      if (size < state.offset) Object.assign(state, begin(anchor));
      if (size === state.offset) return undefined;
      const lines = (state.unfinished + readFrom(path, state.offset, size - state.offset)).split(/\r?\n/);
      state.offset = size;
      state.unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const beat = Number(wholeLine.exec(line)?.[1] ?? Number.NaN);
        if (Number.isNaN(beat)) continue;
        // A full disk tears lines, and the halves of two may read as a number: only two in a row are the guest's own word.
        if (beat < state.highest && state.lower === beat - 1) return `its heartbeat went back from ${state.highest} to ${state.lower} and ${beat} in one anchor (pid ${anchor.pid})`;
        state.lower = beat < state.highest ? beat : undefined;
        state.highest = Math.max(state.highest, beat);
        state.beatAt = performance.now();
      }
      return undefined;
    },
    beatAt: (anchor) => of(anchor).beatAt,
  };
}

function begin(anchor: Anchor): Listening {
  return { anchor, offset: 0, unfinished: '', highest: 0, lower: undefined, beatAt: 0 };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readFrom(path: string, offset: number, length: number): string {
  const bytes = Buffer.alloc(length);
  try {
    const file = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  } catch {
    // Removed since its size was looked at.
    return '';
  }
}
