/** The last of what was said to the toolstack (`>`) and seen of the domain (`<`); no secret is ever part of it. */
export interface Transcript {
  add(direction: '>' | '<', line: string): void;
  /** Oldest first: `2026-01-31T12:00:00.000Z > unpause 3`. */
  lines(): readonly string[];
}

const kept = 200;
const width = 400;

/** `now` in milliseconds since the epoch. */
export function createTranscript(now: () => number): Transcript {
  const spoken: string[] = [];
  return {
    add: (direction, line) => {
      spoken.push(`${new Date(now()).toISOString()} ${direction} ${line.slice(0, width)}`);
      if (spoken.length > kept) spoken.shift();
    },
    lines: () => [...spoken],
  };
}
