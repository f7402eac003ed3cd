import type { TransitionKind } from './chart.js';
import { textWidth } from './text-metrics.js';

/** The voices of a picture. Each is one size, weight and slant; `theme.ts` gives it its colour. */
export type Voice = 'title' | 'name' | 'tag' | 'note' | 'prose' | 'label' | 'guard' | 'action' | 'sign' | 'target';

interface Face {
  readonly size: number;
  readonly weight: 'regular' | 'bold';
  readonly italic: boolean;
  readonly spacing: number;
}

const face = (size: number, extra: Partial<Face> = {}): Face => ({ size, weight: 'regular', italic: false, spacing: 0, ...extra });

export const faces: Readonly<Record<Voice, Face>> = {
  title: face(21, { weight: 'bold' }),
  name: face(14, { weight: 'bold' }),
  tag: face(9, { weight: 'bold', spacing: 0.6 }),
  note: face(11),
  prose: face(11, { italic: true }),
  label: face(12),
  guard: face(11.5, { italic: true }),
  action: face(10.5),
  sign: face(11),
  target: face(11.5, { weight: 'bold' }),
};

/** A piece of a line in one voice. `kind` colours the words of a transition. */
export interface Run {
  readonly text: string;
  readonly voice: Voice;
  readonly kind?: TransitionKind;
}

/** A small arrow before a line of text, in the stroke of a kind, for all of these transitions. */
export interface Arrow {
  readonly kind: TransitionKind;
  readonly transitions: readonly string[];
}

/** One line of text. `transitions` names those it speaks of. */
export interface Line {
  readonly runs: readonly Run[];
  readonly arrow?: Arrow;
  /** Where the second run begins, so that it stands above the lines that follow in every font. */
  readonly tab?: number;
  readonly indent: number;
  /** How much further in the rest of it stands when it has to be broken. */
  readonly hanging: number;
  /** Air above it. */
  readonly above: number;
  readonly transitions: readonly string[];
}

/** Lines one under another, all starting at the left. */
export interface Block {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

/** Room between two runs of a line. */
export const runGap = 6;

export function line(runs: readonly Run[], extra: Partial<Omit<Line, 'runs'>> = {}): Line {
  return { runs, indent: 0, hanging: 0, above: 0, transitions: [], ...extra };
}

export function block(lines: readonly Line[]): Block {
  return {
    lines,
    width: Math.ceil(Math.max(0, ...lines.map(lineWidth))),
    height: lines.reduce((sum, each) => sum + lineHeight(each), 0),
  };
}

export function runWidth({ text, voice }: Run): number {
  const { size, weight, spacing } = faces[voice];
  return textWidth(text, size, weight) + spacing * text.length;
}

export function lineWidth({ runs, indent }: Line): number {
  return indent + runs.reduce((sum, run) => sum + runWidth(run), 0) + runGap * Math.max(0, runs.length - 1);
}

/** Whole pixels, so that stacked lines fall on the same grid in every renderer. */
export function lineHeight(each: Line): number {
  return each.above + letters(each);
}

function letters({ runs }: Line): number {
  return Math.round(Math.max(8, ...runs.map(({ voice }) => faces[voice].size)) * 1.42);
}

/** Where the letters of a line stand, measured from its top. */
export function baseline(each: Line): number {
  return each.above + Math.round(letters(each) * 0.74);
}

/** Breaks a line between its runs, and a run between its words, so that nothing is wider than `width` unless it is one word. */
export function wrap(whole: Line, width: number): readonly Line[] {
  const { arrow: _once, tab: _either, ...rest } = whole;
  // A transition is told by the line that begins with it.
  const continued = { ...rest, above: 0, transitions: [] };
  const done: Line[] = [];
  let current: Run[] = [];
  const indent = (): number => (done.length === 0 ? whole.indent : whole.indent + whole.hanging);
  const fits = (runs: readonly Run[]): boolean => lineWidth(line(runs, { indent: indent() })) <= width;
  const flush = (): void => {
    if (current.length > 0) done.push({ ...(done.length === 0 ? whole : continued), runs: current, indent: indent() });
    current = [];
  };
  for (const run of whole.runs) {
    if (!fits([...current, run])) flush();
    current.push(run);
    while (!fits(current)) {
      const [head, tail] = splitRun(run, (part) => fits([...current.slice(0, -1), { ...run, text: part }]), current[current.length - 1]?.text ?? '');
      if (tail === '') break;
      current = [...current.slice(0, -1), { ...run, text: head }];
      flush();
      current = [{ ...run, text: tail }];
    }
  }
  flush();
  return done;
}

function splitRun(_run: Run, fits: (part: string) => boolean, text: string): readonly [head: string, tail: string] {
  const words = text.split(' ');
  let count = words.length - 1;
  while (count > 1 && !fits(words.slice(0, count).join(' '))) count -= 1;
  return count < 1 ? [text, ''] : [words.slice(0, count).join(' '), words.slice(count).join(' ')];
}
