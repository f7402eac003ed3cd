import type { TransitionKind } from './chart.js';

/** A colour on light paper and on dark. */
export interface Tone {
  readonly light: string;
  readonly dark: string;
}

const tone = (light: string, dark: string): Tone => ({ light, dark });

/** Words have a contrast of 4.5 on every ground of their scheme, lines and borders of 3. `lit` is one for both schemes: it comes as one rule. */
export const tones = {
  paper: tone('#ffffff', '#0d1117'),
  box: tone('#ffffff', '#161b22'),
  nestOdd: tone('#f2f5f9', '#161d27'),
  nestEven: tone('#e4eaf1', '#202a37'),
  frame: tone('#7a8697', '#6b7a8d'),
  text: tone('#1f2937', '#e6edf3'),
  muted: tone('#5b6675', '#9aa7b5'),
  tag: tone('#0369a1', '#7dd3fc'),
  lit: tone('#3478e6', '#3478e6'),
  event: tone('#334155', '#c3d0de'),
  done: tone('#137036', '#4ade80'),
  error: tone('#b91c1c', '#f87171'),
  timeout: tone('#a04808', '#fbbf24'),
  always: tone('#566377', '#93a3b5'),
} as const satisfies Record<string, Tone>;

/** Strokes tell the kinds apart where colours cannot: on paper, and to eyes that see fewer of them. */
export const strokes: Readonly<Record<TransitionKind, { readonly width: number; readonly dashes?: string }>> = {
  event: { width: 1.5 },
  done: { width: 2.4 },
  error: { width: 2, dashes: '0.5 5' },
  timeout: { width: 1.7, dashes: '7 4' },
  always: { width: 1.5, dashes: '9 4 1.5 4' },
};

const dotStyles: Readonly<Record<TransitionKind, string>> = { event: 'solid', done: 'bold', error: 'dotted', timeout: 'dashed', always: 'dashed' };

export const kinds: readonly TransitionKind[] = ['event', 'done', 'error', 'timeout', 'always'];

export const edgeColours: Readonly<Record<TransitionKind, { readonly colour: string; readonly style: string }>> = {
  event: { colour: tones.event.light, style: dotStyles.event },
  done: { colour: tones.done.light, style: dotStyles.done },
  error: { colour: tones.error.light, style: dotStyles.error },
  timeout: { colour: tones.timeout.light, style: dotStyles.timeout },
  always: { colour: tones.always.light, style: dotStyles.always },
};
