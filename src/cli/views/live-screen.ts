/** A block of lines at the foot of a terminal that is drawn again in place, with notes scrolling away above it. */

const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);
const clearLine = '\u001b[2K';
const clearBelow = '\u001b[J';
/** A line that is too long after all is cut by the terminal: wrapped, it would spoil the count of lines. */
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/** What to write so that `lines` stand where `drawn` lines stood before, with `above` scrolled away over them. Pure. */
export function frame(lines: readonly string[], drawn: number, above = ''): string {
  const body = lines.map((line) => `${clearLine}${line}\n`).join('');
  const scrolled = above === '' ? '' : `${clearBelow}${wrapOn}${above}${wrapOff}`;
  return `${wrapOff}\r${up(drawn)}${scrolled}${body}${clearBelow}${wrapOn}`;
}

export interface LiveScreen {
  /** Draws soon: many changes at one time make one picture. */
  changed(): void;
  /** Complete lines that stay, above the block. */
  note(text: string): void;
  /** Draws a last time and leaves the block standing. */
  close(): void;
}

/** Milliseconds between two pictures. */
const pace = 50;

export function liveScreen(write: (text: string) => void, render: () => readonly string[]): LiveScreen {
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const draw = (above?: string): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = render();
    write(frame(lines, drawn, above));
    drawn = lines.length;
  };
  return {
    changed() {
      if (!closed) timer ??= setTimeout(draw, pace);
    },
    note: (text) => (closed ? write(text) : draw(text)),
    close() {
      if (closed) return;
      draw();
      closed = true;
    },
  };
}
